"""Process instances as tasks: filters, order and pages in SQL, over instances of whatever origin.

An instance of a project has a row of its own about that (``ProjectTask``); another may have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, union

from taskbridge.kinds import ACTIVITY_ROW
from taskbridge.store.activities import ACTIVITY, CANDIDATE, INSTANCE
from taskbridge.store.database import Transaction
from taskbridge.store.field_conditions import Comparison, Field, Search, searched
from taskbridge.store.lists import ALL, Network, Page, Sorting, among, beside_index, count, ordered, paged, same_way
from taskbridge.store.project_tables import Project, ProjectGroup, ProjectTask, ProjectType
from taskbridge.store.statements import columns_of
from taskbridge.store.tables import LISTED, table_of
from taskbridge.store.viewers import Viewer, instances_of

TASK = table_of(ProjectTask)
PROJECT = table_of(Project)
GROUP = table_of(ProjectGroup)
TYPE = table_of(ProjectType)


class TaskRow(NamedTuple):
    """A process instance as a task; what stands in its own row as such is None where it has none."""

    id: int
    definition_id: int
    name: str | None
    state: int
    tenant: str | None
    outdated: bool
    started_by: str | None
    started_at: int
    ended_at: int | None
    project_id: int | None
    number: int | None
    document_id: int | None
    words: int
    priority: int
    due_at: int | None
    expected_duration: int
    include_in_cost: bool
    ancestor_id: int


_COLUMNS = columns_of(
    TaskRow,
    INSTANCE,
    project_id=TASK.c.project_id,
    number=TASK.c.number,
    document_id=TASK.c.document_id,
    words=func.coalesce(TASK.c.words, 0),
    priority=func.coalesce(TASK.c.priority, 0),
    due_at=TASK.c.due_at,
    expected_duration=func.coalesce(TASK.c.expected_duration, 0),
    include_in_cost=func.coalesce(TASK.c.include_in_cost, 1),
    ancestor_id=func.coalesce(TASK.c.ancestor_id, INSTANCE.c.id),
)
#: Activities of processes that were called; they belong to the task at the top.
OF_CALLED = text("activity_instance.root_id <> activity_instance.instance_id")
WITH_STEPS = TASK.join(
    ACTIVITY,
    or_(ACTIVITY.c.instance_id == TASK.c.instance_id, and_(OF_CALLED, ACTIVITY.c.root_id == TASK.c.instance_id)),
)
_JOINED = INSTANCE.outerjoin(TASK, TASK.c.instance_id == INSTANCE.c.id)
_LISTED = text(" AND ".join(f"process_instance.{part}" for part in LISTED.split(" AND ")))
_ORIGINAL = text("process_instance.parent_activity_id IS NULL")

ORDERS: dict[str, ColumnElement[Any]] = {
    "id": INSTANCE.c.id,
    "name": INSTANCE.c.name,
    "started_at": INSTANCE.c.started_at,
    "priority": func.coalesce(TASK.c.priority, 0),
    "due_at": TASK.c.due_at,
    "words": func.coalesce(TASK.c.words, 0),
}


@dataclass(frozen=True, slots=True)
class Involvement:
    """How a user must be involved in a task: at least one of the ways that are True."""

    user: str
    groups: tuple[str, ...] = ()
    locale_ids: tuple[int, ...] = ()  # those the user works with; empty for all
    assigned: bool = False
    claimed: bool = False
    started: bool = False
    in_workgroup: bool = False


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list of tasks is narrowed to; None does not narrow. Combined with and.

    ``visible_to`` leaves the tasks of projects, and of the others those that somebody has something to do with.
    """

    ids: Sequence[int] | None = None
    project_ids: Sequence[int] | None = None
    outdated_too: bool = False
    network: Network | None = None
    visible_to: Viewer | None = None
    involving: Involvement | None = None
    search: Search = field(default_factory=Search)


def find(tx: Transaction, criteria: TaskFilter, sorting: Sequence[Sorting] = (), page: Page = ALL) -> list[TaskRow]:
    """The matching tasks; by id where no order is given."""
    query = paged(ordered(_query(tx.dialect, criteria), ORDERS, sorting, same_way(INSTANCE.c.id, sorting)), page)
    return [TaskRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: TaskFilter) -> int:
    """How many tasks match."""
    query = _query(tx.dialect, criteria)
    if criteria.project_ids is None and criteria.visible_to is None and not criteria.search.conditions:
        # Nothing that is asked stands in the other table: the count needs an index only.
        query = select(INSTANCE.c.id).where(*_conditions(tx.dialect, criteria))
        return int(tx.select(select(func.count()).select_from(query.subquery()))[0][0])
    return count(tx, query)


