"""Lists of executions, which are the living process instances and the living activity instances: filters, order, pages.

Both are looked through by themselves, each by its own index, and cut before they are put together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, false, func, select, text, union_all

from taskbridge.kinds import ACTIVITY_ROW, INSTANCE_ROW, ActivityKind, ActivityState, Conditions, InstanceState
from taskbridge.store.database import Transaction
from taskbridge.store.instance_lists import any_scope_holds
from taskbridge.store.lists import (
    ALL,
    Page,
    Sorting,
    among,
    check_size,
    equals,
    like,
    one_of,
    ordered,
    paged,
    same_way,
    tenancy,
)
from taskbridge.store.tables import (
    ActivityInstance,
    EventSubscription,
    Incident,
    ProcessDefinition,
    ProcessInstance,
    table_of,
)
from taskbridge.store.variable_filters import VariableCondition, holds

INSTANCE = table_of(ProcessInstance)
ACTIVITY = table_of(ActivityInstance)
DEFINITION = table_of(ProcessDefinition)
INCIDENT = table_of(Incident)
SUBSCRIPTION = table_of(EventSubscription)
#: The process instance around an execution.
_AROUND = "around"
_AROUND_ROW = Conditions(_AROUND)


class ExecutionRow(NamedTuple):
    """An execution: an activity instance, or the process instance itself, whose id it then has."""

    id: int
    instance_id: int
    tenant: str | None


@dataclass(frozen=True, slots=True)
class ExecutionFilter:
    """What a list of executions is narrowed to; None, False and empty do not narrow. Combined with and.

    ``node_ids`` are the activities that executions wait at, ``message`` and ``signal`` names of what they wait for.
    ``variables`` are an execution's own, ``process_variables`` those of its process instance, in whatever scope.
    """

    definition_ids: Sequence[int] | None = None
    definition_keys: Sequence[str] | None = None
    business_key: str | None = None
    instance_ids: Sequence[int] | None = None
    node_ids: Sequence[str] | None = None
    message: str | None = None
    signal: str | None = None
    active: bool = False
    suspended: bool = False
    incident_ids: Sequence[int] | None = None
    incident_type: str | None = None
    incident_message: str | None = None
    incident_message_like: str | None = None
    tenants: Sequence[str] | None = None
    variables: tuple[VariableCondition, ...] = ()
    process_variables: tuple[VariableCondition, ...] = ()


class _Source(NamedTuple):
    """A table whose living rows are executions.

    ``hanging`` gives the ids of the executions on which rows of another table hang, which has ``activity_id`` and
    ``instance_id``.
    """

    table: FromClause
    instance_id: ColumnElement[int]
    alive: str
    active: int
    suspended: int
    hanging: Callable[[FromClause], Select[tuple[int]]]


_INSTANCES = _Source(
    INSTANCE,
    INSTANCE.c.id,
    INSTANCE_ROW.alive,
    InstanceState.ACTIVE,
    InstanceState.SUSPENDED,
    lambda table: select(table.c.instance_id).where(table.c.activity_id.is_(None)),
)
_ACTIVITIES = _Source(
    ACTIVITY,
    ACTIVITY.c.instance_id,
    ACTIVITY_ROW.alive,
    ActivityState.OPEN,
    ActivityState.SUSPENDED,
    lambda table: select(table.c.activity_id),
)
_SOURCES = (_INSTANCES, _ACTIVITIES)
#: What a list can be ordered by; by instance where no order is given.
ORDERS = ("instance_id", "definition_key", "definition_id", "tenant")


def find(
    tx: Transaction, criteria: ExecutionFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[ExecutionRow]:
    """The matching executions; by process instance where no order is given, which comes before its activities."""
    check_size(criteria)
    levels = [*sorting, Sorting("instance_id", descending=bool(sorting) and sorting[-1].descending)]
    reach = Page(0, None if page.most is None else page.first + page.most)
    parts = [_part(tx, source, criteria, levels, reach) for source in _SOURCES]
    both = union_all(*(select(part.subquery()) for part in parts)).subquery("executions")
    wanted = select(*(both.c[name] for name in ExecutionRow._fields))
    query = paged(ordered(wanted, dict(both.c), levels, same_way(both.c.id, levels)), page)
    return [ExecutionRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: ExecutionFilter) -> int:
    """How many executions match."""
    check_size(criteria)
    numbers = [_living(select(func.count()), tx, source, criteria).scalar_subquery() for source in _SOURCES]
    found: int = tx.select(select(numbers[0] + numbers[1]))[0][0]
    return found


def _part(
    tx: Transaction, source: _Source, criteria: ExecutionFilter, levels: Sequence[Sorting], reach: Page
) -> Select[Any]:
    """The executions of one table, as many as any page can have of them."""
    columns = {name: _column(source, name) for name in (*ExecutionRow._fields, *(level.by for level in levels))}
    chosen = _living(select(*(column.label(name) for name, column in columns.items())), tx, source, criteria)
    return paged(ordered(chosen, columns, levels, same_way(columns["id"], levels)), reach)


def _living(query: Select[Any], tx: Transaction, source: _Source, criteria: ExecutionFilter) -> Select[Any]:
    """The query over the matching executions of one table."""
    # As text: an index on what lives serves only conditions that are written as its own.
    return query.select_from(source.table).where(text(source.alive), *_conditions(tx, source, criteria))


def _column(source: _Source, name: str) -> ColumnElement[Any]:
    if name == "instance_id":
        return source.instance_id
    if name == "definition_key":
        key = select(DEFINITION.c.key).where(DEFINITION.c.id == source.table.c.definition_id)
        return key.correlate(source.table).scalar_subquery()
    return source.table.c[name]


def _conditions(tx: Transaction, source: _Source, criteria: ExecutionFilter) -> list[ColumnElement[bool]]:
    table = source.table
    return [
        *among(source.instance_id, criteria.instance_ids),
        *among(table.c.definition_id, criteria.definition_ids),
        *_of_keys(table, criteria.definition_keys),
        *_of_instances(tx, source, criteria),
        *_waiting_at(source, criteria.node_ids),
        *_waiting_for(source, "message", criteria.message),
        *_waiting_for(source, "signal", criteria.signal),
        *_standing(source, criteria),
        *_in_trouble(source, criteria),
        *tenancy(table.c.tenant, criteria.tenants, without=False),
        *(holds(tx.dialect, table.c.variables, condition) for condition in criteria.variables),
    ]


def _of_keys(table: FromClause, keys: Sequence[str] | None) -> list[ColumnElement[bool]]:
    if keys is None:
        return []
    return [table.c.definition_id.in_(select(DEFINITION.c.id).where(*among(DEFINITION.c.key, keys)))]


def _of_instances(tx: Transaction, source: _Source, criteria: ExecutionFilter) -> list[ColumnElement[bool]]:
    """What has to hold for the process instance around an execution."""
    outer = INSTANCE.alias(_AROUND)
    holding = [any_scope_holds(tx.dialect, outer, condition) for condition in criteria.process_variables]
    found = [*equals(outer.c.business_key, criteria.business_key), *holding]
    if not found:
        return []
    return [source.instance_id.in_(select(outer.c.id).where(text(_AROUND_ROW.alive), *found))]


def _waiting_at(source: _Source, node_ids: Sequence[str] | None) -> list[ColumnElement[bool]]:
    """Scopes and process instances are at no activity: what stands in them has executions of its own."""
    if node_ids is None:
        return []
    if source is _INSTANCES:
        return [false()]
    return [ACTIVITY.c.kind != ActivityKind.SCOPE, one_of(ACTIVITY.c.node_id, node_ids)]


def _waiting_for(source: _Source, type_: str, name: str | None) -> list[ColumnElement[bool]]:
    if name is None:
        return []
    found = source.hanging(SUBSCRIPTION).where(SUBSCRIPTION.c.type == type_, SUBSCRIPTION.c.name == name)
    return [source.table.c.id.in_(found)]


def _standing(source: _Source, criteria: ExecutionFilter) -> list[ColumnElement[bool]]:
    if criteria.suspended:
        return [source.table.c.state == source.suspended]
    return [source.table.c.state == source.active] if criteria.active else []


def _in_trouble(source: _Source, criteria: ExecutionFilter) -> list[ColumnElement[bool]]:
    about = [
        *among(INCIDENT.c.id, criteria.incident_ids),
        *equals(INCIDENT.c.type, criteria.incident_type),
        *equals(INCIDENT.c.message, criteria.incident_message),
        *like(INCIDENT.c.message, criteria.incident_message_like),
    ]
    if not about:
        return []
    return [source.table.c.id.in_(source.hanging(INCIDENT).where(text("incident.ended_at IS NULL"), *about))]
