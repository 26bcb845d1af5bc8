"""Lists of living user tasks: filters, order and pages in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, text

from taskbridge.store.activities import ACTIVITY, CANDIDATE, DEFINITION, INSTANCE, ActivityRow, rows_query
from taskbridge.store.database import Transaction
from taskbridge.store.lists import ALL, Page, Sorting, among, count, equals, like, ordered, paged, tenancy, valid
from taskbridge.store.variable_filters import VariableCondition, holds

ORDERS: dict[str, ColumnElement[Any]] = {
    "id": ACTIVITY.c.id,
    "instance_id": ACTIVITY.c.instance_id,
    "due_at": ACTIVITY.c.due_at,
    "follow_up_at": ACTIVITY.c.follow_up_at,
    "updated_at": ACTIVITY.c.updated_at,
    "name": ACTIVITY.c.name,
    "description": ACTIVITY.c.description,
    "created_at": ACTIVITY.c.created_at,
    "assignee": ACTIVITY.c.assignee,
    "priority": ACTIVITY.c.priority,
    "tenant": ACTIVITY.c.tenant,
    "name_case_insensitive": func.lower(ACTIVITY.c.name),
}


@dataclass(frozen=True, slots=True)
class UserTaskFilter:
    """What a list of user tasks is narrowed to; None, False and empty do not narrow. Combined with and.

    ``any_of`` holds groups of alternatives: of each group at least one filter's single conditions must hold.
    """

    ids: Sequence[int] | None = None
    instance_ids: Sequence[int] | None = None
    definition_ids: Sequence[int] | None = None
    definition_keys: Sequence[str] | None = None
    definition_name: str | None = None
    definition_name_like: str | None = None
    business_keys: Sequence[str] | None = None
    business_key_like: str | None = None
    node_ids: Sequence[str] | None = None
    node_ids_not: Sequence[str] | None = None
    node_id_like: str | None = None
    name: str | None = None
    name_not: str | None = None
    name_like: str | None = None
    name_not_like: str | None = None
    description: str | None = None
    description_like: str | None = None
    priority: int | None = None
    least_priority: int | None = None
    greatest_priority: int | None = None
    assignees: Sequence[str] | None = None
    assignees_not: Sequence[str] | None = None
    assignee_like: str | None = None
    owner: str | None = None
    candidate_user: str | None = None
    candidate_user_groups: Sequence[str] = ()
    candidate_groups: Sequence[str] | None = None
    include_assigned: bool = False
    involved_user: str | None = None
    assigned: bool = False
    unassigned: bool = False
    with_candidate_users: bool | None = None
    with_candidate_groups: bool | None = None
    delegation: int | None = None
    due_on: int | None = None
    due_before: int | None = None
    due_after: int | None = None
    without_due_date: bool = False
    follow_up_on: int | None = None
    follow_up_before: int | None = None
    follow_up_before_or_none: int | None = None
    follow_up_after: int | None = None
    created_on: int | None = None
    created_before: int | None = None
    created_after: int | None = None
    updated_after: int | None = None
    active: bool = False
    suspended: bool = False
    tenants: Sequence[str] | None = None
    without_tenant: bool = False
    task_variables: tuple[VariableCondition, ...] = ()
    process_variables: tuple[VariableCondition, ...] = ()
    any_of: tuple["UserTaskFilter", ...] = field(default=())


def find(
    tx: Transaction, criteria: UserTaskFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[ActivityRow]:
    """The matching tasks; by id where no order is given."""
    query = paged(ordered(_query(tx, criteria), ORDERS, sorting, ACTIVITY.c.id), page)
    return [ActivityRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: UserTaskFilter) -> int:
    """How many tasks match."""
    return count(tx, _query(tx, criteria))


def _query(tx: Transaction, criteria: UserTaskFilter) -> Select[Any]:
    query = rows_query().where(text("activity_instance.kind = 1 AND activity_instance.state < 2"))
    query = query.where(*_conditions(tx.dialect, criteria))
    for alternatives in criteria.any_of:
        if found := _conditions(tx.dialect, alternatives):
            query = query.where(or_(*found))
    return query


def _conditions(dialect: str, criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    return [
        *_what(criteria),
        *_who(criteria),
        *_standing(criteria),
        *_moments(criteria),
        *(holds(dialect, ACTIVITY.c.variables, condition) for condition in criteria.task_variables),
        *(holds(dialect, INSTANCE.c.variables, condition) for condition in criteria.process_variables),
    ]


def _what(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    return [
        *among(ACTIVITY.c.id, criteria.ids),
        *among(ACTIVITY.c.instance_id, criteria.instance_ids),
        *among(ACTIVITY.c.definition_id, criteria.definition_ids),
        *among(DEFINITION.c.key, criteria.definition_keys),
        *equals(DEFINITION.c.name, criteria.definition_name),
        *like(DEFINITION.c.name, criteria.definition_name_like),
        *among(INSTANCE.c.business_key, criteria.business_keys),
        *like(INSTANCE.c.business_key, criteria.business_key_like),
        *among(ACTIVITY.c.node_id, criteria.node_ids),
        *like(ACTIVITY.c.node_id, criteria.node_id_like),
        *equals(ACTIVITY.c.name, criteria.name),
        *like(ACTIVITY.c.name, criteria.name_like),
        *equals(ACTIVITY.c.description, criteria.description),
        *like(ACTIVITY.c.description, criteria.description_like),
        *tenancy(ACTIVITY.c.tenant, criteria.tenants, without=criteria.without_tenant),
        *_what_not(criteria),
    ]


def _what_not(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.name_not is not None:
        found.append(ACTIVITY.c.name != criteria.name_not)
    if criteria.name_not_like is not None:
        found.append(ACTIVITY.c.name.not_like(valid(criteria.name_not_like), escape="\\"))
    if criteria.node_ids_not is not None:
        found.append(ACTIVITY.c.node_id.not_in(list(criteria.node_ids_not)))
    return found


def _who(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found = [
        *among(ACTIVITY.c.assignee, criteria.assignees),
        *like(ACTIVITY.c.assignee, criteria.assignee_like),
        *equals(ACTIVITY.c.owner, criteria.owner),
    ]
    if criteria.assignees_not is not None:
        found.append(ACTIVITY.c.assignee.not_in(list(criteria.assignees_not)))
    if criteria.assigned:
        found.append(ACTIVITY.c.assignee.is_not(None))
    if criteria.unassigned:
        found.append(ACTIVITY.c.assignee.is_(None))
    return [*found, *_offered(criteria), *_linked(criteria)]


_LINKED = exists().where(CANDIDATE.c.activity_id == ACTIVITY.c.id)
_OFFERED = _LINKED.where(CANDIDATE.c.type == "candidate")


def _offered(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.candidate_user is not None:
        groups = list(criteria.candidate_user_groups)
        found.append(
            _OFFERED.where(or_(CANDIDATE.c.user_id == criteria.candidate_user, CANDIDATE.c.group_id.in_(groups)))
        )
    if criteria.candidate_groups is not None:
        found.append(_OFFERED.where(CANDIDATE.c.group_id.in_(list(criteria.candidate_groups))))
    if found and not criteria.include_assigned:
        found.append(ACTIVITY.c.assignee.is_(None))
    return [and_(*found)] if found else []


def _linked(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.involved_user is not None:
        user = criteria.involved_user
        link = _LINKED.where(CANDIDATE.c.user_id == user)
        found.append(or_(ACTIVITY.c.assignee == user, ACTIVITY.c.owner == user, link))
    for column, wanted in (
        (CANDIDATE.c.user_id, criteria.with_candidate_users),
        (CANDIDATE.c.group_id, criteria.with_candidate_groups),
    ):
        if wanted is not None:
            candidate = _OFFERED.where(column.is_not(None))
            found.append(candidate if wanted else ~candidate)
    return found


def _standing(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found = [*equals(ACTIVITY.c.priority, criteria.priority), *equals(ACTIVITY.c.delegation, criteria.delegation)]
    if criteria.least_priority is not None:
        found.append(ACTIVITY.c.priority >= criteria.least_priority)
    if criteria.greatest_priority is not None:
        found.append(ACTIVITY.c.priority <= criteria.greatest_priority)
    if criteria.suspended:
        found.append(ACTIVITY.c.state == 1)
    elif criteria.active:
        found.append(ACTIVITY.c.state == 0)
    if criteria.without_due_date:
        found.append(ACTIVITY.c.due_at.is_(None))
    return found


def _moments(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found = [
        *equals(ACTIVITY.c.due_at, criteria.due_on),
        *equals(ACTIVITY.c.follow_up_at, criteria.follow_up_on),
        *equals(ACTIVITY.c.created_at, criteria.created_on),
    ]
    if criteria.follow_up_before_or_none is not None:
        sooner = ACTIVITY.c.follow_up_at < criteria.follow_up_before_or_none
        found.append(or_(ACTIVITY.c.follow_up_at.is_(None), sooner))
    for column, before, after in (
        (ACTIVITY.c.due_at, criteria.due_before, criteria.due_after),
        (ACTIVITY.c.follow_up_at, criteria.follow_up_before, criteria.follow_up_after),
        (ACTIVITY.c.created_at, criteria.created_before, criteria.created_after),
        (ACTIVITY.c.updated_at, None, criteria.updated_after),
    ):
        if before is not None:
            found.append(column < before)
        if after is not None:
            found.append(column > after)
    return found
