"""Lists of the variables of living process instances, whichever their scope: filters, order and pages in SQL.

Called by dialects within a transaction. A scope's variables are one document; here each of them is a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, cast, literal, not_, null, select, text, union_all

from taskbridge.kinds import ACTIVITY_ROW, INSTANCE_ROW
from taskbridge.store.activities import ACTIVITY, DEFINITION, INSTANCE
from taskbridge.store.database import Transaction
from taskbridge.store.lists import (
    ALL,
    Page,
    Sorting,
    among,
    check_size,
    count,
    equals,
    like,
    one_of,
    ordered,
    paged,
    tenancy,
)
from taskbridge.store.variable_filters import Entry, VariableCondition, entry_of, fulfils


class VariableRow(NamedTuple):
    """A variable with the scope it lives in, ``stored`` being its stored form, JSON text.

    The scope is an activity instance, or the process instance itself: then ``node_id`` is None and ``kind`` 0.
    ``around`` is what the scope stands in.
    """

    scope_id: int
    instance_id: int
    node_id: str | None
    kind: int
    around: int
    tenant: str | None
    name: str
    type: str
    stored: str
    definition_id: int
    definition_key: str
    definition_version: int


@dataclass(frozen=True, slots=True)
class VariableFilter:
    """What a list of variables is narrowed to; None and empty do not narrow. Combined with and.

    ``scope_ids`` are ids of process instances and of activity instances; all ``values`` are about the same variable.
    ``apart`` are names that are left out in some scopes.
    """

    name: str | None = None
    name_like: str | None = None
    instance_ids: Sequence[int] | None = None
    scope_ids: Sequence[int] | None = None
    tenants: Sequence[str] | None = None
    values: tuple[VariableCondition, ...] = ()
    apart: Sequence[tuple[Sequence[int], Sequence[str]]] = ()


class TaskNode(NamedTuple):
    """Where a living user task stands in its model."""

    id: int
    definition_id: int
    node_id: str


#: What a list can be ordered by; the scope decides where no order is given.
ORDERS = ("name", "type", "scope_id", "tenant")


def find(
    tx: Transaction, criteria: VariableFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[VariableRow]:
    """The matching variables; by scope and name where no order is given."""
    query = _query(tx, criteria)
    columns: dict[str, ColumnElement[Any]] = {name: query.selected_columns[name] for name in ORDERS}
    in_order = ordered(query, columns, [*sorting, Sorting("scope_id")], columns["name"])
    return [VariableRow._make(row) for row in tx.select(paged(in_order, page))]


def number(tx: Transaction, criteria: VariableFilter) -> int:
    """How many variables match."""
    return count(tx, _query(tx, criteria))


def nodes_of_tasks(tx: Transaction, task_ids: Sequence[int]) -> list[TaskNode]:
    """Where those of the tasks stand that live and have variables."""
    query = select(ACTIVITY.c.id, ACTIVITY.c.definition_id, ACTIVITY.c.node_id)
    of_tasks = query.where(text(ACTIVITY_ROW.user_task_alive), ACTIVITY.c.variables.is_not(None))
    return [TaskNode._make(row) for row in tx.select(of_tasks.where(*among(ACTIVITY.c.id, task_ids)))]


def _query(tx: Transaction, criteria: VariableFilter) -> Select[Any]:
    check_size(criteria)
    found = union_all(_of_instances(tx.dialect, criteria), _of_activities(tx.dialect, criteria)).subquery("found")
    return select(found)


def _of_instances(dialect: str, criteria: VariableFilter) -> Select[Any]:
    entry = entry_of(dialect, INSTANCE.c.variables)
    scope = (INSTANCE.c.id, INSTANCE.c.id, cast(null(), Text), literal(0), INSTANCE.c.id, INSTANCE.c.tenant)
    return (
        _of_scope(entry, scope, criteria)
        .select_from(INSTANCE.join(DEFINITION, DEFINITION.c.id == INSTANCE.c.definition_id), entry.source)
        .where(text(INSTANCE_ROW.alive))
    )


def _of_activities(dialect: str, criteria: VariableFilter) -> Select[Any]:
    entry = entry_of(dialect, ACTIVITY.c.variables)
    scope = (
        ACTIVITY.c.id,
        ACTIVITY.c.instance_id,
        ACTIVITY.c.node_id,
        ACTIVITY.c.kind,
        ACTIVITY.c.scope_id,
        ACTIVITY.c.tenant,
    )
    return (
        _of_scope(entry, scope, criteria)
        .select_from(ACTIVITY.join(DEFINITION, DEFINITION.c.id == ACTIVITY.c.definition_id), entry.source)
        .where(text(ACTIVITY_ROW.alive))
    )


def _of_scope(entry: Entry, scope: tuple[ColumnElement[Any], ...], criteria: VariableFilter) -> Select[Any]:
    values = (*scope, entry.name, entry.type, entry.stored, DEFINITION.c.id, DEFINITION.c.key, DEFINITION.c.version)
    scope_id, instance_id, *_, tenant = scope
    return select(*(value.label(name) for name, value in zip(VariableRow._fields, values, strict=True))).where(
        *among(scope_id, criteria.scope_ids),
        *among(instance_id, criteria.instance_ids),
        *tenancy(tenant, criteria.tenants, without=False),
        *equals(entry.name, criteria.name),
        *like(entry.name, criteria.name_like),
        *(fulfils(entry, condition) for condition in criteria.values),
        *(not_(and_(one_of(scope_id, ids), entry.name.in_(names))) for ids, names in criteria.apart),
    )
