"""A client made from `openapi/worldserver.yaml` by `openapi-python-client`, at the time of the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.clients.generated import Caller, Generated
from tests.clients.worldserver import Place


@pytest.fixture
def sign_in(generated: Callable[[str], Generated], worldserver: Place) -> Iterator[Callable[[str], Caller]]:
    """Signs users in."""
    with ExitStack() as stack:

        def signed_in(name: str) -> Caller:
            user = Caller(generated("worldserver"), worldserver.host, name)
            stack.callback(user.close)
            return user

        yield signed_in


def order(user: Caller, place: Place) -> int:
    """Upload a text and have it translated; the id of the group."""
    upload = user.model("Upload", file=user.file("hello.txt", b"Hello world"))
    file = user.call("files", "upload_file", body=upload)
    target = user.model("LocaleReference", id=place.ids["German"])
    wish = user.model(
        "ProjectGroupCreation",
        name="Generated",
        client_id=place.ids["Acme"],
        project_type_id=place.ids["Web"],
        system_files=[file.internal_name],
        locales=[target],
    )
    made = user.call("project_groups", "create_project_groups", body=[wish])
    assert made.status.value == "OK"
    group: int = made.response[0].response
    return group


def complete(user: Caller, task: int, text: str) -> None:
    """Go the documented way: the task tells its workflow, the workflow the transitions of the step."""
    shown = user.call("tasks", "get_task", task)
    workflow = user.call("workflows", "get_workflow", shown.workflow.id)
    step = next(step for step in workflow.steps if step.name == shown.current_task_step.name)
    way = next(way for way in step.outbound_transitions if way.text == text)
    assert way.id in {one.id for one in shown.current_task_step.workflow_transitions}
    told = user.model("TaskCompletion", id=task, transition_id=way.id, comment=f"{text} by {user.name}")
    assert user.call("tasks", "complete_tasks", body=[told]).status.value == "OK"


def claim(user: Caller, task: int) -> None:
    assert user.call("tasks", "claim_tasks", body=[user.model("TaskReference", id=task)]).status.value == "OK"


def test_a_task_goes_from_an_upload_to_its_end(sign_in: Callable[[str], Caller], worldserver: Place) -> None:
    demo, alice, bob = (sign_in(name) for name in ("demo", "alice", "bob"))
    group = order(demo, worldserver)
    project = demo.call("project_groups", "get_project_group", group).projects[0]
    listed = demo.call("tasks", "list_tasks", project_id=project.id, fields="id,name,status")
    assert (listed.total, listed.items[0].name, listed.items[0].status.status.value) == (1, "hello.txt", "ACTIVE")
    task = listed.items[0].id
    claim(alice, task)
    complete(alice, task, "Complete")
    claim(bob, task)
    complete(bob, task, "Rework")
    complete(alice, task, "Complete")
    complete(bob, task, "Complete")
    waiting = demo.call("tasks", "get_task", task)
    assert (waiting.current_task_step.name, waiting.current_task_step.workflow_transitions) == ("Publish", [])
    assert worldserver.work()
    done = demo.call("tasks", "get_task", task)
    assert (done.status.status.value, done.finished_words, done.comment) == ("COMPLETED", 2, "Complete by bob")
    names = [step.name for step in done.steps]
    assert names == ["Translate", "Review", "Translate", "Review", "Publish"]
    assert demo.call("projects", "get_project", project.id).status.value == "COMPLETED"


def test_an_error_is_parsed_too(sign_in: Callable[[str], Caller]) -> None:
    missing = sign_in("demo").call("tasks", "get_task", 1, status=404)
    assert missing.errors[0].message == "Resource TASK (1) not found"


def test_every_list_is_parsed(sign_in: Callable[[str], Caller]) -> None:
    demo = sign_in("demo")
    for tag, operation in (
        ("tasks", "list_tasks"),
        ("workflows", "list_workflows"),
        ("workflows", "list_workflow_roles"),
        ("projects", "list_projects"),
        ("project_groups", "list_project_groups"),
        ("reference_data", "list_clients"),
        ("reference_data", "list_project_types"),
        ("reference_data", "list_locales"),
        ("reference_data", "list_users"),
    ):
        page = demo.call(tag, operation, limit=5, offset=0)
        assert page.total >= len(page.items) > 0, operation
    workflow = demo.call("workflows", "list_workflows", fields="id,name").items[-1]
    assert demo.call("workflows", "get_workflow_image", workflow.id).payload.read(4) == b"\x89PNG"
    assert demo.call("session", "info").name == "Taskbridge"
    assert demo.call("session", "check_token").user_details.username == "demo"
