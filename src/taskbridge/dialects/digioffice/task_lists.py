"""Reading workflow tasks: lists, one, several as one, and what was said about one. Called through ``requests``."""

from dataclasses import replace
from typing import Any

from taskbridge.dialects.digioffice.models import (
    GetMultiTaskOperation,
    GetTaskCommentsOperation,
    GetTaskOperation,
    GetTasksOperation,
)
from taskbridge.dialects.digioffice.requests import Use, handlers
from taskbridge.dialects.digioffice.views.tasks import comment, multi_task, task
from taskbridge.service import access, comments, tasks, ways_out
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.spec import Handler
from taskbridge.store import identity as stored_identity
from taskbridge.store import user_task_lists
from taskbridge.store.activities import ActivityRow
from taskbridge.store.lists import Page
from taskbridge.store.user_task_lists import Standing, UserTaskFilter

_USUAL, _MOST = 100, 1000
#: The vendor says that one must be signed in, and of no role; what that is for is the rule of the tasks themselves.
POLICY = access.SHARED_WORK


def _list(unit: Unit, request: GetTasksOperation) -> list[Any]:
    person = access.acting(unit)
    found = user_task_lists.find(unit.tx, _filter(unit, request, person), page=_page(request))
    return _views(unit, found)


def _filter(unit: Unit, request: GetTasksOperation, person: Person) -> UserTaskFilter:
    workflow, assignee, postponed = request.WorkflowID, request.UserID, request.Postponed
    users = [] if assignee is None else access.users_by_number(unit, person, [assignee])
    criteria = UserTaskFilter(
        standing=Standing.ENDED if request.Finished else Standing.ALIVE,
        ids=request.TaskIDs or None,
        instance_ids=None if workflow is None else [workflow],
        assignees=None if assignee is None else [user.name for user in users],
        **access.tasks_shown(POLICY, person),
        follow_up_after=unit.tx.now if postponed else None,
        follow_up_before_or_none=unit.tx.now + 1 if postponed is False else None,
    )
    if not request.Mine:
        return criteria
    mine = UserTaskFilter(assignees=[person.name], candidate_user=person.name, candidate_user_groups=person.groups)
    return replace(criteria, any_of=(mine,))


def _page(request: GetTasksOperation) -> Page:
    take = request.Take
    return Page(max(request.Skip or 0, 0), _USUAL if take is None or take < 0 else min(take, _MOST))


def _get(unit: Unit, request: GetTaskOperation) -> object:
    return _views(unit, [_readable(unit, request.TaskID)])[0]


def _multi(unit: Unit, request: GetMultiTaskOperation) -> object:
    return multi_task(_views(unit, _visible(unit, tasks.find_all(unit, request.TaskIDs))))


def _comments(unit: Unit, request: GetTaskCommentsOperation) -> object:
    row = _readable(unit, request.TaskID)
    said = comments.of_task(unit, row.id)
    numbers = _numbers(unit, {one.author for one in said})
    return [comment(one, row.id, numbers) for one in said]


def _readable(unit: Unit, task_id: int) -> ActivityRow:
    """A task, open or ended. Raises NotFound, Refused."""
    return _visible(unit, [tasks.find(unit, task_id)])[0]


def _visible(unit: Unit, rows: list[ActivityRow]) -> list[ActivityRow]:
    """The same tasks, when the caller may see them all. Raises NotFound, Refused."""
    access.check_tasks(unit, POLICY, access.acting(unit), rows)
    return rows


def _views(unit: Unit, rows: list[ActivityRow]) -> list[Any]:
    steps = ways_out.of_tasks(unit, rows)
    said = comments.about(unit, [row.id for row in rows])
    numbers = _numbers(unit, {name for row in rows for name in (row.assignee, row.ended_by)})
    return [task(row, steps[row.id], said[row.id], numbers, unit.tx.now) for row in rows]


def _numbers(unit: Unit, names: set[str | None]) -> dict[str | None, int]:
    return {row.name: row.number for row in stored_identity.users(unit.tx, [name for name in names if name])}


#: What the operations do, by the words of their operationIds.
USES: dict[str, Use[Any]] = {
    "list_tasks": Use(_list, GetTasksOperation, reads=True),
    "query_tasks": Use(_list, GetTasksOperation, reads=True),
    "get_task": Use(_get, GetTaskOperation, ("TaskID",), reads=True),
    "query_task": Use(_get, GetTaskOperation, ("TaskID",), reads=True),
    "get_multi_task": Use(_multi, GetMultiTaskOperation, ("TaskIDs",), reads=True),
    "list_comments": Use(_comments, GetTaskCommentsOperation, ("TaskID",), reads=True),
    "query_comments": Use(_comments, GetTaskCommentsOperation, ("TaskID",), reads=True),
}
_BATCHES = ("query_tasks", "query_task", "get_multi_task", "query_comments")
HANDLERS: dict[str, Handler] = {f"digioffice_{name}": handlers(use)[0] for name, use in USES.items()} | {
    f"digioffice_{name}_batch": handlers(USES[name])[1] for name in _BATCHES
}
