"""Tasks as whole runs of a process: claiming, completing and changing the step that a run stands at.

The rules hold for every dialect that shows runs rather than single activities as its tasks. Order of checks, which
is part of them: the task exists, the user type's right, whose step it is, and then the deed itself.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from taskbridge.kinds import ActivityKind, ActivityState, InstanceState
from taskbridge.service import access, comments, external_tasks, processes, tasks, workflows
from taskbridge.service.errors import NotFound
from taskbridge.service.project_errors import (
    AlreadyCancelled,
    Cause,
    Inactive,
    NoSuchTransition,
    NotAssignable,
    NotClaimed,
    NotEligible,
    NothingFailed,
)
from taskbridge.service.rights import TASK, Doer
from taskbridge.service.unit import Unit
from taskbridge.service.workflows import Way
from taskbridge.store import project_lists, projects
from taskbridge.store import project_task_lists as task_lists
from taskbridge.store.project_lists import ProjectFilter
from taskbridge.store.project_task_lists import TaskFilter, TaskRow
from taskbridge.store.projects import StepRow

_FIRST = (ActivityKind.USER, ActivityKind.EXTERNAL, ActivityKind.EVENT)


class Stand(NamedTuple):
    """A task and the steps it stands at: usually one, none when it is over, several between a fork and its join."""

    task: TaskRow
    steps: list[StepRow]

    @property
    def current(self) -> StepRow | None:
        """The step that counts as the current one (``current_of``)."""
        return current_of(self.steps)


def current_of(steps: Sequence[StepRow]) -> StepRow | None:
    """Of the steps that a task stands at the one that counts as the current one.

    It is the oldest that people do, else the oldest that a worker does, else the oldest at which it waits for an event.
    """
    return min(steps, key=lambda step: _FIRST.index(step.kind), default=None)


def visits_of(unit: Unit, task_ids: Sequence[int]) -> list[StepRow]:
    """All visits of tasks to steps, oldest first.

    Without the events that happened beside a step: at its boundary, or where an event subprocess begins.
    """
    return [row for row in projects.steps(unit.tx, task_ids) if row.kind != ActivityKind.EVENT or _waited(unit, row)]


def _waited(unit: Unit, row: StepRow) -> bool:
    return unit.process(row.definition_id).nodes[row.node_id].behaviour.for_events


def lock(unit: Unit, task_ids: Sequence[int]) -> None:
    """Hold tasks against other writers until the commit, in an order that suits everybody."""
    projects.lock(unit.tx, sorted(set(task_ids)))


def find(unit: Unit, doer: Doer, task_id: int) -> TaskRow:
    """One task; raises NotFound, also where the user may not see it."""
    found = task_lists.find(unit.tx, TaskFilter(ids=[task_id], outdated_too=True))
    if not found:
        raise NotFound(TASK, task_id)
    access.check_project_task(unit, doer.person, found[0])
    return found[0]


def stand(unit: Unit, doer: Doer, task_id: int) -> Stand:
    """One task with the steps it stands at; raises NotFound."""
    row = find(unit, doer, task_id)
    return Stand(row, projects.steps(unit.tx, [task_id], alive=True) if row.state < InstanceState.COMPLETED else [])


def claim(unit: Unit, doer: Doer, task_id: int) -> None:
    """Take the current step. Raises NotFound, Refused, NotEligible."""
    found = stand(unit, doer, task_id)
    doer.require("CLAIM", TASK, task_id)
    step = found.current
    if step is None or step.kind != ActivityKind.USER:
        raise NotEligible("CLAIM", task_id, Cause.NOT_ASSIGNED)
    _require_eligible(unit, doer, "CLAIM", found.task, step)
    tasks.claim(unit, step.id, doer.person.name)


def unclaim(unit: Unit, doer: Doer, task_id: int) -> None:
    """Give the current step back. Raises NotFound, Refused, NotClaimed, NotAssignable, NotEligible."""
    found = stand(unit, doer, task_id)
    doer.require("UNCLAIM", TASK, task_id)
    step = found.current
    if step is None:
        raise NotClaimed(task_id)
    if step.kind != ActivityKind.USER:
        raise NotAssignable(step.id, _name(unit, step))
    if step.assignee is None:
        raise NotClaimed(task_id)
    if step.assignee != doer.person.name and not doer.person.admin:
        raise NotEligible("UNCLAIM", task_id, Cause.CLAIMED)
    tasks.assign(unit, step.id, None)


def complete(unit: Unit, doer: Doer, task_id: int, transition: int, comment: str | None) -> None:
    """Leave the current step by a transition. Raises NotFound, Refused, NotEligible, NoSuchTransition, EngineError.

    Between a fork and its join the transition tells which of the steps is meant. What he had claimed stays claimed
    where the next step is one that he may do.
    """
    found = stand(unit, doer, task_id)
    doer.require("COMPLETE", TASK, task_id)
    step, way = _chosen(unit, found, transition)
    if step is not None and step.kind == ActivityKind.USER:
        _require_eligible(unit, doer, "COMPLETE", found.task, step)
    if step is None or way is None:
        raise NoSuchTransition("task", transition)
    leave(unit, step, way, comment)
    if step.assignee == doer.person.name:
        _keep_claim(unit, doer, found)


def leave(unit: Unit, step: StepRow, way: Way, comment: str | None) -> None:
    """Complete a step by a transition, with what the user has to say about it. Raises EngineError."""
    tasks.complete(unit, step.id, transition=way.flow_id)
    if comment:
        comments.add(unit, step.instance_id, comment, activity_id=step.id)


def cancel(unit: Unit, doer: Doer, task_id: int, comment: str, *, include_cost: bool) -> None:
    """End a task from outside. Raises NotFound, Refused, AlreadyCancelled, Inactive."""
    row = find(unit, doer, task_id)
    doer.require("CANCEL", TASK, task_id)
    _require_active(row)
    end(unit, row, comment)
    projects.change_task(unit.tx, task_id, include_in_cost=int(include_cost))


def end(unit: Unit, row: TaskRow, comment: str) -> None:
    """End a task that is active, and say why."""
    processes.delete(unit, row.id, comment)
    if comment:
        comments.add(unit, row.id, comment)


def redo(unit: Unit, doer: Doer, task_id: int, comment: str | None) -> None:
    """Have failed automatic steps done again. Raises NotFound, Refused, AlreadyCancelled, Inactive, NothingFailed."""
    found = stand(unit, doer, task_id)
    doer.require("COMPLETE", TASK, task_id)
    _require_active(found.task)
    failed = [step.id for step in found.steps if has_failed(step)]
    if not failed:
        raise NothingFailed("task", task_id)
    external_tasks.set_retries(unit, failed, 1)
    if comment:
        comments.add(unit, task_id, comment, activity_id=failed[0])


def has_failed(step: StepRow) -> bool:
    """Whether an automatic step has failed and will not be tried again by itself."""
    return step.kind == ActivityKind.EXTERNAL and step.retries is not None and step.retries <= 0


def set_cost(unit: Unit, doer: Doer, task_id: int, *, included: bool) -> None:
    """Count a task's cost towards its project, or do not. Raises NotFound, Refused."""
    find(unit, doer, task_id)
    doer.require("INCLUDE COST" if included else "EXCLUDE COST", TASK, task_id)
    projects.change_task(unit.tx, task_id, include_in_cost=int(included))


