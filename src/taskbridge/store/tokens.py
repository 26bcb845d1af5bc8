"""Statements on tickets, sessions and keys. Only hashes are stored."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import AccessToken, table_of

TOKEN = table_of(AccessToken)


class TokenRow(NamedTuple):
    """Whom a token stands for, and until when; None means for ever."""

    kind: str
    user_name: str
    created_at: int
    expires_at: int | None


_BY_HASH = Statement(
    select(*(TOKEN.c[name] for name in TokenRow._fields)).where(TOKEN.c.hash == bindparam("hash")), TokenRow
)
_INSERT = Statement(insert_into(AccessToken))
_DELETE = Statement(delete(TOKEN).where(TOKEN.c.hash == bindparam("hash")))
_DELETE_EXPIRED = Statement(delete(TOKEN).where(TOKEN.c.expires_at < bindparam("moment")))


def get(tx: Transaction, hashed: str) -> TokenRow | None:
    """The token of that hash, expired or not."""
    return tx.one(_BY_HASH, {"hash": hashed})


def insert(tx: Transaction, hashed: str, row: TokenRow) -> None:
    """Keep a token."""
    tx.write(_INSERT, {"hash": hashed} | row._asdict())


def remove(tx: Transaction, hashed: str) -> bool:
    """Forget a token; tells whether it was there."""
    return tx.write(_DELETE, {"hash": hashed}) > 0


def remove_expired(tx: Transaction, before: int) -> None:
    """Forget every token that had run out by that moment."""
    tx.send(_DELETE_EXPIRED, {"moment": before})
