"""Statements on projects, their groups and tasks, and on what is read beside a page of tasks."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select, text, update

from taskbridge.kinds import ACTIVITY_ROW, ActivityKind
from taskbridge.store.activities import ACTIVITY, CANDIDATE, INSTANCE
from taskbridge.store.database import Transaction
from taskbridge.store.documents import DOCUMENT
from taskbridge.store.lists import one_of
from taskbridge.store.project_tables import ProjectTask
from taskbridge.store.project_task_lists import GROUP, OF_CALLED, PROJECT, TASK, WITH_STEPS
from taskbridge.store.statements import Statement, insert_into

_INSERT_TASK = Statement(insert_into(ProjectTask))
_LOCK = Statement(
    select(INSTANCE.c.id)
    .where(INSTANCE.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(INSTANCE.c.id)
    .with_for_update(key_share=True, of=INSTANCE)
)


class StepRow(NamedTuple):
    """One visit of a task to a step: a user task, an external task or an event that is waited for; alive or over."""

    id: int
    instance_id: int
    definition_id: int
    node_id: str
    kind: int
    state: int
    name: str | None
    topic: str | None
    retries: int | None
    assignee: str | None
    due_at: int | None
    created_at: int
    ended_at: int | None


#: A step in a process that was called is one of the task that stands at the top.
_STEP_COLUMNS = [ACTIVITY.c["root_id" if name == "instance_id" else name] for name in StepRow._fields]


class OfferRow(NamedTuple):
    """A user or group that a step is offered to."""

    activity_id: int
    user_id: str | None
    group_id: str | None


class AssetRow(NamedTuple):
    """A document by its name and size."""

    id: int
    name: str
    size: int


class ValuesRow(NamedTuple):
    """The variables of an instance as they are stored."""

    instance_id: int
    variables: str


class StandRow(NamedTuple):
    """A task of a project and the step that it is at."""

    instance_id: int
    activity_id: int
    definition_id: int
    node_id: str
    kind: int


class PlaceRow(NamedTuple):
    """A step of a definition."""

    definition_id: int
    node_id: str


class WorkflowRow(NamedTuple):
    """The definition that tasks of a project run on."""

    project_id: int
    definition_id: int


def lock(tx: Transaction, instance_ids: Sequence[int]) -> None:
    """Lock instances in the order of their ids, so that two requests for many of them cannot block each other."""
    if tx.dialect != "sqlite":  # whose writer lock is that lock already
        tx.rows(_LOCK, {"ids": list(instance_ids)})


def insert_group(tx: Transaction, **values: object) -> None:
    """Write a project group."""
    tx.execute(GROUP.insert().values(**values))


def insert_project(tx: Transaction, **values: object) -> None:
    """Write a project."""
    tx.execute(PROJECT.insert().values(**values))


def insert_task(
    tx: Transaction,
    instance_id: int,
    *,
    project_id: int | None = None,
    number: int | None = None,
    document_id: int | None = None,
    words: int = 0,
    priority: int = 0,
    due_at: int | None = None,
    ancestor_id: int | None = None,
) -> None:
    """Write what is known of a process instance as a task."""
    row = {
        "instance_id": instance_id,
        "project_id": project_id,
        "number": number,
        "document_id": document_id,
        "words": words,
        "priority": priority,
        "due_at": due_at,
        "expected_duration": 0,
        "include_in_cost": 1,
        "ancestor_id": ancestor_id or instance_id,
    }
    tx.write(_INSERT_TASK, row)


def change_task(tx: Transaction, instance_id: int, **values: object) -> None:
    """Set what is known of a process instance as a task; its row is made where it is missing."""
    change = update(TASK).where(TASK.c.instance_id == instance_id).values(**values)
    if not tx.execute(change):
        insert_task(tx, instance_id)
        tx.execute(change)


def set_outdated(tx: Transaction, instance_id: int) -> None:
    """Another instance has taken the place of this one."""
    tx.execute(update(INSTANCE).where(INSTANCE.c.id == instance_id).values(outdated=1))


def steps(tx: Transaction, instance_ids: Sequence[int], *, alive: bool = False) -> list[StepRow]:
    """The visits of tasks to steps, oldest first; on request only those that are going on."""
    of_called = and_(OF_CALLED, one_of(ACTIVITY.c.root_id, instance_ids))
    query = select(*_STEP_COLUMNS).where(or_(one_of(ACTIVITY.c.instance_id, instance_ids), of_called))
    if alive:
        query = query.where(text(ACTIVITY_ROW.alive))
    query = query.where(text(ACTIVITY_ROW.step)).order_by(ACTIVITY.c.root_id, ACTIVITY.c.id)
    return [StepRow._make(row) for row in tx.select(query)]


def offers(tx: Transaction, activity_ids: Sequence[int]) -> list[OfferRow]:
    """Whom steps are offered to, each once."""
    query = select(CANDIDATE.c.activity_id, CANDIDATE.c.user_id, CANDIDATE.c.group_id)
    query = query.where(one_of(CANDIDATE.c.activity_id, activity_ids), CANDIDATE.c.type == "candidate")
    rows = tx.select(query.order_by(CANDIDATE.c.activity_id, CANDIDATE.c.id))
    return list(dict.fromkeys(OfferRow._make(row) for row in rows))


def assets(tx: Transaction, document_ids: Sequence[int]) -> list[AssetRow]:
    """Documents without their contents."""
    query = select(DOCUMENT.c.id, DOCUMENT.c.name, DOCUMENT.c.size)
    return [AssetRow._make(row) for row in tx.select(query.where(one_of(DOCUMENT.c.id, document_ids)))]


def variables(tx: Transaction, instance_ids: Sequence[int]) -> list[ValuesRow]:
    """The variables of instances that have any."""
    query = select(INSTANCE.c.id, INSTANCE.c.variables).where(one_of(INSTANCE.c.id, instance_ids))
    return [ValuesRow._make(row) for row in tx.select(query.where(INSTANCE.c.variables.is_not(None)))]


def active_steps(tx: Transaction, project_id: int, after: int, most: int) -> list[StandRow]:
    """What active tasks of a project are at, in the order of tasks, some at most: steps and asynchronous continuations.

    Every active task is at something, so that none is missing.
    """
    query = (
        select(TASK.c.instance_id, ACTIVITY.c.id, ACTIVITY.c.definition_id, ACTIVITY.c.node_id, ACTIVITY.c.kind)
        .select_from(WITH_STEPS)
        .where(TASK.c.project_id == project_id, TASK.c.instance_id > after)
        .where(text(ACTIVITY_ROW.alive), text(ACTIVITY_ROW.token), ACTIVITY.c.kind != ActivityKind.CALL)
        .order_by(TASK.c.instance_id, ACTIVITY.c.id)
        .limit(most)
    )
    return [StandRow._make(row) for row in tx.select(query)]


def failed_steps(tx: Transaction, project_id: int) -> list[int]:
    """The automatic steps of a project's tasks that have failed for good."""
    query = (
        select(ACTIVITY.c.id)
        .select_from(WITH_STEPS)
        .where(TASK.c.project_id == project_id, ACTIVITY.c.kind == ActivityKind.EXTERNAL, ACTIVITY.c.retries <= 0)
        .where(text(ACTIVITY_ROW.alive))
    )
    return [row[0] for row in tx.select(query.order_by(ACTIVITY.c.id))]


def distinct_steps(tx: Transaction, project_id: int) -> list[PlaceRow]:
    """Which steps of people the active tasks of a project are at."""
    query = (
        select(ACTIVITY.c.definition_id, ACTIVITY.c.node_id)
        .select_from(WITH_STEPS)
        .where(TASK.c.project_id == project_id, ACTIVITY.c.kind == ActivityKind.USER, text(ACTIVITY_ROW.alive))
        .distinct()
    )
    return [PlaceRow._make(row) for row in tx.select(query)]


def definitions_of(tx: Transaction, project_ids: Sequence[int]) -> list[WorkflowRow]:
    """The newest definitions that tasks of projects run on."""
    query = (
        select(TASK.c.project_id, func.max(INSTANCE.c.definition_id))
        .select_from(TASK.join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id))
        .where(one_of(TASK.c.project_id, project_ids))
        .group_by(TASK.c.project_id)
    )
    return [WorkflowRow._make(row) for row in tx.select(query)]
