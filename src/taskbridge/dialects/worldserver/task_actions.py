"""What is done to tasks: claimed, completed, cancelled, assigned, changed (contract 4.5 to 4.12).

Each action has a reader, which checks the form of one element, and a deed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from taskbridge.dialects.worldserver.bulk import (
    NOTHING_MORE,
    Element,
    Outcome,
    act_on,
    elements_of,
    envelope,
    required_id,
    task_id,
    text,
)
from taskbridge.dialects.worldserver.errors import BAD_UPDATE, WorldServerError, bad_request
from taskbridge.dialects.worldserver.files import plain_name
from taskbridge.dialects.worldserver.listing import path_id
from taskbridge.dialects.worldserver.values import as_id, parse_date
from taskbridge.dialects.worldserver.views.tasks import status_of
from taskbridge.service import project_assignments, project_tasks, projects, rights
from taskbridge.service.errors import NotFound
from taskbridge.service.project_errors import AlreadyCancelled, Inactive
from taskbridge.service.rights import Doer
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call, Multipart


async def _each_task(call: Call, deed: Callable[[Unit, Doer, int], None]) -> Answer:
    """A deed that needs nothing but the task."""

    def act(unit: Unit, doer: Doer, number: int) -> Outcome:
        deed(unit, doer, number)
        return number, NOTHING_MORE

    return await act_on(call, elements_of(call), task_id, act, lock=int)


async def worldserver_claim_tasks(call: Call) -> Answer:
    """Take tasks."""
    return await _each_task(call, project_tasks.claim)


async def worldserver_unclaim_tasks(call: Call) -> Answer:
    """Give tasks back."""
    return await _each_task(call, project_tasks.unclaim)


async def worldserver_include_cost(call: Call) -> Answer:
    """Count the cost of tasks."""
    return await _each_task(call, lambda unit, doer, number: project_tasks.set_cost(unit, doer, number, included=True))


async def worldserver_exclude_cost(call: Call) -> Answer:
    """Do not count the cost of tasks."""
    return await _each_task(call, lambda unit, doer, number: project_tasks.set_cost(unit, doer, number, included=False))


# complete


class _Completion(NamedTuple):
    task_id: int
    transition: int
    comment: str | None


def _completion(element: Element) -> _Completion:
    number = task_id(element)
    transition = required_id(element, "transitionId", "Transition Id is not valid")
    return _Completion(number, transition, text(element, "comment"))


def _complete(unit: Unit, doer: Doer, told: _Completion) -> Outcome:
    project_tasks.complete(unit, doer, told.task_id, told.transition, told.comment)
    return told.task_id, NOTHING_MORE


async def worldserver_complete_tasks(call: Call) -> Answer:
    """Leave the current steps of tasks by transitions."""
    return await act_on(call, elements_of(call), _completion, _complete, lock=lambda told: told.task_id)


# cancel


class _Cancellation(NamedTuple):
    task_id: int
    include_cost: bool
    comment: str


def _cancellation(element: Element) -> _Cancellation:
    number, include = task_id(element), element.get("includeCostInProject")
    if include is None:
        raise bad_request("IncludeCostInProject is not set")
    if not isinstance(include, bool):
        raise bad_request("IncludeCostInProject is not valid")
    comment = text(element, "comment")
    if comment is None:
        raise bad_request("Field comment not set")
    return _Cancellation(number, include, comment)


def _cancel(unit: Unit, doer: Doer, told: _Cancellation) -> Outcome:
    project_tasks.cancel(unit, doer, told.task_id, told.comment, include_cost=told.include_cost)
    return told.task_id, NOTHING_MORE


async def worldserver_cancel_tasks(call: Call) -> Answer:
    """End tasks."""
    return await act_on(call, elements_of(call), _cancellation, _cancel, lock=lambda told: told.task_id)


# redo


class _Redoing(NamedTuple):
    task_id: int
    comment: str | None


def _redoing(element: Element) -> _Redoing:
    return _Redoing(task_id(element), text(element, "comment"))


def _redo(unit: Unit, doer: Doer, told: _Redoing) -> Outcome:
    """The page has words of its own for this action (contract 4.8)."""
    try:
        project_tasks.redo(unit, doer, told.task_id, told.comment)
    except NotFound as error:
        raise WorldServerError(404, "Resource TASK_ID not found") from error
    except AlreadyCancelled as error:
        raise bad_request("Task is canceled") from error
    except Inactive as error:
        raise bad_request("Project doesn't have a task step") from error
    return told.task_id, NOTHING_MORE


async def worldserver_redo_tasks(call: Call) -> Answer:
    """Have failed steps done again."""
    return await act_on(call, elements_of(call), _redoing, _redo, lock=lambda told: told.task_id)


# assignees


class _Assignment(NamedTuple):
    task_id: int
    users: list[int]
    roles: list[int]
    steps: list[int] | None


def _assignment(element: Element) -> _Assignment:
    number = task_id(element)
    users = _ids(element, "assignedUserIds", "Resource user is not valid")
    roles = _ids(element, "assignedRoleIds", "Resource workflow role is not valid")
    if roles is None:  # the page itself once spells it so
        roles = _ids(element, "assignedRolesIds", "Resource workflow role is not valid")
    if not users and not roles:
        raise bad_request("Field assignedUserIds or assignedRoleIds not set")
    steps = _ids(element, "taskStepIds", "Resource task step is not valid")
    return _Assignment(number, users or [], roles or [], steps or None)


def _ids(element: Element, name: str, refusal: str) -> list[int] | None:
    given = element.get(name)
    if given is None:
        return None
    found = [as_id(one) for one in given] if isinstance(given, list) else [None]
    if None in found:
        raise bad_request(refusal)
    return [one for one in found if one is not None]


def _assign(unit: Unit, doer: Doer, told: _Assignment) -> Outcome:
    project_assignments.change(unit, doer, told.task_id, told.users, told.roles, told.steps)
    return told.task_id, NOTHING_MORE


async def worldserver_change_assignees(call: Call) -> Answer:
    """Say who may do steps of tasks."""
    return await act_on(call, elements_of(call), _assignment, _assign, lock=lambda told: told.task_id)


# update


@dataclass(frozen=True, slots=True)
class _Change:
    task_id: int
    values: dict[str, object] = field(default_factory=dict)
    steps: dict[int, int | None] = field(default_factory=dict)
    status: str | None = None


_UPDATABLE = frozenset({"id", "priority", "dueDate", "expectedDuration", "steps", "status"})


def _change(element: Element) -> _Change:
    number = as_id(element.get("id"))
    if number is None:
        told = element.get("id")
        raise bad_request(f"Resource TASK ({'null' if told is None else told}) is invalid")
    for name in element:
        if name not in _UPDATABLE:
            raise bad_request(f'Field "{name}" is not allowed')
    values: dict[str, object] = {}
    for name, column, read in (
        ("priority", "priority", _amount("Priority is invalid")),
        ("dueDate", "due_at", _due),
        ("expectedDuration", "expected_duration", _amount("expectedDuration is invalid")),
    ):
        if element.get(name) is not None:
            values[column] = read(element[name])
    return _Change(number, values, _due_steps(element.get("steps")), _wanted_status(element.get("status")))


def _amount(refusal: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        found = as_id(value)
        if found is None or found < 0:
            raise bad_request(refusal)
        return found

    return read


def _due(value: object) -> int:
    try:
        return parse_date(value) if isinstance(value, str) else _not_a_date()
    except ValueError as error:
        raise bad_request("dueDate is invalid") from error


def _not_a_date() -> int:
    raise ValueError("not a text")


def _due_steps(given: object) -> dict[int, int | None]:
    """The steps of an update: an id and a due date each."""
    if given is None:
        return {}
    if not isinstance(given, list):
        raise bad_request("steps is invalid")
    found: dict[int, int | None] = {}
    for step in given:
        number = as_id(step.get("id")) if isinstance(step, dict) else None
        if number is None or set(step) - {"id", "dueDate"}:
            raise bad_request("steps is invalid")
        if step.get("dueDate") is not None:
            found[number] = _due(step["dueDate"])
    return found


def _wanted_status(given: object) -> str | None:
    if given is None:
        return None
    word: Any = given.get("status") if isinstance(given, Mapping) else given
    if not isinstance(word, str):
        raise bad_request("status is invalid")
    return word


def _update(unit: Unit, doer: Doer, told: _Change) -> Outcome:
    if told.status is not None and told.status != status_of(project_tasks.find(unit, doer, told.task_id)):
        raise bad_request("status is invalid")
    try:
        project_tasks.update(unit, doer, told.task_id, told.values, told.steps)
    except NotFound as error:
        if error.kind == "step":
            raise bad_request("steps is invalid") from error
        raise
    return told.task_id, NOTHING_MORE


async def worldserver_update_tasks(call: Call) -> Answer:
    """Change members of tasks."""
    elements = elements_of(call, BAD_UPDATE)
    if not elements:
        raise bad_request(BAD_UPDATE)
    return await act_on(call, elements, _change, _update, lock=lambda told: told.task_id)


# source


async def worldserver_replace_task_asset(call: Call) -> Answer:
    """Start a task again with another source (contract 4.12)."""
    number = path_id(call, "taskId")
    part = call.body.first("file") if isinstance(call.body, Multipart) else None
    if part is None or part.filename is None:
        raise bad_request("File not sent")
    name, content = plain_name(part.filename), part.content

    def work(unit: Unit) -> int:
        project_tasks.lock(unit, [number])
        return projects.replace_source(unit, rights.doer(unit, call.user), number, name, content)

    made = await call.services.run(work, call.user.name)
    return Answer(200, envelope([{"status": "OK", "response": made}]))
