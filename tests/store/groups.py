"""A small table to play with: user groups, read and written by statements as the store's own modules have them."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select, text, update

from taskbridge.store.statements import Statement
from taskbridge.store.tables import Group, table_of
from taskbridge.store.transaction import Transaction

GROUP = table_of(Group)


class GroupRow(NamedTuple):
    """A row of ``user_group``."""

    name: str
    label: str | None
    type: str | None


COLUMNS = (GROUP.c.name, GROUP.c.label, GROUP.c.type)
INSERT = Statement(GROUP.insert().values({one.name: bindparam(one.name) for one in COLUMNS}))
BY_NAME = Statement(select(*COLUMNS).where(GROUP.c.name == bindparam("name")), GroupRow)
ALL = Statement(select(*COLUMNS).order_by(GROUP.c.name), GroupRow)
RELABEL = Statement(update(GROUP).where(GROUP.c.name == bindparam("group")).values(label=bindparam("new_label")))
FREE = Statement(
    select(*COLUMNS).where(text("label IS NULL")).order_by(GROUP.c.name).limit(3).with_for_update(skip_locked=True),
    GroupRow,
)


def add(tx: Transaction, name: str, label: str | None = None) -> None:
    """Insert a group."""
    tx.write(INSERT, {"name": name, "label": label, "type": None})


def adding(name: str) -> Callable[[Transaction], None]:
    """The work that inserts a group."""
    return lambda tx: add(tx, name)


def adding_all(names: Iterable[str], label: str | None = None) -> Callable[[Transaction], int]:
    """The work that inserts groups."""
    rows = [{"name": name, "label": label, "type": None} for name in names]
    return lambda tx: tx.write_many(INSERT, rows)


def names(tx: Transaction) -> list[str]:
    """All names."""
    return [row.name for row in tx.rows(ALL)]
