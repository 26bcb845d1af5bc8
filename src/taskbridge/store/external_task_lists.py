"""Lists of living external tasks: filters, order and pages in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, text

from taskbridge.kinds import ACTIVITY_ROW, ActivityState
from taskbridge.store.activities import ACTIVITY, DEFINITION, INSTANCE, ActivityRow, rows_query
from taskbridge.store.database import Transaction
from taskbridge.store.instance_lists import any_scope_holds
from taskbridge.store.lists import ALL, Page, Sorting, among, check_size, count, equals, like, ordered, paged, tenancy
from taskbridge.store.variable_filters import VariableCondition

ORDERS: dict[str, ColumnElement[Any]] = {
    "id": ACTIVITY.c.id,
    "lock_until": ACTIVITY.c.lock_until,
    "instance_id": ACTIVITY.c.instance_id,
    "definition_id": ACTIVITY.c.definition_id,
    "definition_key": DEFINITION.c.key,
    "tenant": ACTIVITY.c.tenant,
    "priority": ACTIVITY.c.priority,
    "created_at": ACTIVITY.c.created_at,
}


@dataclass(frozen=True, slots=True)
class ExternalTaskFilter:
    """What a list of external tasks is narrowed to; None, False and empty do not narrow. Combined with and."""

    ids: Sequence[int] | None = None
    node_ids: Sequence[str] | None = None
    locked_before: int | None = None
    locked_after: int | None = None
    topic: str | None = None
    worker: str | None = None
    instance_ids: Sequence[int] | None = None
    definition_id: int | None = None
    definition_keys: Sequence[str] | None = None
    definition_name: str | None = None
    definition_name_like: str | None = None
    tenants: Sequence[str] | None = None
    locked: bool = False
    not_locked: bool = False
    with_retries_left: bool = False
    no_retries_left: bool = False
    active: bool = False
    suspended: bool = False
    least_priority: int | None = None
    greatest_priority: int | None = None
    variables: tuple[VariableCondition, ...] = field(default=())


def find(
    tx: Transaction, criteria: ExternalTaskFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[ActivityRow]:
    """The matching tasks; by id where no order is given."""
    query = paged(ordered(_query(tx, criteria), ORDERS, sorting, ACTIVITY.c.id), page)
    return [ActivityRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: ExternalTaskFilter) -> int:
    """How many tasks match."""
    return count(tx, _query(tx, criteria))


def _query(tx: Transaction, criteria: ExternalTaskFilter) -> Select[Any]:
    check_size(criteria)
    query = rows_query().where(text(ACTIVITY_ROW.external_task_alive))
    return query.where(*_where_and_what(criteria), *_standing(criteria, tx.now), *_variables(tx.dialect, criteria))


def _where_and_what(criteria: ExternalTaskFilter) -> list[ColumnElement[bool]]:
    return [
        *among(ACTIVITY.c.id, criteria.ids),
        *among(ACTIVITY.c.node_id, criteria.node_ids),
        *equals(ACTIVITY.c.topic, criteria.topic),
        *equals(ACTIVITY.c.worker, criteria.worker),
        *among(ACTIVITY.c.instance_id, criteria.instance_ids),
        *equals(ACTIVITY.c.definition_id, criteria.definition_id),
        *among(DEFINITION.c.key, criteria.definition_keys),
        *equals(DEFINITION.c.name, criteria.definition_name),
        *like(DEFINITION.c.name, criteria.definition_name_like),
        *tenancy(ACTIVITY.c.tenant, criteria.tenants, without=False),
    ]


def _standing(criteria: ExternalTaskFilter, now: int) -> list[ColumnElement[bool]]:
    lock_until, retries = ACTIVITY.c.lock_until, ACTIVITY.c.retries
    found: list[ColumnElement[bool]] = []
    if criteria.locked_before is not None:
        found.append(lock_until < criteria.locked_before)
    if criteria.locked_after is not None:
        found.append(lock_until > criteria.locked_after)
    if criteria.locked:
        found.append(lock_until > now)
    if criteria.not_locked:
        found.append(or_(lock_until.is_(None), lock_until < now))
    if criteria.no_retries_left:
        found.append(retries == 0)
    elif criteria.with_retries_left:
        found.append(or_(retries.is_(None), retries > 0))
    if criteria.suspended:
        found.append(ACTIVITY.c.state == ActivityState.SUSPENDED)
    elif criteria.active:
        found.append(ACTIVITY.c.state == ActivityState.OPEN)
    if criteria.least_priority is not None:
        found.append(ACTIVITY.c.priority >= criteria.least_priority)
    if criteria.greatest_priority is not None:
        found.append(ACTIVITY.c.priority <= criteria.greatest_priority)
    return found


def _variables(dialect: str, criteria: ExternalTaskFilter) -> list[ColumnElement[bool]]:
    return [any_scope_holds(dialect, INSTANCE, condition) for condition in criteria.variables]