def update(
    unit: Unit, doer: Doer, task_id: int, values: Mapping[str, object], due_steps: Mapping[int, int | None]
) -> None:
    """Set ``priority``, ``due_at`` or ``expected_duration`` of a task, and when steps of it are due.

    Raises NotFound, Refused, and NotFound of a step that is not one of its steps that people are at.
    """
    found = stand(unit, doer, task_id)
    doer.require("UPDATE", TASK, task_id)
    human = {step.id for step in found.steps if step.kind == ActivityKind.USER}
    for step_id in due_steps:
        if step_id not in human:
            raise NotFound("step", step_id)
    if values:
        projects.change_task(unit.tx, task_id, **values)
    for step_id, due_at in due_steps.items():
        tasks.update(unit, step_id, {"due_at": due_at})


def steps_of(unit: Unit, doer: Doer, task_id: int) -> list[StepRow]:
    """All visits of a task to steps, oldest first; raises NotFound."""
    find(unit, doer, task_id)
    return visits_of(unit, [task_id])


def _require_active(row: TaskRow) -> None:
    if row.state in (InstanceState.EXTERNALLY_TERMINATED, InstanceState.INTERNALLY_TERMINATED):
        raise AlreadyCancelled(row.id)
    if row.state >= InstanceState.COMPLETED:
        raise Inactive("task", row.id)


def _chosen(unit: Unit, found: Stand, transition: int) -> tuple[StepRow | None, Way | None]:
    for step in found.steps:
        if step.kind == ActivityKind.USER:
            way = workflows.of_definition(unit, step.definition_id).way(step.node_id, transition)
            if way is not None:
                return step, way
    return found.current, None


def _require_eligible(unit: Unit, doer: Doer, action: str, row: TaskRow, step: StepRow) -> None:
    cause = _hindrance(unit, doer, row, step)
    if cause is not None:
        raise NotEligible(action, row.id, cause)


def _hindrance(unit: Unit, doer: Doer, row: TaskRow, step: StepRow) -> Cause | None:
    """Why a step is not somebody's to do; None when it is. Administrators take what is not claimed."""
    person = doer.person
    if step.assignee is not None:
        return None if step.assignee == person.name else Cause.CLAIMED
    if person.admin:
        return None
    workgroup = _workgroup(unit, row)
    if workgroup is not None and workgroup not in person.groups:
        return Cause.NOT_IN_WORKGROUP
    offers = projects.offers(unit.tx, [step.id])
    mine = any(offer.user_id == person.name or offer.group_id in person.groups for offer in offers)
    return None if mine or not offers else Cause.NOT_ASSIGNED


def _workgroup(unit: Unit, row: TaskRow) -> str | None:
    if row.project_id is None:
        return None
    found = project_lists.find(unit.tx, ProjectFilter(ids=[row.project_id]))
    return found[0].workgroup if found else None


def _keep_claim(unit: Unit, doer: Doer, before: Stand) -> None:
    """The claim is on the task: it goes on to the one step that the completion led to, where the user may do that."""
    known = {step.id for step in before.steps}
    steps = projects.steps(unit.tx, [before.task.id], alive=True)
    fresh = [step for step in steps if step.id not in known and step.kind != ActivityKind.EVENT]
    if len(fresh) != 1 or fresh[0].kind != ActivityKind.USER or fresh[0].state != ActivityState.OPEN:
        return
    if fresh[0].assignee is None and _hindrance(unit, doer, before.task, fresh[0]) is None:
        tasks.claim(unit, fresh[0].id, doer.person.name)


def _name(unit: Unit, step: StepRow) -> str:
    node = unit.process(step.definition_id).nodes[step.node_id]
    return step.name or node.name or node.id
