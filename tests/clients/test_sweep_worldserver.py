"""Every operation of WorldServer's document, called by the client that `openapi-python-client` makes out of it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import checked_http
from tests.clients.sweep import Sweep
from tests.clients.waiting import until
from tests.clients.work import engine, order_project
from tests.clients.worldserver import TOPIC
from tests.figures import figure

PNG = b"\x89PNG"
LONG_AGO = "2020-05-24T06:48:18.473Z"
#: What there is to refer to: the names of the operations for many and for one.
REFERENCE = (
    ("list_workflows", "get_workflow"),
    ("list_workflow_roles", "get_workflow_role"),
    ("list_project_types", "get_project_type"),
    ("list_clients", "get_client"),
    ("list_locales", "get_locale"),
    ("list_users", "get_user"),
    ("list_projects", "get_project"),
    ("list_project_groups", "get_project_group"),
    ("list_tasks", "get_task"),
)


@pytest.fixture(scope="module")
def office(sweep: Callable[[str], Sweep]) -> Sweep:
    return sweep("worldserver")


@pytest.fixture
def project(demo_service: str) -> int:
    """A text that is to be translated; the id of the project."""
    return order_project(demo_service)


@pytest.fixture
def task(office: Sweep, project: int) -> int:
    """The one task of the project."""
    (found,) = office("list_tasks", project_id=project).items
    number: int = found.id
    return number


def by_id(number: int) -> dict[str, object]:
    """What a search for one thing says."""
    return {"operator": "and", "filters": [{"field": "id", "operator": "eq", "value": number}]}


def way(office: Sweep, task: int) -> int:
    """The id of the first transition out of the current step of a task."""
    step = office("get_task", task).current_task_step
    number: int = step.workflow_transitions[0].id
    return number


def bulk(office: Sweep, operation: str, *elements: dict[str, object]) -> Any:  # noqa: ANN401 - a generated class
    """Tell an operation what to do to several things; all of it succeeds."""
    done = office(operation, body=list(elements))
    assert [one.status.value for one in done.response] == ["OK"] * len(elements), operation
    return done


def fail_to_publish(host: str, office: Sweep, task: int) -> None:
    """Bring a task to its automatic step, which is the newest, and have the worker fail for good."""
    for _ in ("Translate", "Review"):
        bulk(office, "complete_tasks", {"id": task, "transitionId": way(office, task), "comment": "Done"})
    query = {"topicName": TOPIC, "sortBy": "id", "sortOrder": "desc", "maxResults": "1"}
    (step,) = engine(host, "/external-task", **query)
    url = f"{host}/engine-rest/external-task/{step['id']}"
    checked_http.post(f"{url}/lock", json={"workerId": "w", "lockDuration": 60_000}).raise_for_status()
    failure = {"workerId": "w", "errorMessage": "no space left", "retries": 0, "retryTimeout": 0}
    checked_http.post(f"{url}/failure", json=failure).raise_for_status()


def test_signing_in(office: Sweep) -> None:
    session = office("login", body={"username": "demo", "password": "demo"})
    assert session.user_details.username == "demo"
    assert office("check_token").user_details.username == "demo"
    assert office("info").name == "Taskbridge"


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("many", "one"), REFERENCE)
def test_what_there_is(office: Sweep, many: str, one: str) -> None:
    page = office(many, limit=5, offset=0)
    assert page.total >= len(page.items) > 0
    assert office(one, page.items[-1].id).id == page.items[-1].id


def test_whether_there_is_a_user(office: Sweep) -> None:
    office("user_exists", office("list_users").items[0].id)
    office("user_exists", 1, expected=404)


def test_pictures(office: Sweep, task: int) -> None:
    workflow = office("get_task", task).workflow.id
    assert office("get_workflow_image", workflow, task_id=task).payload.read(4) == PNG


def test_searches(office: Sweep, task: int, project: int) -> None:
    group = office("get_project", project).project_group_id
    for name, number in (("tasks", task), ("projects", project), ("project_groups", group)):
        found = office(f"search_{name}", body=by_id(number))
        assert (found.total, found.items[0].id) == (1, number), name


def test_files(office: Sweep, task: int) -> None:
    sent = office("upload_file", body=office.model("Upload", file=office.file("hello.txt", b"Hello")))
    read = office("download_files", filename=sent.internal_name, download_token=sent.download_token)
    assert read.payload.read() == b"Hello"
    assert office("download_asset", resource_id=task).payload.read() == b"Hello world"
    other = office.model("Upload", file=office.file("typed.txt", b"Hello moon"))
    done = office("replace_task_asset", task, body=other)
    assert done.status.value == "OK"
    assert office("get_task", task).status.status.value == "CANCELED"


def test_groups_are_made(office: Sweep) -> None:
    file = office("upload_file", body=office.model("Upload", file=office.file("hello.txt", b"Hello world")))
    wish = {
        "name": "Swept",
        "clientId": office("list_clients").items[0].id,
        "projectTypeId": office("list_project_types").items[0].id,
        "systemFiles": [file.internal_name],
        "locales": [{"id": office("list_locales").items[-1].id}],
    }
    made = bulk(office, "create_project_groups", wish)
    assert office("get_project_group", made.response[0].response).name == "Swept"


def test_tasks_change(office: Sweep, task: int) -> None:
    bulk(office, "update_tasks", {"id": task, "priority": 5})
    assert office("get_task", task).priority == 5
    for operation, included in (("exclude_cost", False), ("include_cost", True)):
        bulk(office, operation, {"id": task})
        assert office("get_task", task).include_in_cost is included
    bulk(office, "claim_tasks", {"id": task})
    bulk(office, "unclaim_tasks", {"id": task})
    (bob,) = [user for user in office("list_users").items if user.username == "bob"]
    bulk(office, "change_assignees", {"id": task, "assignedUserIds": [bob.id]})
    assert [one.name for one in office("get_task", task).assignees] == ["bob"]
    bulk(office, "cancel_tasks", {"id": task, "includeCostInProject": True, "comment": "Not needed"})
    assert office("get_task", task).status.status.value == "CANCELED"


def test_failed_steps_are_done_again(office: Sweep, demo_service: str, task: int, project: int) -> None:
    fail_to_publish(demo_service, office, task)
    assert office("get_project", project).errors == 1
    bulk(office, "redo_tasks", {"id": task, "comment": "Space made"})
    assert office("get_task", task).comment == "Space made"
    assert office("task_history", task_id=str(task)).total == 3
    assert office("get_project", project).errors == 0


def test_projects_are_done_in_the_background(office: Sweep, task: int, project: int) -> None:
    done = bulk(office, "complete_projects", {"id": project, "transitionId": way(office, task)})
    job = done.background_task_id
    assert until(lambda: office("get_job", job).status == "COMPLETED", 20)
    assert office("tail_job", job, date=LONG_AGO).items[-1].message == "1 tasks done, 0 failed"
    office("job_exists", job)
    assert office("get_task", task).current_task_step.name == "Review"
    cancelled = bulk(office, "cancel_projects", {"id": project, "comment": "Not needed"})
    assert until(lambda: office("get_job", cancelled.background_task_id).status == "COMPLETED", 20)
    assert office("get_project", project).status.value == "CANCELED"


def test_failed_projects_are_done_again(office: Sweep, demo_service: str, task: int, project: int) -> None:
    fail_to_publish(demo_service, office, task)
    assert office("get_project", project).errors == 1
    bulk(office, "redo_projects", {"id": project})
    assert office("get_project", project).errors == 0


def test_every_operation_was_called(office: Sweep) -> None:
    assert office.missing() == []
    figure("sweep, worldserver", f"{len(office.called)} operations called by a generated client")
