"""Statements on users, groups and memberships."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Group, Membership, User, table_of

USER = table_of(User)
GROUP = table_of(Group)
MEMBERSHIP = table_of(Membership)


class UserRow(NamedTuple):
    """A user. ``demo`` marks the ones whose password everybody knows."""

    name: str
    first_name: str | None
    last_name: str | None
    email: str | None
    password_hash: str | None
    admin: bool
    demo: bool


_USER = Statement(select(*(USER.c[name] for name in UserRow._fields)).where(USER.c.name == bindparam("name")), UserRow)
_INSERT_USER = Statement(insert_into(User))
_GROUP = Statement(select(GROUP.c.name).where(GROUP.c.name == bindparam("name")))
_INSERT_GROUP = Statement(insert_into(Group))
_INSERT_MEMBERSHIP = Statement(insert_into(Membership))
_GROUPS_OF = Statement(
    select(MEMBERSHIP.c.group_name).where(MEMBERSHIP.c.user_name == bindparam("user")).order_by(MEMBERSHIP.c.group_name)
)


def get_user(tx: Transaction, name: str) -> UserRow | None:
    """One user by name."""
    return tx.one(_USER, {"name": name})


def insert_user(tx: Transaction, row: dict[str, object]) -> None:
    """Write a new user; the row is complete."""
    tx.write(_INSERT_USER, row)


def change_user(tx: Transaction, name: str, **values: object) -> None:
    """Set columns of a user."""
    tx.execute(update(USER).where(USER.c.name == name).values(**values))


def has_group(tx: Transaction, name: str) -> bool:
    """Whether there is a group of that name."""
    return tx.one(_GROUP, {"name": name}) is not None


def insert_group(tx: Transaction, name: str, label: str | None = None, type_: str | None = None) -> None:
    """Write a new group."""
    tx.write(_INSERT_GROUP, {"name": name, "label": label or name, "type": type_})


def groups_of(tx: Transaction, user: str) -> list[str]:
    """The names of a user's groups."""
    return [row[0] for row in tx.rows(_GROUPS_OF, {"user": user})]


def add_membership(tx: Transaction, user: str, group: str) -> None:
    """Put a user into a group he is not in yet."""
    tx.write(_INSERT_MEMBERSHIP, {"user_name": user, "group_name": group})


def has_demo_users(tx: Transaction) -> bool:
    """Whether a user exists whose password everybody knows."""
    return bool(tx.select(select(USER.c.name).where(USER.c.demo == 1).limit(1)))
