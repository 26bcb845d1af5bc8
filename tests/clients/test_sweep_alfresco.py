"""Every operation of Alfresco's document, called by the client that `openapi-python-client` makes out of it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.sweep import Sweep
from tests.clients.work import reach_approval, start_order
from tests.figures import figure

PNG = b"\x89PNG"
#: The two owners of variables and items, as the names of operations have them.
OWNERS = ("process", "task")


@pytest.fixture(scope="module")
def alfresco(sweep: Callable[[str], Sweep]) -> Sweep:
    return sweep("alfresco")


@pytest.fixture
def adhoc(alfresco: Sweep) -> tuple[str, str]:
    """The vendor's ad-hoc process, started for oneself: the ids of the process and of its task."""
    body = {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": "demo"}}
    process = alfresco("start_processes", body=body).entry
    (task,) = entries(alfresco("list_process_tasks", process.id))
    return process.id, task.id


def entries(page: Any) -> list[Any]:  # noqa: ANN401 - a generated class
    """What is on a page of a list."""
    return [one.entry for one in page.list_.entries]


def test_tickets(alfresco: Sweep) -> None:
    made = alfresco("create_ticket", body={"userId": "alice", "password": "alice"}).entry
    assert (made.user_id, made.id.startswith("TICKET_")) == ("alice", True)
    with alfresco.client(made.id) as alice:
        assert alfresco("get_ticket", "-me-", by=alice).entry.id == made.id
        alfresco("delete_ticket", "-me-", by=alice)
        assert alfresco("get_ticket", "-me-", by=alice, expected=404).error.status_code == 404


def test_deployments(alfresco: Sweep) -> None:
    deployments = entries(alfresco("list_deployments", max_items="1000"))
    (demo,) = [one for one in deployments if one.name == "demo"]
    assert alfresco("get_deployment", demo.id).entry == demo


def test_process_definitions(alfresco: Sweep) -> None:
    (adhoc,) = entries(alfresco("list_process_definitions", where="(key='activitiAdhoc')"))
    assert alfresco("get_process_definition", adhoc.id).entry == adhoc
    fields = entries(alfresco("get_start_form_model", adhoc.id, max_items="1000"))
    assert "bpm_assignee" in {one.name for one in fields}
    assert alfresco("get_process_definition_image", adhoc.id).payload.read(4) == PNG


def test_processes(alfresco: Sweep, adhoc: tuple[str, str]) -> None:
    process, task = adhoc
    listed = entries(alfresco("list_processes", where="(processDefinitionKey='activitiAdhoc')", max_items="1000"))
    shown = alfresco("get_process", process).entry
    assert (shown.start_user_id, process in {one.id for one in listed}) == ("demo", True)
    (waiting,) = entries(alfresco("list_process_activities", process, status="active"))
    assert waiting.activity_definition_id == "adhocTask"
    assert alfresco("get_process_image", process).payload.read(4) == PNG
    alfresco("delete_process", process)
    assert alfresco("get_task", task).entry.state.value == "completed"


def test_tasks(alfresco: Sweep, adhoc: tuple[str, str]) -> None:
    process, task = adhoc
    assert task in {one.id for one in entries(alfresco("list_tasks", where="(assignee='demo')", max_items="1000"))}
    assert alfresco("get_task", task).entry.process_id == process
    fields = entries(alfresco("get_task_form_model", task, max_items="1000"))
    assert "bpm_comment" in {one.name for one in fields}
    done = alfresco("update_task", task, body={"state": "completed"}, select="state").entry
    assert (done.id, done.state.value) == (task, "completed")


def test_candidates(alfresco: Sweep, demo_service: str) -> None:
    approval = str(reach_approval(demo_service, start_order(demo_service, "S-2")))
    (managers,) = entries(alfresco("list_task_candidates", approval))
    assert (managers.candidate_type.value, managers.candidate_id) == ("group", "GROUP_managers")


@pytest.mark.parametrize("owner", OWNERS)
def test_variables(alfresco: Sweep, adhoc: tuple[str, str], owner: str) -> None:
    number = adhoc[OWNERS.index(owner)]
    scope = {"scope": "local"} if owner == "task" else {}
    sent = {"name": "pages", "type": "d:int", "value": 3, **scope}
    assert alfresco(f"create_{owner}_variables", number, body=sent).entry.value == 3
    assert alfresco(f"set_{owner}_variable", number, "pages", body={**sent, "value": 4}).entry.value == 4
    kept = {one.name: one for one in entries(alfresco(f"list_{owner}_variables", number, max_items="1000"))}
    assert (kept["pages"].type_, kept["pages"].value) == ("d:int", 4)
    alfresco(f"delete_{owner}_variable", number, "pages")
    left = entries(alfresco(f"list_{owner}_variables", number, max_items="1000"))
    assert "pages" not in {one.name for one in left}


@pytest.mark.parametrize("owner", OWNERS)
def test_items(alfresco: Sweep, adhoc: tuple[str, str], owner: str) -> None:
    number = adhoc[OWNERS.index(owner)]
    (translation, *_) = entries(alfresco("list_processes", where="(processDefinitionKey='translation')"))
    (text, *_) = entries(alfresco("list_process_items", translation.id))
    assert alfresco(f"add_{owner}_items", number, body={"id": text.id}).entry == text
    assert entries(alfresco(f"list_{owner}_items", number)) == [text]
    assert alfresco(f"get_{owner}_item", number, text.id).entry == text
    alfresco(f"delete_{owner}_item", number, text.id)
    assert entries(alfresco(f"list_{owner}_items", number)) == []


def test_every_operation_was_called(alfresco: Sweep) -> None:
    assert alfresco.missing() == []
    figure("sweep, alfresco", f"{len(alfresco.called)} operations called by a generated client")
