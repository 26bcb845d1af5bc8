"""Lists of user tasks, living ones where nothing else is asked for: filters, order and pages in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, exists, func, or_, select, text, union

from taskbridge.kinds import ROW, ActivityState
from taskbridge.store.activities import ACTIVITY, CANDIDATE, DEFINITION, INSTANCE, ActivityRow, rows_query
from taskbridge.store.database import Transaction
from taskbridge.store.lists import (
    ALL,
    Page,
    Sorting,
    among,
    beside_index,
    check_size,
    count,
    equals,
    like,
    not_among,
    not_like,
    one_of,
    ordered,
    paged,
    tenancy,
)
from taskbridge.store.variable_filters import VariableCondition, holds
from taskbridge.store.viewers import Viewer, tasks_of

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
    "ended_at": ACTIVITY.c.ended_at,
    "duration": ACTIVITY.c.ended_at - ACTIVITY.c.created_at,
    "owner": ACTIVITY.c.owner,
    "definition_id": ACTIVITY.c.definition_id,
}


class Standing(Enum):
    """Which tasks a list is about; the values are what partial indexes have as their condition.

    That of all tasks is written in another way, so that SQLite does not take an index of all for living ones.
    """

    ALIVE = ROW.user_task_alive
    ENDED = ROW.user_task_over
    ANY = ROW.user_task

    @property
    def condition(self) -> TextClause:
        """The condition on the table."""
        return text(" AND ".join(f"activity_instance.{part}" for part in self.value.split(" AND ")))


@dataclass(frozen=True, slots=True)
class UserTaskFilter:
    """What a list of user tasks is narrowed to; None, False and empty do not narrow. Combined with and.

    ``any_of`` holds groups of alternatives: of each group at least one filter's single conditions must hold.
    """

    standing: Standing = Standing.ALIVE
    ids: Sequence[int] | None = None
    instance_ids: Sequence[int] | None = None
    definition_ids: Sequence[int] | None = None
    definition_keys: Sequence[str] | None = None
    definition_key_like: str | None = None
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
    owner_like: str | None = None
    visible_to: Viewer | None = None
    candidate_user: str | None = None
    candidate_user_groups: Sequence[str] = ()
    candidate_groups: Sequence[str] | None = None
    candidate_group_like: str | None = None
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
    ended_on: int | None = None
    ended_before: int | None = None
    ended_after: int | None = None
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
    query = paged(ordered(_narrowed(rows_query(), tx.dialect, criteria), ORDERS, sorting, ACTIVITY.c.id), page)
    return [ActivityRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: UserTaskFilter) -> int:
    """How many tasks match. Instances and definitions are joined only where they are asked about."""
    query = rows_query() if _joins(criteria) else select(ACTIVITY.c.id)
    return count(tx, _narrowed(query, tx.dialect, criteria))


#: Conditions on the instance or the definition of a task, beside those on variables of its process.
_JOINED = (
    *("definition_keys", "definition_key_like", "definition_name", "definition_name_like"),
    *("business_keys", "business_key_like"),
)


def _joins(criteria: UserTaskFilter) -> bool:
    own = any(getattr(criteria, name) is not None for name in _JOINED) or bool(criteria.process_variables)
    return own or any(map(_joins, criteria.any_of))


def _narrowed(query: Select[Any], dialect: str, criteria: UserTaskFilter) -> Select[Any]:
    check_size(criteria)
    query = query.where(criteria.standing.condition, *_conditions(dialect, criteria))
    for alternatives in criteria.any_of:
        if found := _conditions(dialect, alternatives):
            query = query.where(or_(*found))
    return query


def _conditions(dialect: str, criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    return [
        *_what(criteria),
        *_whose(dialect, criteria),
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
        *like(DEFINITION.c.key, criteria.definition_key_like),
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
        *_what_not(criteria),
    ]


#: Conditions that few tasks meet, so that they are where a plan is to begin.
_SELECTIVE = (
    *("ids", "instance_ids", "business_keys", "assignees", "owner", "candidate_user", "candidate_groups"),
    *("visible_to", "involved_user"),
)


def _whose(dialect: str, criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    """Tasks of some tenants, or of none."""
    selective = any(getattr(criteria, name) is not None for name in _SELECTIVE)
    column = beside_index(dialect, ACTIVITY.c.tenant) if selective else ACTIVITY.c.tenant
    return tenancy(column, criteria.tenants, without=criteria.without_tenant)


def _what_not(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    return [
        *([] if criteria.name_not is None else [ACTIVITY.c.name != criteria.name_not]),
        *not_like(ACTIVITY.c.name, criteria.name_not_like),
        *not_among(ACTIVITY.c.node_id, criteria.node_ids_not),
    ]


def _who(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found = [
        *among(ACTIVITY.c.assignee, criteria.assignees),
        *like(ACTIVITY.c.assignee, criteria.assignee_like),
        *equals(ACTIVITY.c.owner, criteria.owner),
        *like(ACTIVITY.c.owner, criteria.owner_like),
        *not_among(ACTIVITY.c.assignee, criteria.assignees_not),
    ]
    if criteria.visible_to is not None:
        alive, ended = criteria.standing is not Standing.ENDED, criteria.standing is not Standing.ALIVE
        found.append(ACTIVITY.c.id.in_(tasks_of(criteria.visible_to, alive=alive, ended=ended)))
    if criteria.assigned:
        found.append(ACTIVITY.c.assignee.is_not(None))
    if criteria.unassigned:
        found.append(ACTIVITY.c.assignee.is_(None))
    return [*found, *_offered(criteria), *_linked(criteria)]


_LINKED = exists().where(CANDIDATE.c.activity_id == ACTIVITY.c.id)
_OFFERED = _LINKED.where(CANDIDATE.c.type == "candidate")
_OFFERS = select(CANDIDATE.c.activity_id).where(CANDIDATE.c.type == "candidate")


def _offered(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.candidate_user is not None:
        directly = _OFFERS.where(CANDIDATE.c.user_id == criteria.candidate_user)
        by_group = _OFFERS.where(one_of(CANDIDATE.c.group_id, criteria.candidate_user_groups))
        found.append(ACTIVITY.c.id.in_(union(directly, by_group) if criteria.candidate_user_groups else directly))
    if criteria.candidate_groups is not None:
        by_group = _OFFERS.where(*among(CANDIDATE.c.group_id, criteria.candidate_groups))
        found.append(ACTIVITY.c.id.in_(by_group))
    if criteria.candidate_group_like is not None:
        matching = ACTIVITY.c.id.in_(_OFFERS.where(*like(CANDIDATE.c.group_id, criteria.candidate_group_like)))
        found = [or_(and_(*found), matching)] if found else [matching]
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
            found += [] if criteria.include_assigned else [ACTIVITY.c.assignee.is_(None)]
    return found


def _standing(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found = [*equals(ACTIVITY.c.priority, criteria.priority), *equals(ACTIVITY.c.delegation, criteria.delegation)]
    if criteria.least_priority is not None:
        found.append(ACTIVITY.c.priority >= criteria.least_priority)
    if criteria.greatest_priority is not None:
        found.append(ACTIVITY.c.priority <= criteria.greatest_priority)
    if criteria.suspended:
        found.append(ACTIVITY.c.state == ActivityState.SUSPENDED)
    elif criteria.active:
        found.append(ACTIVITY.c.state == ActivityState.OPEN)
    if criteria.without_due_date:
        found.append(ACTIVITY.c.due_at.is_(None))
    return found


def _moments(criteria: UserTaskFilter) -> list[ColumnElement[bool]]:
    found = [
        *equals(ACTIVITY.c.due_at, criteria.due_on),
        *equals(ACTIVITY.c.follow_up_at, criteria.follow_up_on),
        *equals(ACTIVITY.c.created_at, criteria.created_on),
        *equals(ACTIVITY.c.ended_at, criteria.ended_on),
    ]
    if criteria.follow_up_before_or_none is not None:
        sooner = ACTIVITY.c.follow_up_at < criteria.follow_up_before_or_none
        found.append(or_(ACTIVITY.c.follow_up_at.is_(None), sooner))
    for column, before, after in (
        (ACTIVITY.c.due_at, criteria.due_before, criteria.due_after),
        (ACTIVITY.c.follow_up_at, criteria.follow_up_before, criteria.follow_up_after),
        (ACTIVITY.c.created_at, criteria.created_before, criteria.created_after),
        (ACTIVITY.c.updated_at, None, criteria.updated_after),
        (ACTIVITY.c.ended_at, criteria.ended_before, criteria.ended_after),
    ):
        if before is not None:
            found.append(column < before)
        if after is not None:
            found.append(column > after)
    return found
