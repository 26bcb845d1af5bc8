"""Statements on tickets, sessions and keys. Only hashes are stored."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import AccessToken, table_of

TOKEN = table_of(AccessToken)


class TokenRow(NamedTuple):
    """Whom a token stands for, and until when; None means for ever.

    ``credential_version`` is that of the user who signed in for it; None where nobody did, as for a key.
    """

    kind: str
    user_name: str
    created_at: int
    expires_at: int | None
    credential_version: int | None = None


class KeptRow(NamedTuple):
    """A token as it is kept: the hash by which it is found, and its times."""

    hash: str
    kind: str
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


def of_user(tx: Transaction, user: str) -> list[KeptRow]:
    """Everything that stands for a user, the oldest first; what has expired too."""
    columns = [TOKEN.c[name] for name in KeptRow._fields]
    query = select(*columns).where(TOKEN.c.user_name == user).order_by(TOKEN.c.created_at, TOKEN.c.hash)
    return [KeptRow._make(row) for row in tx.select(query)]


def remove_of_user(tx: Transaction, user: str, *, only: str | None = None, but: str | None = None) -> int:
    """Forget what stands for a user: all of it, one kind only, or every kind but one; how many there were."""
    conditions = [TOKEN.c.user_name == user]
    if only is not None:
        conditions.append(TOKEN.c.kind == only)
    if but is not None:
        conditions.append(TOKEN.c.kind != but)
    return tx.execute(delete(TOKEN).where(*conditions))
