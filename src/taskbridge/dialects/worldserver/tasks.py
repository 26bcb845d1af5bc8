"""Tasks: lists, searches, one task, and its history (contract 4). Called by the spec layer."""

from taskbridge.dialects.worldserver.errors import bad_request, not_found
from taskbridge.dialects.worldserver.listing import path_id, projection_of, read_listing, show_page, show_rows
from taskbridge.dialects.worldserver.searches import TASK_FIELDS, read_search
from taskbridge.dialects.worldserver.sources import TASK_SOURCE
from taskbridge.dialects.worldserver.values import parse_integer
from taskbridge.service import access, project_tasks, rights
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import catalogue
from taskbridge.store.project_task_lists import Involvement, TaskFilter

#: The views there are, and the ways of being involved that each shows; the names are those of the vendor's view modes.
VIEWS: dict[str, tuple[str, ...]] = {
    "TASKS": (),
    "ASSIGNED": ("assigned",),
    "ASSIGNED_OR_CLAIMED_TASKS": ("assigned", "claimed"),
    "LOCALE_AND_WORKGROUP": ("in_workgroup",),
    "ALLOWED": ("assigned", "claimed", "started", "in_workgroup"),
}


async def worldserver_list_tasks(call: Call) -> Answer:
    """Tasks by their ids, project, and how the caller is involved in them."""
    listing, query = read_listing(call), call.query

    def work(unit: Unit) -> dict[str, object]:
        criteria = TaskFilter(
            ids=query.get("ids"),
            project_ids=[query["projectId"]] if "projectId" in query else None,
            outdated_too=query.get("outdatedTasks", False),
            **access.project_tasks_shown(call.user),
            involving=_involvement(unit, call.user, query.get("view")),
        )
        return show_page(unit, TASK_SOURCE, criteria, listing)

    return Answer(200, await call.services.read(work, call.user.name))


def _involvement(unit: Unit, person: Person, view: str | None) -> Involvement | None:
    """Who must be involved how for a view; administrators are allowed everything."""
    if view is None:
        return None
    if view not in VIEWS:
        raise not_found("VIEW", view)
    ways = VIEWS[view]
    if not ways or (view == "ALLOWED" and person.admin):
        return None
    locales = tuple(link.number for link in catalogue.locales_of(unit.tx, [person.name]))
    return Involvement(person.name, person.groups, locales, **dict.fromkeys(ways, True))


async def worldserver_search_tasks(call: Call) -> Answer:
    """Tasks that meet the filters of a body."""
    listing, search = read_listing(call), read_search(call.body, TASK_FIELDS)
    criteria = TaskFilter(search=search, **access.project_tasks_shown(call.user))
    return Answer(200, await call.services.read(lambda unit: show_page(unit, TASK_SOURCE, criteria, listing)))


async def worldserver_get_task(call: Call) -> Answer:
    """One task."""
    task_id, projection = path_id(call, "taskId"), projection_of(call)

    def work(unit: Unit) -> dict[str, object]:
        row = project_tasks.find(unit, rights.doer(unit, call.user), task_id)
        return show_rows(unit, TASK_SOURCE, [row], projection)[0]

    return Answer(200, await call.services.read(work, call.user.name))


async def worldserver_task_history(call: Call) -> Answer:
    """A model for every step that a task has visited; the vendor gives empty ones (contract 4.11)."""
    try:
        task_id = parse_integer(call.query.get("taskId", ""))
    except ValueError as error:
        raise bad_request("Field task Id is not valid") from error

    def work(unit: Unit) -> int:
        return len(project_tasks.steps_of(unit, rights.doer(unit, call.user), task_id))

    visits = await call.services.read(work, call.user.name)
    return Answer(200, {"items": [{} for _ in range(visits)], "total": visits})
