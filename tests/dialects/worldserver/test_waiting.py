"""Tasks whose process waits for an event: active, at a step that waits and that is nobody's to do."""

from typing import Any

import pytest

from taskbridge.service import deployments
from tests.client import jobs_done
from tests.waiting import HOUR, WAITING, awaited, happens
from tests.worldserver import Office, WorldServerClient, message

pytestmark = pytest.mark.anyio
_STEP = "currentTaskStep(id,name,type,typeName,workflowTransitions(id)),status(status),assignees(name)"


@pytest.fixture
async def task(office: Office, mona: WorldServerClient) -> int:
    """A task of a project whose workflow waits for an answer after its first step, which is done."""
    model = WAITING.replace(b'id="waiting"', b'id="translation"')
    model = model.replace(b'assignee="ann"', b'candidateGroups="translators"')
    sources = deployments.read([("waiting.bpmn", model)])
    await office.services.run(lambda unit: deployments.deploy(unit, sources))
    (number,) = await office.order()
    assert (await mona.complete(number)).status_code == 200
    assert await mona.step(number) == "Note"  # which the completion threw
    assert (await mona.complete(number)).status_code == 200
    return number


async def current(client: WorldServerClient, number: int) -> Any:  # noqa: ANN401 - JSON
    """The step that a task is at."""
    return (await client.task(number, _STEP))["currentTaskStep"]


async def test_a_task_that_waits_is_at_a_step_that_is_nobodys(
    office: Office, mona: WorldServerClient, task: int
) -> None:
    shown = await mona.task(task, _STEP)
    step = shown["currentTaskStep"]
    assert (step["name"], step["type"], step["typeName"]) == ("An answer, or an hour", "WAIT", "Waiting step")
    assert (step["workflowTransitions"], shown["status"]["status"], shown["assignees"]) == ([], "ACTIVE", [])
    for path, told, text in (
        ("claim", {}, "No rights to CLAIM for resource type TASK"),
        ("unclaim", {}, f"Step An answer, or an hour ({step['id']}) is not assigned"),
        (
            "complete",
            {"transitionId": 1},
            "The supplied completion transition is not one of the valid options",
        ),
    ):
        answer = await mona.post(f"/tasks/{path}", [{"id": task, **told}])
        assert (answer.status_code, message(answer)) == (400, text)
    await happens(office.services, task, "answered")
    assert (await current(mona, task))["type"] == "HUMAN"
    assert await mona.step(task) == "Read"


async def test_the_steps_of_a_task_have_those_at_which_it_waited(
    office: Office, mona: WorldServerClient, task: int
) -> None:
    office.served.clock.advance(HOUR)
    await jobs_done(office.services)
    await mona.complete(task)
    fields = "currentTaskStep(id),steps(id,name,type,workflowStep(name,type),workflowTransitions(id))"
    shown = await mona.task(task, fields)
    listed = [(step["name"], step["type"]) for step in shown["steps"]]
    assert listed == [
        ("Ask", "HUMAN"),
        ("An answer, or an hour", "WAIT"),
        ("Note", "HUMAN"),
        ("Late", "WAIT"),
        ("Read", "HUMAN"),
        ("Wait for the parcel", "WAIT"),
    ]
    assert shown["currentTaskStep"]["id"] == shown["steps"][-1]["id"]
    assert shown["steps"][-1]["workflowStep"] == {"name": "Wait for the parcel", "type": "WAIT"}
    assert shown["steps"][-1]["workflowTransitions"] == []
    await happens(office.services, task, "delivered")
    assert (await mona.task(task, "status(status)"))["status"]["status"] == "COMPLETED"
    assert await awaited(office.services, task) == []


async def test_a_workflow_shows_where_it_waits(mona: WorldServerClient, task: int) -> None:
    workflow = (await mona.task(task, "workflow(id)"))["workflow"]["id"]
    shown = await mona.json(f"/workflows/{workflow}")
    steps = {step["name"]: step for step in shown["steps"]}
    assert {name for name, step in steps.items() if step["stepType"] == "WAIT"} == {
        *("An answer, or an hour", "Answered", "Late", "Wait for the parcel"),
    }
    assert [way["text"] for way in steps["An answer, or an hour"]["outboundTransitions"]] == ["Answered", "Late"]
    assert len(steps["Read"]["inboundTransitions"]) == 2
    # An event subprocess begins by its event, and not from another step.
    assert len(steps["Tidy up"]["inboundTransitions"]) == 1
    assert "action" not in steps["Wait for the parcel"]


@pytest.mark.parametrize("of_project", [False, True])
async def test_what_is_cancelled_waits_no_longer(
    office: Office, mona: WorldServerClient, task: int, of_project: bool
) -> None:
    assert await awaited(office.services, task) == ["answered", "late", "stopped"]
    if of_project:
        project = (await mona.task(task, "project(id)"))["project"]["id"]
        answer = await mona.post("/projects/cancel", [{"id": project, "comment": "no need"}])
        await jobs_done(office.services)
    else:
        told = {"id": task, "includeCostInProject": True, "comment": "no need"}
        answer = await mona.post("/tasks/cancel", [told])
    assert answer.status_code == 200, answer.text
    assert (await mona.task(task, "status(status)"))["status"]["status"] == "CANCELED"
    assert await awaited(office.services, task) == []


async def test_an_event_that_interrupts_takes_the_step_away(office: Office, mona: WorldServerClient, task: int) -> None:
    await happens(office.services, task, "stopped")
    assert await mona.step(task) == "Tidy up"
    assert await awaited(office.services, task) == []
    shown = await mona.task(task, "steps(name,type)")
    assert [step["name"] for step in shown["steps"]] == ["Ask", "An answer, or an hour", "Note", "Tidy up"]
