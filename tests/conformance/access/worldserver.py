"""How WorldServer's operations are asked: for a task of a project, and for one that belongs to no project.

Both are at a step that the owner has claimed. Everybody has all rights, so that only access refuses.
"""

from collections.abc import Callable, Mapping

from tests.conformance.access.asking import Ask
from tests.conformance.access.world import Need, Things

PROJECT, LOOSE = "project task", "task"


def path(things: Things) -> Mapping[str, object]:
    """The path parameters."""
    return {
        "taskId": things.instance,
        "workflowId": things.definition,
        "projectId": things.project,
        "groupId": things.group,
        "userId": things.person,
        "jobId": things.job,
    }


def _instance(things: Things) -> object:
    return things.instance


Members = Callable[[Things], dict[str, object]]


def _nothing(things: Things) -> dict[str, object]:
    return {}


def _tasks(more: Members = _nothing, need: Need | None = None) -> tuple[Ask, ...]:
    """An action on both kinds of tasks."""

    def body(things: Things) -> object:
        return [{"id": things.instance, **more(things)}]

    return tuple(Ask(about, body=body, changes=True, need=need) for about in (PROJECT, LOOSE))


def _all(things: Things) -> str:
    return "limit=10000"


def _reads(
    query: Callable[[Things], str] | None = None, *, listed: bool = False, search: bool = False
) -> tuple[Ask, ...]:
    lists, query = (_instance, _all) if listed else (None, query)
    body: Callable[[Things], object] | None = (lambda _: {"filters": []}) if search else None
    return tuple(Ask(about, query=query, lists=lists, body=body) for about in (PROJECT, LOOSE))


def _projects(more: Members = _nothing, need: Need | None = None) -> tuple[Ask, ...]:
    return (Ask("project", body=lambda things: [{"id": things.project, **more(things)}], changes=True, need=need),)


def _transition(things: Things) -> dict[str, object]:
    return {"transitionId": things.transition}


def _order(things: Things) -> object:
    files, locales = [f"{things.spare}/b.txt"], [{"id": things.locale}]
    order = {"name": "x", "clientId": things.client, "projectTypeId": things.kind}
    return [{**order, "systemFiles": files, "locales": locales}]


def _file(things: Things) -> str:
    return f"filename={things.document}/a.txt&downloadToken={things.token}"


def _asset(kind: str, number: Callable[[Things], int]) -> Ask:
    about = PROJECT if kind == "TASK" else "project"
    return Ask(about, query=lambda things: f"resourceType={kind}&resourceId={number(things)}")


_SEARCH: Callable[[Things], object] = lambda _: {"filters": []}  # noqa: E731 - a table of such
ASKS: Mapping[str, tuple[Ask, ...]] = {
    "list_tasks": _reads(listed=True),
    "search_tasks": _reads(listed=True, search=True),
    "get_task": _reads(),
    "update_tasks": _tasks(lambda _: {"priority": 3}),
    "claim_tasks": _tasks(),
    "unclaim_tasks": _tasks(),
    "complete_tasks": _tasks(_transition),
    "cancel_tasks": _tasks(lambda _: {"includeCostInProject": True, "comment": "x"}),
    "redo_tasks": _tasks(need=Need.FAILED),
    "change_assignees": _tasks(lambda things: {"assignedUserIds": [things.person]}),
    "include_cost": _tasks(),
    "exclude_cost": _tasks(),
    "replace_task_asset": tuple(
        Ask(about, files=[("file", ("c.txt", b"words"))], changes=True) for about in (PROJECT, LOOSE)
    ),
    "task_history": _reads(lambda things: f"taskId={things.instance}"),
    "list_workflows": (Ask("definition", query=_all, lists=lambda things: things.definition),),
    "get_workflow": (Ask("definition"),),
    "get_workflow_image": (Ask("definition", hidden=500),),
    "list_projects": (Ask("project", query=_all, lists=lambda things: things.project),),
    "get_project": (Ask("project"),),
    "search_projects": (Ask("project", query=_all, body=_SEARCH, lists=lambda things: things.project),),
    "complete_projects": _projects(_transition),
    "cancel_projects": _projects(lambda _: {"comment": "x"}),
    "redo_projects": _projects(need=Need.FAILED),
    "create_project_groups": (Ask("file", body=_order, hidden=400, changes=True),),
    "list_project_groups": (Ask("project", query=_all, lists=lambda things: things.group),),
    "get_project_group": (Ask("project"),),
    "search_project_groups": (Ask("project", query=_all, body=_SEARCH, lists=lambda things: things.group),),
    "list_users": (Ask("person", query=_all, lists=lambda things: things.person),),
    "get_user": (Ask("person"),),
    "user_exists": (Ask("person"),),
    "get_job": (Ask("job"),),
    "job_exists": (Ask("job"),),
    "tail_job": (Ask("job", query=lambda _: "date=2020-01-01"),),
    "download_files": (Ask("file", query=_file, hidden=400),),
    "download_asset": (
        _asset("TASK", lambda things: things.instance),
        _asset("PROJECT", lambda things: things.project),
        _asset("PROJECT_GROUP", lambda things: things.group),
    ),
}
NOT_ASKED = {
    **dict.fromkeys(("login", "check_token"), "one's own session"),
    "info": "the version of the server",
    "upload_file": "makes a file of one's own network",
    **dict.fromkeys(
        (
            *("list_workflow_roles", "get_workflow_role", "list_project_types", "get_project_type"),
            *("list_clients", "get_client", "list_locales", "get_locale"),
        ),
        "reference data, shared by all networks",
    ),
}
