"""Statements and lists on incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select, text, update

from taskbridge.store.database import Transaction
from taskbridge.store.lists import ALL, Page, Sorting, among, count, equals, like, ordered, paged, tenancy
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Incident, ProcessDefinition, table_of

INCIDENT = table_of(Incident)
DEFINITION = table_of(ProcessDefinition)


class IncidentRow(NamedTuple):
    """An open incident with what its views need of the definition."""

    id: int
    instance_id: int
    definition_id: int
    activity_id: int
    node_id: str
    type: str
    message: str | None
    tenant: str | None
    created_at: int
    definition_key: str
    definition_version: int


_COLUMNS = (
    *(INCIDENT.c[name] for name in IncidentRow._fields[:9]),
    DEFINITION.c.key.label("definition_key"),
    DEFINITION.c.version.label("definition_version"),
)
_OPEN = text("incident.ended_at IS NULL")
_INSERT = Statement(insert_into(Incident))
_END_OF_ACTIVITY = Statement(
    update(INCIDENT)
    .where(INCIDENT.c.activity_id == bindparam("activity"), _OPEN)
    .values(ended_at=bindparam("ended"), resolved=bindparam("was_resolved"))
)

ORDERS: dict[str, ColumnElement[Any]] = {
    "id": INCIDENT.c.id,
    "message": INCIDENT.c.message,
    "created_at": INCIDENT.c.created_at,
    "type": INCIDENT.c.type,
    "activity_id": INCIDENT.c.activity_id,
    "node_id": INCIDENT.c.node_id,
    "instance_id": INCIDENT.c.instance_id,
    "definition_id": INCIDENT.c.definition_id,
    "tenant": INCIDENT.c.tenant,
}


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What a list of open incidents is narrowed to. Combined with and."""

    ids: Sequence[int] | None = None
    type: str | None = None
    message: str | None = None
    message_like: str | None = None
    definition_id: int | None = None
    definition_keys: Sequence[str] | None = None
    instance_ids: Sequence[int] | None = None
    activity_ids: Sequence[int] | None = None
    node_ids: Sequence[str] | None = None
    before: int | None = None
    after: int | None = None
    tenants: Sequence[str] | None = None


def insert(tx: Transaction, row: dict[str, object]) -> None:
    """Write a new incident; the row is complete."""
    tx.write(_INSERT, row)


def end_of_activity(tx: Transaction, activity_id: int, *, resolved: bool) -> None:
    """Close the open incidents of an activity: resolved, or gone together with the activity."""
    tx.write(_END_OF_ACTIVITY, {"activity": activity_id, "ended": tx.now, "was_resolved": int(resolved)})


def find(
    tx: Transaction, criteria: IncidentFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[IncidentRow]:
    """The matching open incidents; by id where no order is given."""
    query = paged(ordered(_query(criteria), ORDERS, sorting, INCIDENT.c.id), page)
    return [IncidentRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: IncidentFilter) -> int:
    """How many open incidents match."""
    return count(tx, _query(criteria))


def _query(criteria: IncidentFilter) -> Select[Any]:
    query = (
        select(*_COLUMNS)
        .select_from(INCIDENT.join(DEFINITION, DEFINITION.c.id == INCIDENT.c.definition_id))
        .where(
            _OPEN,
            *among(INCIDENT.c.id, criteria.ids),
            *equals(INCIDENT.c.type, criteria.type),
            *equals(INCIDENT.c.message, criteria.message),
            *like(INCIDENT.c.message, criteria.message_like),
            *equals(INCIDENT.c.definition_id, criteria.definition_id),
            *among(DEFINITION.c.key, criteria.definition_keys),
            *among(INCIDENT.c.instance_id, criteria.instance_ids),
            *among(INCIDENT.c.activity_id, criteria.activity_ids),
            *among(INCIDENT.c.node_id, criteria.node_ids),
            *tenancy(INCIDENT.c.tenant, criteria.tenants, without=False),
        )
    )
    if criteria.before is not None:
        query = query.where(INCIDENT.c.created_at < criteria.before)
    if criteria.after is not None:
        query = query.where(INCIDENT.c.created_at > criteria.after)
    return query
