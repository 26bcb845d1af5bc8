"""Statements on users, groups and memberships."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Group, Membership, User, table_of

USER = table_of(User)
GROUP = table_of(Group)
MEMBERSHIP = table_of(Membership)


class UserRow(NamedTuple):
    """A user. ``demo`` marks the ones whose password everybody knows, ``tenant`` is None for the default network.

    Who is locked (``locked_at``) may not sign in. ``credential_version`` is what a session must have to be good.
    """

    name: str
    number: int
    tenant: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    password_hash: str | None
    admin: bool
    demo: bool
    created_at: int
    locked_at: int | None
    credential_version: int


class GroupRow(NamedTuple):
    """A group. ``type`` is what kind of group it is, where that matters to somebody."""

    name: str
    number: int
    label: str | None
    type: str | None


class MembershipRow(NamedTuple):
    """A user's place in a group."""

    user_name: str
    group_name: str


USER_COLUMNS = tuple(USER.c[name] for name in UserRow._fields)
GROUP_COLUMNS = tuple(GROUP.c[name] for name in GroupRow._fields)
_USER = Statement(select(*USER_COLUMNS).where(USER.c.name == bindparam("name")), UserRow)
_HOLD = Statement(select(*USER_COLUMNS).where(USER.c.name == bindparam("name")).with_for_update(), UserRow)
_USERS = Statement(select(*USER_COLUMNS).where(USER.c.name.in_(bindparam("names", expanding=True))), UserRow)
_USERS_BY_NUMBER = Statement(
    select(*USER_COLUMNS).where(USER.c.number.in_(bindparam("numbers", expanding=True))), UserRow
)
_INSERT_USER = Statement(insert_into(User))
_GROUP = Statement(select(*GROUP_COLUMNS).where(GROUP.c.name == bindparam("name")), GroupRow)
_GROUPS_BY_NUMBER = Statement(
    select(*GROUP_COLUMNS).where(GROUP.c.number.in_(bindparam("numbers", expanding=True))), GroupRow
)
_INSERT_GROUP = Statement(insert_into(Group))
_INSERT_MEMBERSHIP = Statement(insert_into(Membership))
_GROUPS_OF = Statement(
    select(MEMBERSHIP.c.group_name).where(MEMBERSHIP.c.user_name == bindparam("user")).order_by(MEMBERSHIP.c.group_name)
)
_MEMBERS_OF = Statement(
    select(MEMBERSHIP.c.user_name)
    .join(USER, USER.c.name == MEMBERSHIP.c.user_name)
    .where(MEMBERSHIP.c.group_name == bindparam("group"), USER.c.tenant.is_not_distinct_from(bindparam("tenant")))
    .order_by(MEMBERSHIP.c.user_name)
)


def get_user(tx: Transaction, name: str) -> UserRow | None:
    """One user by name."""
    return tx.one(_USER, {"name": name})


def hold_user(tx: Transaction, name: str) -> UserRow | None:
    """The same, and nobody else changes him, or writes what belongs to him, until the transaction ends."""
    return tx.one(_HOLD, {"name": name})


def all_users(tx: Transaction) -> list[UserRow]:
    """Every user, by name."""
    return [UserRow._make(row) for row in tx.select(select(*USER_COLUMNS).order_by(USER.c.name))]


def users(tx: Transaction, names: Sequence[str]) -> list[UserRow]:
    """The users of these names, in no order."""
    return tx.rows(_USERS, {"names": list(names)}) if names else []


def users_by_number(tx: Transaction, numbers: Sequence[int]) -> list[UserRow]:
    """The users of these numbers, in no order."""
    return tx.rows(_USERS_BY_NUMBER, {"numbers": list(numbers)}) if numbers else []


def insert_user(tx: Transaction, row: Mapping[str, object]) -> None:
    """Write a new user; the row has a value for every column."""
    tx.write(_INSERT_USER, row)


def change_user(tx: Transaction, name: str, **values: object) -> None:
    """Set columns of a user."""
    tx.execute(update(USER).where(USER.c.name == name).values(**values))


def remove_user(tx: Transaction, name: str) -> None:
    """Remove a user; what belongs to him has to be gone."""
    tx.execute(delete(USER).where(USER.c.name == name))


def administrators(tx: Transaction) -> int:
    """How many administrators may sign in."""
    chosen = select(func.count()).select_from(USER).where(USER.c.admin == 1, USER.c.locked_at.is_(None))
    return int(tx.select(chosen)[0][0])


def get_group(tx: Transaction, name: str) -> GroupRow | None:
    """One group by name."""
    return tx.one(_GROUP, {"name": name})


def all_groups(tx: Transaction) -> list[GroupRow]:
    """Every group, by name."""
    return [GroupRow._make(row) for row in tx.select(select(*GROUP_COLUMNS).order_by(GROUP.c.name))]


def groups_by_number(tx: Transaction, numbers: Sequence[int]) -> list[GroupRow]:
    """The groups of these numbers, in no order."""
    return tx.rows(_GROUPS_BY_NUMBER, {"numbers": list(numbers)}) if numbers else []


def insert_group(tx: Transaction, row: GroupRow) -> None:
    """Write a new group."""
    tx.write(_INSERT_GROUP, row._asdict())


def groups_of(tx: Transaction, user: str) -> list[str]:
    """The names of a user's groups."""
    return [row[0] for row in tx.rows(_GROUPS_OF, {"user": user})]


def members_of(tx: Transaction, group: str, tenant: str | None) -> list[str]:
    """The names of a group's members who are of a network; None for those who are of none."""
    return [row[0] for row in tx.rows(_MEMBERS_OF, {"group": group, "tenant": tenant})]


def add_membership(tx: Transaction, user: str, group: str) -> None:
    """Put a user into a group he is not in yet."""
    tx.write(_INSERT_MEMBERSHIP, {"user_name": user, "group_name": group})


def all_memberships(tx: Transaction) -> list[MembershipRow]:
    """Who is in which group, by the names of both."""
    columns = [MEMBERSHIP.c[name] for name in MembershipRow._fields]
    return [MembershipRow._make(row) for row in tx.select(select(*columns).order_by(*columns))]


def remove_membership(tx: Transaction, user: str, group: str) -> None:
    """Take a user out of a group; nothing happens when he is not in it."""
    tx.execute(delete(MEMBERSHIP).where(MEMBERSHIP.c.user_name == user, MEMBERSHIP.c.group_name == group))


def remove_memberships(tx: Transaction, user: str) -> None:
    """Take a user out of all groups."""
    tx.execute(delete(MEMBERSHIP).where(MEMBERSHIP.c.user_name == user))


def has_demo_users(tx: Transaction) -> bool:
    """Whether a user exists whose password everybody knows."""
    return bool(tx.select(select(USER.c.name).where(USER.c.demo == 1).limit(1)))


def has_users(tx: Transaction) -> bool:
    """Whether there is any user."""
    return bool(tx.select(select(USER.c.name).limit(1)))
