"""What projects are made of: locales, clients, project types, user types, and the people and roles in them.

Small tables that are listed by id or name; a ``Shelf`` is one of them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, FromClause, Table, delete, exists, or_, select, update
from sqlmodel import SQLModel

from taskbridge.store.database import Transaction
from taskbridge.store.identity import GROUP, GROUP_COLUMNS, MEMBERSHIP, USER, USER_COLUMNS, GroupRow, UserRow
from taskbridge.store.lists import ALL, Network, Page, Sorting, among, count, of_network, one_of, ordered, paged
from taskbridge.store.project_tables import (
    Client,
    Locale,
    ProjectType,
    UserClient,
    UserLocale,
    UserProfile,
    UserType,
    UserTypeRight,
)
from taskbridge.store.tables import table_of

RowT_co = TypeVar("RowT_co", bound=tuple[Any, ...], covariant=True)

LOCALE = table_of(Locale)
CLIENT = table_of(Client)
TYPE = table_of(ProjectType)
USER_TYPE = table_of(UserType)
RIGHT = table_of(UserTypeRight)
PROFILE = table_of(UserProfile)
USER_LOCALE = table_of(UserLocale)
USER_CLIENT = table_of(UserClient)

#: Groups of this type hold people who do work of projects together; all others are roles.
WORKGROUP = "workgroup"


class LocaleRow(NamedTuple):
    """A locale."""

    id: int
    name: str
    language_id: int
    language_code: str
    country_code: str | None
    language_name: str
    encoding: str


class ClientRow(NamedTuple):
    """A client."""

    id: int
    name: str
    description: str | None


class ProjectTypeRow(NamedTuple):
    """A project type; without a client it is for all."""

    id: int
    name: str
    description: str | None
    client_id: int | None
    process_key: str
    source_locale_id: int | None
    workgroup: str | None
    due_date_required: int


class UserTypeRow(NamedTuple):
    """A user type."""

    id: int
    name: str


class Criteria(NamedTuple):
    """What the list of a shelf is narrowed to; None does not narrow. A shelf knows some of these only."""

    ids: Sequence[int] | None = None
    names: Sequence[str] | None = None
    client_id: int | None = None
    user: str | None = None
    locale_id: int | None = None
    workgroup: str | None = None
    network: Network | None = None


Narrowing = Callable[[Criteria], list[ColumnElement[bool]]]


class Shelf(Generic[RowT_co]):
    """One kind of small things: found by ids, by names or in pages, and put there."""

    def __init__(
        self, row: type[RowT_co], table: Table, columns: Sequence[ColumnElement[Any]], number: str, narrowing: Narrowing
    ) -> None:
        self._row = row
        self._table = table
        self._columns = columns
        self._number: ColumnElement[Any] = table.c[number]
        self._narrowing = narrowing
        self.orders: Mapping[str, ColumnElement[Any]] = {"id": self._number, "name": table.c.name}

    def find(
        self, tx: Transaction, criteria: Criteria, sorting: Sequence[Sorting] = (), page: Page = ALL
    ) -> list[RowT_co]:
        """The matching ones; by id where no order is given."""
        query = select(*self._columns).where(*self._conditions(criteria))
        made: Callable[[Any], RowT_co] = self._row._make  # type: ignore[attr-defined] # named tuples only
        return [made(row) for row in tx.select(paged(ordered(query, self.orders, sorting, self._number), page))]

    def number(self, tx: Transaction, criteria: Criteria) -> int:
        """How many match."""
        return count(tx, select(*self._columns).where(*self._conditions(criteria)))

    def put(self, tx: Transaction, row: NamedTuple) -> None:
        """Add one."""
        tx.execute(self._table.insert().values(row._asdict()))

    def change(self, tx: Transaction, row: NamedTuple) -> None:
        """Write another in the place of the one of its id."""
        values = row._asdict()
        tx.execute(update(self._table).where(self._number == values.pop(self._number.name)).values(values))

    def _conditions(self, criteria: Criteria) -> list[ColumnElement[bool]]:
        return [
            *among(self._number, criteria.ids),
            *among(self._table.c.name, criteria.names),
            *self._narrowing(criteria),
        ]


def _columns(table: FromClause, row: type[Any]) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in row._fields]


def _nothing_more(criteria: Criteria) -> list[ColumnElement[bool]]:
    return []


def _of_client(criteria: Criteria) -> list[ColumnElement[bool]]:
    if criteria.client_id is None:
        return []
    return [or_(TYPE.c.client_id == criteria.client_id, TYPE.c.client_id.is_(None))]


def _clients_of_user(criteria: Criteria) -> list[ColumnElement[bool]]:
    if criteria.user is None:
        return []
    return [CLIENT.c.id.in_(select(USER_CLIENT.c.client_id).where(USER_CLIENT.c.user_name == criteria.user))]


def _people(criteria: Criteria) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = of_network(USER.c.tenant, criteria.network)
    if criteria.locale_id is not None:
        working = select(USER_LOCALE.c.user_name).where(USER_LOCALE.c.locale_id == criteria.locale_id)
        found.append(USER.c.name.in_(working))
    if criteria.workgroup is not None:
        member = exists().where(MEMBERSHIP.c.user_name == USER.c.name, MEMBERSHIP.c.group_name == criteria.workgroup)
        found.append(member)
    return found


def _roles_only(criteria: Criteria) -> list[ColumnElement[bool]]:
    return [or_(GROUP.c.type.is_(None), GROUP.c.type != WORKGROUP)]


LOCALES = Shelf(LocaleRow, LOCALE, _columns(LOCALE, LocaleRow), "id", _nothing_more)
CLIENTS = Shelf(ClientRow, CLIENT, _columns(CLIENT, ClientRow), "id", _clients_of_user)
PROJECT_TYPES = Shelf(ProjectTypeRow, TYPE, _columns(TYPE, ProjectTypeRow), "id", _of_client)
USER_TYPES = Shelf(UserTypeRow, USER_TYPE, _columns(USER_TYPE, UserTypeRow), "id", _nothing_more)
USERS = Shelf(UserRow, USER, USER_COLUMNS, "number", _people)
ROLES = Shelf(GroupRow, GROUP, GROUP_COLUMNS, "number", _roles_only)
GROUPS = Shelf(GroupRow, GROUP, GROUP_COLUMNS, "number", _nothing_more)


class ProfileRow(NamedTuple):
    """The user type of a user."""

    user_name: str
    user_type_id: int
    name: str


class RightRow(NamedTuple):
    """An action on resources of a type."""

    resource_type: str
    action: str


class LinkRow(NamedTuple):
    """A user and the locale or client that is his."""

    user_name: str
    number: int


def profiles(tx: Transaction, users: Sequence[str]) -> list[ProfileRow]:
    """The user types of users; who has none is missing."""
    joined = PROFILE.join(USER_TYPE, USER_TYPE.c.id == PROFILE.c.user_type_id)
    query = select(PROFILE.c.user_name, USER_TYPE.c.id, USER_TYPE.c.name).select_from(joined)
    return [ProfileRow._make(row) for row in tx.select(query.where(one_of(PROFILE.c.user_name, users)))]


def set_profile(tx: Transaction, user: str, user_type_id: int | None) -> None:
    """Make a user one of a type."""
    tx.execute(delete(PROFILE).where(PROFILE.c.user_name == user))
    tx.execute(PROFILE.insert().values(user_name=user, user_type_id=user_type_id))


def rights(tx: Transaction, user_type_id: int) -> set[RightRow]:
    """What a user type may do."""
    query = select(RIGHT.c.resource_type, RIGHT.c.action).where(RIGHT.c.user_type_id == user_type_id)
    return {RightRow._make(row) for row in tx.select(query)}


def set_rights(tx: Transaction, user_type_id: int, chosen: set[RightRow]) -> None:
    """Say what a user type may do, and nothing else."""
    tx.execute(delete(RIGHT).where(RIGHT.c.user_type_id == user_type_id))
    for resource_type, action in sorted(chosen):
        tx.execute(RIGHT.insert().values(user_type_id=user_type_id, resource_type=resource_type, action=action))


def locales_of(tx: Transaction, users: Sequence[str]) -> list[LinkRow]:
    """Which users work with which locales; who has none works with all."""
    query = select(USER_LOCALE.c.user_name, USER_LOCALE.c.locale_id).where(*among(USER_LOCALE.c.user_name, users))
    return [LinkRow._make(row) for row in tx.select(query.order_by(USER_LOCALE.c.locale_id))]


def clients_of(tx: Transaction, users: Sequence[str]) -> list[LinkRow]:
    """Which users belong to which clients."""
    query = select(USER_CLIENT.c.user_name, USER_CLIENT.c.client_id).where(*among(USER_CLIENT.c.user_name, users))
    return [LinkRow._make(row) for row in tx.select(query.order_by(USER_CLIENT.c.client_id))]


def memberships(tx: Transaction, users: Sequence[str]) -> list[tuple[str, GroupRow]]:
    """Which users are in which groups."""
    joined = MEMBERSHIP.join(GROUP, GROUP.c.name == MEMBERSHIP.c.group_name)
    query = select(MEMBERSHIP.c.user_name, *GROUP_COLUMNS).select_from(joined)
    rows = tx.select(query.where(one_of(MEMBERSHIP.c.user_name, users)).order_by(GROUP.c.number))
    return [(row[0], GroupRow._make(tuple(row)[1:])) for row in rows]


def link(tx: Transaction, model: type[SQLModel], user: str, column: str, ids: Sequence[int]) -> None:
    """Say which locales (``UserLocale``) or clients (``UserClient``) a user has, and no others."""
    table = table_of(model)
    tx.execute(delete(table).where(table.c.user_name == user))
    for number in sorted(set(ids)):
        tx.execute(table.insert().values({"user_name": user, column: number}))


def remove_links(tx: Transaction, user: str) -> None:
    """Forget the type, the locales and the clients of a user."""
    for table in (PROFILE, USER_LOCALE, USER_CLIENT):
        tx.execute(delete(table).where(table.c.user_name == user))
