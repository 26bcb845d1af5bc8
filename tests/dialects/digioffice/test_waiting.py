"""Workflows that wait for events: they have no task meanwhile, for DigiOffice shows tasks and nothing else."""

from typing import Any

import pytest

from tests.client import jobs_done
from tests.digioffice import FINISH, TASKS, Office, error_of
from tests.waiting import HOUR, LISTENING, WAITING, awaited, happens

pytestmark = pytest.mark.anyio


@pytest.fixture
async def workflow(office: Office) -> int:
    """A workflow that waits for an answer after its first task, which alice has finished."""
    await office.camunda.deploy(("waiting.bpmn", WAITING.replace(b"ann", b"alice")))
    await office.camunda.deploy(("listening.bpmn", LISTENING.replace(b"ann", b"alice")))
    instance = int((await office.camunda.start("waiting"))[-12:], 16)
    assert await finish(office, instance, "Ask") == 204
    assert [task["Name"] for task in await tasks(office, instance)] == ["Note"]  # which that threw
    assert await finish(office, instance, "Note") == 204
    return instance


async def tasks(office: Office, workflow: int, **members: object) -> list[Any]:
    """The tasks of a workflow that alice sees."""
    response = await office.client.post(TASKS, {"WorkflowID": workflow, **members})
    assert response.status_code == 200, response.text
    found: list[Any] = response.json()
    return found


async def finish(office: Office, workflow: int, name: str, **members: object) -> int:
    """Finish the task of that name; the status of the answer."""
    (task,) = [one["ID"] for one in await tasks(office, workflow) if one["Name"] == name]
    return (await office.client.post(FINISH, {"TaskIDs": [task], **members})).status_code


async def test_a_workflow_that_waits_has_no_task_until_the_event_comes(office: Office, workflow: int) -> None:
    assert await tasks(office, workflow) == []
    assert {task["Name"] for task in await tasks(office, workflow, Finished=True)} == {"Ask", "Note"}
    await happens(office.served.app, workflow, "answered")
    (task,) = await tasks(office, workflow)
    assert (task["Name"], task["Status"]) == ("Read", "Assigned")
    assert [one["Name"] for one in task["Transitions"]] == ["Wait for the parcel"]
    assert await finish(office, workflow, "Read") == 204
    assert await tasks(office, workflow) == []
    await happens(office.served.app, workflow, "delivered")
    assert await awaited(office.served.app, workflow) == []


@pytest.mark.usefixtures("workflow")
async def test_a_finished_task_throws_a_signal_to_a_workflow_that_waits_for_it(office: Office) -> None:
    listening, other = [int((await office.camunda.start(key))[-12:], 16) for key in ("listening", "waiting")]
    assert await tasks(office, listening) == []
    assert await finish(office, other, "Ask") == 204
    assert [task["Name"] for task in await tasks(office, listening)] == ["Heard"]


async def test_a_timer_gives_the_next_task(office: Office, workflow: int) -> None:
    office.served.clock.advance(HOUR)
    await jobs_done(office.served.services)
    assert [task["Name"] for task in await tasks(office, workflow)] == ["Read"]


async def test_nobody_can_be_chosen_for_an_event(office: Office, workflow: int) -> None:
    await happens(office.served.app, workflow, "answered")
    (task,) = await tasks(office, workflow)
    (way,) = task["Transitions"]
    way = way | {"IsNext": True, "UserIDs": [office.users["bob"]]}
    answer = await office.client.post(FINISH, {"TaskIDs": [task["ID"]], "Transitions": [way]})
    assert answer.status_code == 400
    assert "no task follows" in error_of(answer)["Message"]
    assert [one["Name"] for one in await tasks(office, workflow)] == ["Read"]


async def test_an_event_that_interrupts_cancels_tasks(office: Office, workflow: int) -> None:
    await happens(office.served.app, workflow, "answered")
    (before,) = await tasks(office, workflow)
    await happens(office.served.app, workflow, "stopped")
    assert [task["Name"] for task in await tasks(office, workflow)] == ["Tidy up"]
    assert (await office.task(before["ID"]))["Status"] == "Cancelled"
    assert await awaited(office.served.app, workflow) == []
