"""Tasks whose process waits for an event: active, at a step that waits and that is nobody's to do."""

from typing import Any

import pytest

from tests.bpmn import definitions
from tests.client import jobs_done
from tests.waiting import HOUR, LISTENING, WAITING, awaited, happens
from tests.worldserver import Office, WorldServerClient, message

pytestmark = pytest.mark.anyio
#: Two workflows: the first one calls the second between two steps.
_CALLING = (
    '<process id="translation" isExecutable="true"><startEvent id="start"/><userTask id="first" name="First"/>'
    '<callActivity id="call" calledElement="review"/><userTask id="last" name="Last"/>'
    '<sequenceFlow id="f1" sourceRef="start" targetRef="first"/><sequenceFlow id="f2" sourceRef="first" '
    'targetRef="call"/><sequenceFlow id="f3" sourceRef="call" targetRef="last"/></process>'
)
_CALLED = (
    '<process id="review" isExecutable="true"><startEvent id="start"/><userTask id="look" name="Look"/>'
    '<sequenceFlow id="f1" sourceRef="start" targetRef="look"/></process>'
)
_STEP = "currentTaskStep(id,name,type,typeName,workflowTransitions(id)),status(status),assignees(name)"


@pytest.fixture
async def task(office: Office, mona: WorldServerClient) -> int:
    """A task of a project whose workflow waits for an answer after its first step, which is done."""
    model = WAITING.replace(b'id="waiting"', b'id="translation"')
    model = model.replace(b'assignee="ann"', b'candidateGroups="translators"')
    await office.deploy(("waiting.bpmn", model), ("listening.bpmn", LISTENING))
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
    await happens(office.served.app, task, "answered")
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
    await happens(office.served.app, task, "delivered")
    assert (await mona.task(task, "status(status)"))["status"]["status"] == "COMPLETED"
    assert await awaited(office.served.app, task) == []


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


async def test_a_completion_throws_a_signal_to_a_task_that_waits_for_it(
    office: Office, mona: WorldServerClient, task: int
) -> None:
    listening = await office.start("listening")
    assert (await current(mona, listening))["name"] == "Wait for a question"
    assert (await current(mona, listening))["type"] == "WAIT"
    (other,) = await office.order("other.txt")
    assert (await mona.complete(other)).status_code == 200
    assert await mona.step(listening) == "Heard"


@pytest.mark.parametrize("of_project", [False, True])
async def test_what_is_cancelled_waits_no_longer(
    office: Office, mona: WorldServerClient, task: int, of_project: bool
) -> None:
    assert await awaited(office.served.app, task) == ["answered", "late", "stopped"]
    if of_project:
        project = (await mona.task(task, "project(id)"))["project"]["id"]
        answer = await mona.post("/projects/cancel", [{"id": project, "comment": "no need"}])
        await jobs_done(office.services)
    else:
        told = {"id": task, "includeCostInProject": True, "comment": "no need"}
        answer = await mona.post("/tasks/cancel", [told])
    assert answer.status_code == 200, answer.text
    assert (await mona.task(task, "status(status)"))["status"]["status"] == "CANCELED"
    assert await awaited(office.served.app, task) == []


async def test_a_claim_goes_on_to_the_next_step_beside_an_event(office: Office, mona: WorldServerClient) -> None:
    await office.deploy(("beside.bpmn", _BESIDE))
    number = await office.start("beside")
    assert (await mona.post("/tasks/claim", [{"id": number}])).status_code == 200
    assert (await mona.complete(number)).status_code == 200
    shown = await mona.task(number, "currentTaskStep(name),assignees(name)")
    assert (shown["currentTaskStep"]["name"], [one["name"] for one in shown["assignees"]]) == ("Next", ["mona"])


_BESIDE = definitions(
    '<message id="m" name="answered"/><process id="beside" isExecutable="true"><startEvent id="s"/>'
    '<userTask id="first" name="First"/><parallelGateway id="fork"/><userTask id="next" name="Next"/>'
    '<receiveTask id="wait" messageRef="m"/><sequenceFlow id="f1" sourceRef="s" targetRef="first"/>'
    '<sequenceFlow id="f2" sourceRef="first" targetRef="fork"/>'
    '<sequenceFlow id="f3" sourceRef="fork" targetRef="next"/>'
    '<sequenceFlow id="f4" sourceRef="fork" targetRef="wait"/></process>'
)


async def test_a_step_without_a_way_out_ends_its_path(office: Office, mona: WorldServerClient) -> None:
    await office.deploy(("ending.bpmn", _ENDING))
    number = await office.start("ending")
    workflow = (await mona.task(number, "workflow(id)"))["workflow"]["id"]
    inner, outer = (await mona.json(f"/workflows/{workflow}"))["steps"]
    assert [way["text"] for way in inner["outboundTransitions"]] == ["Complete"]
    assert outer["inboundTransitions"] == inner["outboundTransitions"]
    for name in ("Inner", "Outer"):
        assert await mona.step(number) == name
        assert (await mona.complete(number)).status_code == 200
    assert (await mona.task(number, "status(status)"))["status"]["status"] == "COMPLETED"


_ENDING = definitions(
    '<process id="ending" isExecutable="true"><startEvent id="s"/><subProcess id="sub"><startEvent id="i"/>'
    '<userTask id="inner" name="Inner"/><sequenceFlow id="f1" sourceRef="i" targetRef="inner"/></subProcess>'
    '<userTask id="outer" name="Outer"/><sequenceFlow id="f2" sourceRef="s" targetRef="sub"/>'
    '<sequenceFlow id="f3" sourceRef="sub" targetRef="outer"/></process>'
)


async def test_an_event_that_interrupts_takes_the_step_away(office: Office, mona: WorldServerClient, task: int) -> None:
    await happens(office.served.app, task, "stopped")
    assert await mona.step(task) == "Tidy up"
    assert await awaited(office.served.app, task) == []
    shown = await mona.task(task, "steps(name,type)")
    assert [step["name"] for step in shown["steps"]] == ["Ask", "An answer, or an hour", "Note", "Tidy up"]


async def test_a_task_goes_through_the_steps_of_a_workflow_that_its_own_calls(
    office: Office, mona: WorldServerClient
) -> None:
    """They are its steps: there is one task, for nobody has to know which workflow they are of."""
    await office.deploy(("calling.bpmn", definitions(_CALLING)), ("called.bpmn", definitions(_CALLED)))
    (number,) = await office.order()
    await mona.complete(number)
    assert await mona.step(number) == "Look"
    assert [row["id"] for row in (await mona.json("/tasks?fields=id"))["items"]] == [number]
    claimed = await mona.post("/tasks/claim", [{"id": number}])
    assert claimed.status_code == 200, claimed.text
    assert (await mona.task(number, "assignees(name)"))["assignees"] != []
    assert (await mona.complete(number)).status_code == 200
    assert await mona.step(number) == "Last"
    listed = (await mona.task(number, "steps(name,workflowStep(name))"))["steps"]
    assert [(step["name"], step["workflowStep"]["name"]) for step in listed] == [
        ("First", "First"),
        ("Look", "Look"),
        ("Last", "Last"),
    ]
    assert (await mona.complete(number)).status_code == 200
    assert (await mona.task(number, "status(status)"))["status"]["status"] == "COMPLETED"
