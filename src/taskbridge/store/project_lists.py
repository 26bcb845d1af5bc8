"""Lists of projects and project groups: filters, order and pages in SQL; and how far the work in them is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, distinct, func, or_, select, text

from taskbridge.kinds import ACTIVITY_ROW, INSTANCE_ROW, ActivityKind, InstanceState
from taskbridge.store.activities import ACTIVITY, CANDIDATE, INSTANCE
from taskbridge.store.database import Transaction
from taskbridge.store.field_conditions import Comparison, Field, Search, searched
from taskbridge.store.lists import (
    ALL,
    Network,
    Page,
    Sorting,
    among,
    count,
    of_network,
    one_of,
    ordered,
    paged,
    same_way,
)
from taskbridge.store.project_task_lists import GROUP, PROJECT, TASK, TYPE, WITH_STEPS
from taskbridge.store.statements import columns_of


class ProjectRow(NamedTuple):
    """A project with what it has from its group and its type."""

    id: int
    group_id: int
    name: str
    description: str | None
    target_locale_id: int
    due_at: int | None
    created_by: str | None
    created_at: int
    client_id: int
    project_type_id: int
    process_key: str
    source_locale_id: int | None
    workgroup: str | None


class GroupRow(NamedTuple):
    """A project group with what it has from its type."""

    id: int
    name: str
    description: str | None
    client_id: int
    project_type_id: int
    created_by: str | None
    created_at: int
    source_locale_id: int | None
    workgroup: str | None


class Counts(NamedTuple):
    """How many tasks a project has, how many words they have, and when the last of them ended."""

    project_id: int
    total: int = 0
    active: int = 0
    completed: int = 0
    canceled: int = 0
    words: int = 0
    pending_words: int = 0
    finished_words: int = 0
    ended_at: int | None = None
    claimed: int = 0
    assigned: int = 0
    failed: int = 0


_PROJECT_COLUMNS = columns_of(
    ProjectRow,
    PROJECT,
    client_id=GROUP.c.client_id,
    project_type_id=GROUP.c.project_type_id,
    process_key=TYPE.c.process_key,
    source_locale_id=TYPE.c.source_locale_id,
    workgroup=TYPE.c.workgroup,
)
_PROJECTS = PROJECT.join(GROUP, GROUP.c.id == PROJECT.c.group_id).join(TYPE, TYPE.c.id == GROUP.c.project_type_id)
_GROUP_COLUMNS = columns_of(GroupRow, GROUP, source_locale_id=TYPE.c.source_locale_id, workgroup=TYPE.c.workgroup)
_GROUPS = GROUP.join(TYPE, TYPE.c.id == GROUP.c.project_type_id)

PROJECT_ORDERS: dict[str, ColumnElement[Any]] = {
    "id": PROJECT.c.id,
    "name": PROJECT.c.name,
    "created_at": PROJECT.c.created_at,
    "due_at": PROJECT.c.due_at,
}
GROUP_ORDERS: dict[str, ColumnElement[Any]] = {
    "id": GROUP.c.id,
    "name": GROUP.c.name,
    "created_at": GROUP.c.created_at,
}


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """What a list of projects is narrowed to; None and False do not narrow. Combined with and."""

    ids: Sequence[int] | None = None
    group_ids: Sequence[int] | None = None
    target_locale_id: int | None = None
    only_active: bool = False
    network: Network | None = None
    search: Search = field(default_factory=Search)


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """What a list of project groups is narrowed to; None does not narrow. Combined with and."""

    ids: Sequence[int] | None = None
    network: Network | None = None
    search: Search = field(default_factory=Search)


def find(
    tx: Transaction, criteria: ProjectFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[ProjectRow]:
    """The matching projects; by id where no order is given."""
    query = paged(ordered(_query(criteria), PROJECT_ORDERS, sorting, same_way(PROJECT.c.id, sorting)), page)
    return [ProjectRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: ProjectFilter) -> int:
    """How many projects match."""
    return count(tx, _query(criteria))


def find_groups(
    tx: Transaction, criteria: GroupFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[GroupRow]:
    """The matching project groups; by id where no order is given."""
    query = paged(ordered(_group_query(criteria), GROUP_ORDERS, sorting, same_way(GROUP.c.id, sorting)), page)
    return [GroupRow._make(row) for row in tx.select(query)]


def number_of_groups(tx: Transaction, criteria: GroupFilter) -> int:
    """How many project groups match."""
    return count(tx, _group_query(criteria))


def counts(tx: Transaction, project_ids: Sequence[int]) -> dict[int, Counts]:
    """How far the work in projects is, in two statements."""
    found = {row[0]: Counts(*row) for row in tx.select(_ends(project_ids))} if project_ids else {}
    for row in map(tuple, tx.select(_waiting(project_ids)) if found else ()):
        found[row[0]] = found[row[0]]._replace(claimed=row[1], assigned=row[2], failed=row[3])
    return {number: found.get(number, Counts(number)) for number in project_ids}


def _ends(project_ids: Sequence[int]) -> Select[Any]:
    state, words = INSTANCE.c.state, TASK.c.words
    active, completed = state < InstanceState.COMPLETED, state == InstanceState.COMPLETED
    return (
        select(
            TASK.c.project_id,
            func.count(),
            *(func.count(case((fact, 1))) for fact in (active, completed, state > InstanceState.COMPLETED)),
            # A sum of big integers is a decimal number to PostgreSQL.
            *(cast(func.sum(each), BigInteger) for each in (words, _when(active, words), _when(completed, words))),
            func.max(INSTANCE.c.ended_at),
        )
        .select_from(TASK.join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id))
        .where(one_of(TASK.c.project_id, project_ids), INSTANCE.c.outdated == 0)
        .group_by(TASK.c.project_id)
    )


def _when(fact: ColumnElement[bool], value: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((fact, value), else_=0)


def _waiting(project_ids: Sequence[int]) -> Select[Any]:
    # Not EXISTS: PostgreSQL would read all candidates there are to look for those of a few steps.
    offer = select(CANDIDATE.c.id).where(CANDIDATE.c.activity_id == ACTIVITY.c.id).limit(1).scalar_subquery()
    assigned = or_(ACTIVITY.c.assignee.is_not(None), offer.is_not(None))
    failed = (ACTIVITY.c.kind == ActivityKind.EXTERNAL) & (ACTIVITY.c.retries <= 0)
    return (
        select(
            TASK.c.project_id,
            *(
                func.count(distinct(case((fact, TASK.c.instance_id))))
                for fact in (ACTIVITY.c.assignee.is_not(None), assigned, failed)
            ),
        )
        .select_from(WITH_STEPS)
        .where(one_of(TASK.c.project_id, project_ids), text(ACTIVITY_ROW.alive))
        .group_by(TASK.c.project_id)
    )


def _query(criteria: ProjectFilter) -> Select[Any]:
    query = select(*_PROJECT_COLUMNS).select_from(_PROJECTS)
    query = query.where(*among(PROJECT.c.id, criteria.ids), *among(PROJECT.c.group_id, criteria.group_ids))
    query = query.where(*of_network(GROUP.c.tenant, criteria.network))
    if criteria.target_locale_id is not None:
        query = query.where(PROJECT.c.target_locale_id == criteria.target_locale_id)
    if criteria.only_active:
        # From what is alive to its projects: most projects are over, and each has tasks that all would be looked at.
        living = select(TASK.c.project_id).select_from(TASK.join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id))
        living = living.where(TASK.c.project_id.is_not(None), text(INSTANCE_ROW.alive))
        query = query.where(PROJECT.c.id.in_(living))
    return query.where(*searched(criteria.search, PROJECT_FIELDS))


def _group_query(criteria: GroupFilter) -> Select[Any]:
    query = select(*_GROUP_COLUMNS).select_from(_GROUPS)
    query = query.where(*among(GROUP.c.id, criteria.ids), *of_network(GROUP.c.tenant, criteria.network))
    return query.where(*searched(criteria.search, GROUP_FIELDS))


def _of_a_project(column: ColumnElement[Any]) -> Field:
    """A field of any of the group's projects."""

    def condition(compare: Comparison, value: str | int) -> ColumnElement[bool]:
        return GROUP.c.id.in_(select(PROJECT.c.group_id).where(compare(column, value)))

    return condition


#: What searches can ask for.
PROJECT_FIELDS: dict[str, Field] = {
    "id": PROJECT.c.id,
    "name": PROJECT.c.name,
    "description": PROJECT.c.description,
    "group_id": PROJECT.c.group_id,
    "target_locale_id": PROJECT.c.target_locale_id,
    "created_at": PROJECT.c.created_at,
    "created_by": PROJECT.c.created_by,
    "due_at": PROJECT.c.due_at,
    "client_id": GROUP.c.client_id,
    "project_type_id": GROUP.c.project_type_id,
}
GROUP_FIELDS: dict[str, Field] = {
    "id": GROUP.c.id,
    "name": GROUP.c.name,
    "description": GROUP.c.description,
    "created_at": GROUP.c.created_at,
    "created_by": GROUP.c.created_by,
    "client_id": GROUP.c.client_id,
    "project_type_id": GROUP.c.project_type_id,
    "project_id": _of_a_project(PROJECT.c.id),
    "project_name": _of_a_project(PROJECT.c.name),
    "target_locale_id": _of_a_project(PROJECT.c.target_locale_id),
}
