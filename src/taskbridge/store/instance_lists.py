"""Lists of process instances, living ones where nothing else is asked for: filters, order and pages in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    TextClause,
    and_,
    exists,
    literal,
    or_,
    select,
    text,
)

from taskbridge.kinds import ACTIVITY_ROW, INSTANCE_ROW, ActivityKind, Conditions, InstanceState
from taskbridge.store.database import Transaction
from taskbridge.store.instances import COLUMNS, DEFINITION, INSTANCE, JOINED, InstanceRow
from taskbridge.store.lists import (
    ALL,
    Page,
    Sorting,
    among,
    beside_index,
    check_number_of_conditions,
    check_size,
    count,
    equals,
    like,
    not_among,
    not_like,
    ordered,
    paged,
    tenancy,
)
from taskbridge.store.tables import ActivityInstance, Incident, table_of
from taskbridge.store.variable_filters import VariableCondition, holds
from taskbridge.store.viewers import Viewer, instances_of

ACTIVITY = table_of(ActivityInstance)
INCIDENT = table_of(Incident)

ORDERS: dict[str, ColumnElement[Any]] = {
    "id": INSTANCE.c.id,
    "definition_key": DEFINITION.c.key,
    "definition_id": INSTANCE.c.definition_id,
    "tenant": INSTANCE.c.tenant,
    "business_key": INSTANCE.c.business_key,
    "started_at": INSTANCE.c.started_at,
    "ended_at": INSTANCE.c.ended_at,
    "duration": INSTANCE.c.ended_at - INSTANCE.c.started_at,
}


_SCOPE_ROW = Conditions("scope")


class IncidentStanding(Enum):
    """Which incidents a condition is about."""

    OPEN = "incident.ended_at IS NULL"
    ENDED = "incident.ended_at IS NOT NULL"
    ANY = "1 = 1"


class Standing(Enum):
    """Which instances a list is about. COMPLETED have come to an end by themselves, DELETED were ended from outside."""

    ALIVE = INSTANCE_ROW.alive
    COMPLETED = f"process_instance.state IN ({InstanceState.COMPLETED}, {InstanceState.INTERNALLY_TERMINATED})"
    DELETED = f"process_instance.state = {InstanceState.EXTERNALLY_TERMINATED}"
    ANY = "1 = 1"

    @property
    def condition(self) -> TextClause:
        """The condition on the table."""
        return text(self.value)


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """What a list of process instances is narrowed to; None, False and empty do not narrow. Combined with and.

    ``any_of`` holds groups of alternatives: of each group at least one filter's single conditions must hold.
    ``node_ids`` are steps that an execution is at, ``active_node_ids`` may be subprocesses around it as well.
    ``alive`` narrows nothing unless ended instances are listed, too; as an alternative it holds for every living one.
    """

    standing: Standing = Standing.ALIVE
    alive: bool = False
    states: Sequence[int] | None = None
    ids: Sequence[int] | None = None
    ids_not: Sequence[int] | None = None
    definition_ids: Sequence[int] | None = None
    definition_keys: Sequence[str] | None = None
    definition_keys_not: Sequence[str] | None = None
    definition_keys_not_like: Sequence[str] | None = None
    definition_name: str | None = None
    definition_name_like: str | None = None
    deployment_id: int | None = None
    business_key: str | None = None
    business_keys: Sequence[str] | None = None
    business_key_like: str | None = None
    active: bool = False
    suspended: bool = False
    tenants: Sequence[str] | None = None
    without_tenant: bool = False
    of_definition_without_tenant: bool = False
    node_ids: Sequence[str] | None = None
    active_node_ids: Sequence[str] | None = None
    root_id: int | None = None
    started_before: int | None = None
    started_after: int | None = None
    started_by: str | None = None
    ended_before: int | None = None
    ended_after: int | None = None
    visible_to: Viewer | None = None
    only_roots: bool = False
    only_leaves: bool = False
    caller_id: int | None = None
    called_id: int | None = None
    with_incident: bool = False
    incidents: IncidentStanding = IncidentStanding.OPEN
    incident_ids: Sequence[int] | None = None
    incident_type: str | None = None
    incident_message: str | None = None
    incident_message_like: str | None = None
    variables: tuple[VariableCondition, ...] = field(default=())
    own_variables: tuple[VariableCondition, ...] = field(default=())
    any_of: tuple["InstanceFilter", ...] = field(default=())


def find(
    tx: Transaction, criteria: InstanceFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[InstanceRow]:
    """The matching instances; by id where no order is given."""
    query = paged(ordered(_query(tx, criteria), ORDERS, sorting, INSTANCE.c.id), page)
    return [InstanceRow._make(row) for row in tx.select(query)]


def ids(tx: Transaction, criteria: InstanceFilter) -> list[int]:
    """The ids of all matching instances, in ascending order."""
    query = _query(tx, criteria).with_only_columns(INSTANCE.c.id, maintain_column_froms=True).order_by(INSTANCE.c.id)
    return [row[0] for row in tx.select(query)]


def number(tx: Transaction, criteria: InstanceFilter) -> int:
    """How many instances match."""
    return count(tx, _query(tx, criteria))


def any_scope_holds(dialect: str, instance: FromClause, condition: VariableCondition) -> ColumnElement[bool]:
    """Whether a variable of the instance, in whichever living scope, fulfils the condition."""
    scope = ACTIVITY.alias("scope")
    in_scopes = (
        select(literal(1))
        .select_from(scope)
        .where(
            scope.c.instance_id == instance.c.id,
            text(f"{_SCOPE_ROW.alive} AND {_SCOPE_ROW.no_user_task}"),
            scope.c.variables.is_not(None),
            holds(dialect, scope.c.variables, condition),
        )
        .correlate(instance)
    )
    return or_(holds(dialect, instance.c.variables, condition), exists(in_scopes))


def _query(tx: Transaction, criteria: InstanceFilter) -> Select[Any]:
    check_size(criteria)
    query = select(*COLUMNS).select_from(JOINED).where(criteria.standing.condition)
    query = query.where(*_conditions(tx.dialect, criteria))
    for alternatives in criteria.any_of:
        if found := _conditions(tx.dialect, alternatives):
            query = query.where(or_(*found))
    return query


def _conditions(dialect: str, criteria: InstanceFilter) -> list[ColumnElement[bool]]:
    return [
        *_what(criteria),
        *_whose(dialect, criteria),
        *_standing(criteria),
        *(any_scope_holds(dialect, INSTANCE, condition) for condition in criteria.variables),
        *(holds(dialect, INSTANCE.c.variables, condition) for condition in criteria.own_variables),
    ]


def _what(criteria: InstanceFilter) -> list[ColumnElement[bool]]:
    found = [
        *([INSTANCE.c.state < InstanceState.COMPLETED] if criteria.alive else []),
        *among(INSTANCE.c.state, criteria.states),
        *among(INSTANCE.c.id, criteria.ids),
        *not_among(INSTANCE.c.id, criteria.ids_not),
        *among(INSTANCE.c.definition_id, criteria.definition_ids),
        *among(DEFINITION.c.key, criteria.definition_keys),
        *not_among(DEFINITION.c.key, criteria.definition_keys_not),
        *_not_like_any(criteria.definition_keys_not_like),
        *equals(DEFINITION.c.name, criteria.definition_name),
        *like(DEFINITION.c.name, criteria.definition_name_like),
        *equals(DEFINITION.c.deployment_id, criteria.deployment_id),
        *equals(INSTANCE.c.business_key, criteria.business_key),
        *among(INSTANCE.c.business_key, criteria.business_keys),
        *like(INSTANCE.c.business_key, criteria.business_key_like),
        *equals(INSTANCE.c.root_id, criteria.root_id),
        *equals(INSTANCE.c.started_by, criteria.started_by),
    ]
    for column, before, after in (
        (INSTANCE.c.started_at, criteria.started_before, criteria.started_after),
        (INSTANCE.c.ended_at, criteria.ended_before, criteria.ended_after),
    ):
        if before is not None:
            found.append(column < before)
        if after is not None:
            found.append(column > after)
    if criteria.only_roots:
        found.append(INSTANCE.c.parent_activity_id.is_(None))
    if criteria.only_leaves:
        found.append(~_calls())
    if criteria.caller_id is not None:
        found.append(INSTANCE.c.parent_activity_id.in_(_calls_of(criteria.caller_id)))
    if criteria.called_id is not None:
        found.append(INSTANCE.c.id.in_(_caller_of(criteria.called_id)))
    if criteria.visible_to is not None:
        found.append(INSTANCE.c.id.in_(instances_of(criteria.visible_to)))
    return found


_CALLED = INSTANCE.alias("called")


def _calls() -> ColumnElement[bool]:
    """Whether the instance has called others that live."""
    call = ACTIVITY.alias("call")
    of_instance = and_(call.c.instance_id == INSTANCE.c.id, call.c.kind == ActivityKind.CALL)
    alive = text(Conditions("called").alive)
    return exists().where(of_instance, _CALLED.c.parent_activity_id == call.c.id, alive).correlate(INSTANCE)


def _calls_of(instance_id: int) -> Select[Any]:
    """The activities of an instance that have called others."""
    return select(ACTIVITY.c.id).where(ACTIVITY.c.instance_id == instance_id, ACTIVITY.c.kind == ActivityKind.CALL)


def _caller_of(instance_id: int) -> Select[Any]:
    """The instance that has called another, which lives."""
    alive = text(Conditions("called").alive)
    called = select(_CALLED.c.parent_activity_id).where(_CALLED.c.id == instance_id, alive)
    return select(ACTIVITY.c.instance_id).where(ACTIVITY.c.id.in_(called))


def _not_like_any(patterns: Sequence[str] | None) -> list[ColumnElement[bool]]:
    """No pattern matches the key. Raises QueryTooLarge."""
    if not patterns:
        return []
    check_number_of_conditions(len(patterns))
    return [and_(*(one for pattern in patterns for one in not_like(DEFINITION.c.key, pattern)))]


#: Conditions that few instances meet, so that they are where a plan is to begin.
_SELECTIVE = ("ids", "business_key", "root_id", "started_by", "visible_to", "caller_id", "called_id")


def _whose(dialect: str, criteria: InstanceFilter) -> list[ColumnElement[bool]]:
    """Instances of some tenants, or of none."""
    selective = any(getattr(criteria, name) is not None for name in _SELECTIVE)
    column = beside_index(dialect, INSTANCE.c.tenant) if selective else INSTANCE.c.tenant
    # An instance has the tenant of its definition.
    of_definition = tenancy(column, None, without=criteria.of_definition_without_tenant)
    return [*tenancy(column, criteria.tenants, without=criteria.without_tenant), *of_definition]


def _standing(criteria: InstanceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.suspended:
        found.append(INSTANCE.c.state == InstanceState.SUSPENDED)
    elif criteria.active:
        found.append(INSTANCE.c.state == InstanceState.ACTIVE)
    here = exists().where(ACTIVITY.c.instance_id == INSTANCE.c.id, text(ACTIVITY_ROW.alive))
    if criteria.node_ids is not None:
        within = here.where(text(ACTIVITY_ROW.no_scope))
        found.append(within.where(*among(ACTIVITY.c.node_id, criteria.node_ids)))
    if criteria.active_node_ids is not None:
        found.append(here.where(*among(ACTIVITY.c.node_id, criteria.active_node_ids)))
    return [*found, *_in_trouble(criteria)]


def _in_trouble(criteria: InstanceFilter) -> list[ColumnElement[bool]]:
    about = [
        *among(INCIDENT.c.id, criteria.incident_ids),
        *equals(INCIDENT.c.type, criteria.incident_type),
        *equals(INCIDENT.c.message, criteria.incident_message),
        *like(INCIDENT.c.message, criteria.incident_message_like),
    ]
    if not about and not criteria.with_incident:
        return []
    standing = text(criteria.incidents.value)
    return [exists().where(INCIDENT.c.instance_id == INSTANCE.c.id, standing, *about)]