def _query(dialect: str, criteria: TaskFilter) -> Select[Any]:
    return select(*_COLUMNS).select_from(_JOINED).where(*_conditions(dialect, criteria))


def _conditions(dialect: str, criteria: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[Any] = [_ORIGINAL if criteria.outdated_too else _LISTED]
    found += among(INSTANCE.c.id, criteria.ids)
    found += among(TASK.c.project_id, criteria.project_ids)
    if criteria.network is not None:
        found.append(criteria.network.owns(beside_index(dialect, INSTANCE.c.tenant)))
    if criteria.visible_to is not None:
        found.append(or_(TASK.c.project_id.is_not(None), INSTANCE.c.id.in_(instances_of(criteria.visible_to))))
    found += searched(criteria.search, FIELDS)
    if criteria.involving is not None:
        found.append(_involved(criteria.involving))
    return found


def _involved(by: Involvement) -> ColumnElement[bool]:
    """The ways as one list of ids: alternatives beside each other would make the database look at every task."""
    waiting = text(ACTIVITY_ROW.user_task_alive)
    ways: list[Select[Any]] = []
    if by.claimed:
        ways.append(select(ACTIVITY.c.root_id).where(waiting, ACTIVITY.c.assignee == by.user))
    if by.assigned:
        offered = or_(CANDIDATE.c.user_id == by.user, CANDIDATE.c.group_id.in_(by.groups))
        steps = CANDIDATE.join(ACTIVITY, ACTIVITY.c.id == CANDIDATE.c.activity_id)
        assigned = select(ACTIVITY.c.root_id).select_from(steps)
        ways.append(assigned.where(waiting, CANDIDATE.c.type == "candidate", offered))
    if by.started:
        begun = INSTANCE.alias("begun")
        ways.append(select(begun.c.id).where(begun.c.started_by == by.user))
    if by.in_workgroup:
        theirs = TASK.alias("theirs")
        ways.append(select(theirs.c.instance_id).where(theirs.c.project_id.in_(_of_workgroups(by))))
    return INSTANCE.c.id.in_(union(*ways))


def _of_workgroups(by: Involvement) -> Select[Any]:
    projects = PROJECT.join(GROUP, GROUP.c.id == PROJECT.c.group_id).join(TYPE, TYPE.c.id == GROUP.c.project_type_id)
    found = select(PROJECT.c.id).select_from(projects).where(TYPE.c.workgroup.in_(by.groups))
    return found.where(PROJECT.c.target_locale_id.in_(by.locale_ids)) if by.locale_ids else found


def _of_project(column: ColumnElement[Any]) -> Field:
    """A field of the task's project."""

    def condition(compare: Comparison, value: str | int) -> ColumnElement[bool]:
        projects = PROJECT.join(GROUP, GROUP.c.id == PROJECT.c.group_id)
        return TASK.c.project_id.in_(select(PROJECT.c.id).select_from(projects).where(compare(column, value)))

    return condition


def _current_step(compare: Comparison, value: str | int) -> ColumnElement[bool]:
    waiting = text(ACTIVITY_ROW.user_task_alive)
    return INSTANCE.c.id.in_(select(ACTIVITY.c.root_id).where(waiting, compare(ACTIVITY.c.name, value)))


#: What a search can ask for.
FIELDS: dict[str, Field] = {
    "id": INSTANCE.c.id,
    "name": INSTANCE.c.name,
    "definition_id": INSTANCE.c.definition_id,
    "state": INSTANCE.c.state,
    "started_by": INSTANCE.c.started_by,
    "started_at": INSTANCE.c.started_at,
    "priority": func.coalesce(TASK.c.priority, 0),
    "due_at": TASK.c.due_at,
    "project_id": TASK.c.project_id,
    "project_name": _of_project(PROJECT.c.name),
    "project_group_id": _of_project(PROJECT.c.group_id),
    "target_locale_id": _of_project(PROJECT.c.target_locale_id),
    "client_id": _of_project(GROUP.c.client_id),
    "step_name": _current_step,
}
