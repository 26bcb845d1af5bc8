"""Messages over HTTP, beside what is recorded: batches of them, many receivers at once, and where we choose."""

from typing import Any

import pytest

from tests.bpmn import definitions
from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.models import deploy, deploy_process
from tests.serving import Served

pytestmark = pytest.mark.anyio

_WAITING = definitions(
    '<message id="paid" name="Paid"/><message id="lost" name="Lost"/>'
    '<process id="waiting" isExecutable="true"><startEvent id="begin"/>'
    '<sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/><receiveTask id="wait" messageRef="paid"/>'
    '<sequenceFlow id="f2" sourceRef="wait" targetRef="pack"/><userTask id="pack"/>'
    '<boundaryEvent id="gone" attachedToRef="wait"><messageEventDefinition messageRef="lost"/></boundaryEvent>'
    '<sequenceFlow id="f3" sourceRef="gone" targetRef="search"/><userTask id="search"/></process>'
)
_BATCH = "/process-instance/message-async"


async def _tasks(camunda: CamundaClient, instance: str) -> list[str]:
    found: list[dict[str, Any]] = (await camunda.get(f"/task?processInstanceId={instance}")).json()
    return sorted(task["taskDefinitionKey"] for task in found)


async def _batch(camunda: CamundaClient, served: Served, body: dict[str, object]) -> dict[str, Any]:
    """A batch whose jobs have been carried out, as it was answered."""
    answer = await camunda.post(_BATCH, body)
    assert answer.status_code == 200, answer.text
    await jobs_done(served.services)
    made: dict[str, Any] = answer.json()
    return made


async def test_a_batch_gives_a_message_to_every_instance_with_its_variables(
    camunda: CamundaClient, served: Served
) -> None:
    await deploy(camunda, _WAITING)
    first, second, other = [await camunda.start("waiting", {"businessKey": key}) for key in ("a", "b", "c")]
    variables = {
        "letter": {"value": "SGk=", "type": "File", "valueInfo": {"filename": "hi.txt", "mimeType": "text/plain"}},
        "raw": {"value": "AAE=", "type": "Bytes"},
        "count": {"value": 3},
        "nothing": {"value": None},
        "list": {"value": "[1]", "type": "Json"},
    }
    selected: dict[str, object] = {
        "processInstanceIds": [first, first, "unknown"],
        "processInstanceQuery": {"businessKey": "b"},
    }
    made = await _batch(camunda, served, {"messageName": "Paid", "variables": variables, **selected})
    assert (made["type"], made["totalJobs"]) == ("correlate-message", 3)
    assert (await camunda.get(f"/batch/{made['id']}")).status_code == 404  # over: each of its jobs has been done
    assert [await _tasks(camunda, one) for one in (first, second, other)] == [["pack"], ["pack"], []]
    for instance in (first, second):
        stored = (await camunda.get(f"/process-instance/{instance}/variables")).json()
        assert {name: one["type"] for name, one in stored.items()} == {
            "letter": "File",
            "raw": "Bytes",
            "count": "Integer",
            "nothing": "Null",
            "list": "Json",
        }
        assert (await camunda.get(f"/process-instance/{instance}/variables/letter/data")).content == b"Hi"
        assert (await camunda.get(f"/process-instance/{instance}/variables/raw/data")).content == b"\0\1"


async def test_a_batch_passes_over_what_is_suspended_and_starts_nothing(camunda: CamundaClient, served: Served) -> None:
    await deploy(camunda, _WAITING)
    await deploy_process(camunda, '<process id="Q" isExecutable="true"><startEvent id="s"/></process>')
    suspended = await camunda.start("waiting")
    await camunda.put(f"/process-instance/{suspended}/suspended", {"suspended": True})
    made = await _batch(camunda, served, {"messageName": "Paid", "processInstanceIds": [suspended]})
    assert (await camunda.get(f"/batch/{made['id']}")).status_code == 404
    await camunda.put(f"/process-instance/{suspended}/suspended", {"suspended": False})
    assert await _tasks(camunda, suspended) == []


async def test_a_batch_without_a_name_is_for_instances_that_wait_for_one_message(
    camunda: CamundaClient, served: Served
) -> None:
    plain = _WAITING.replace(b'"waiting"', b'"plain"').replace(b'<messageEventDefinition messageRef="lost"/>', b"")
    plain = plain.replace(b"<boundaryEvent", b"<!--").replace(b'targetRef="search"/>', b"-->")
    await deploy(camunda, plain.replace(b'<userTask id="search"/>', b""))
    await deploy(camunda, _WAITING)
    one, two = await camunda.start("plain"), await camunda.start("waiting")
    await _batch(camunda, served, {"processInstanceIds": [one]})
    assert await _tasks(camunda, one) == ["pack"]
    await _batch(camunda, served, {"processInstanceIds": [two]})
    (failed,) = (await camunda.get("/job")).json()
    told = f"More than one matching message subscription found for execution {await _execution(camunda, two)}: "
    assert failed["exceptionMessage"] == f"{told}eventSubscriptions does not have 1 elements"
    assert failed["processInstanceId"] is None
    assert await _tasks(camunda, two) == []


async def _execution(camunda: CamundaClient, instance: str) -> str:
    """The execution of the only activity that is alive."""
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    (activity,) = tree["childActivityInstances"]
    (found,) = activity["executionIds"]
    return str(found)


async def test_a_message_goes_to_more_instances_than_one_turn_of_the_loop_is_for(camunda: CamundaClient) -> None:
    await deploy(camunda, _WAITING)
    for number in range(210):
        await camunda.start("waiting", {"businessKey": "even" if number % 2 else "odd"})
    refused = await camunda.post("/message", {"messageName": "Paid"})
    assert "210 executions match" in refused.json()["message"]
    half = await camunda.post(
        "/message", {"messageName": "Paid", "businessKey": "even", "all": True, "resultEnabled": True}
    )
    assert len({one["execution"]["processInstanceId"] for one in half.json()}) == 105
    rest = await camunda.post("/message", {"messageName": "Paid", "all": True, "resultEnabled": True})
    assert len(rest.json()) == 105
    assert (await camunda.get("/task/count?taskDefinitionKey=pack")).json() == {"count": 210}


async def test_what_a_message_brings_for_a_branch_at_a_boundary_is_set_around_the_host(camunda: CamundaClient) -> None:
    await deploy(camunda, _WAITING.replace(b'attachedToRef="wait"', b'attachedToRef="wait" cancelActivity="false"'))
    instance = await camunda.start("waiting")
    body = {"messageName": "Lost", "processVariablesToTriggeredScope": {"where": {"value": "lift"}}}
    assert (await camunda.post("/message", body)).status_code == 204
    assert await _tasks(camunda, instance) == ["search"]
    (stored,) = (await camunda.get("/variable-instance")).json()
    assert (stored["name"], stored["activityInstanceId"]) == ("where", instance)


async def test_nothing_is_kept_of_a_message_that_one_receiver_cannot_go_on_with(camunda: CamundaClient) -> None:
    await deploy(
        camunda,
        _WAITING.replace(b'<userTask id="pack"/>', b'<userTask id="pack" camunda:assignee="${person}"/>'),
    )
    good = await camunda.start("waiting", {"variables": {"person": {"value": "ann"}}})
    await camunda.start("waiting")
    failed = await camunda.post("/message", {"messageName": "Paid", "all": True})
    assert (failed.status_code, failed.json()["type"]) == (500, "ProcessEngineException")
    assert await _tasks(camunda, good) == []
    assert (await camunda.post("/message", {"messageName": "Paid", "processInstanceId": good})).status_code == 204


async def test_a_variable_that_cannot_be_kept_is_refused_before_a_receiver_is_looked_for(
    camunda: CamundaClient,
) -> None:
    body = {"messageName": "Nobody", "processVariables": {"order": {"value": 1, "type": "Number"}}}
    refused = await camunda.post("/message", body)
    assert refused.status_code == 500
    assert refused.json()["message"] == "Cannot serialize value of abstract type number"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (_BATCH, {"messageName": "Paid", "processInstanceIds": ["x", "y", "x"]}),
        ("/job/retries", {"retries": 1, "jobIds": ["x", "y", "x"]}),
        ("/external-task/retries-async", {"retries": 1, "externalTaskIds": ["x", "y", "x"]}),
    ],
)
async def test_a_batch_has_a_job_for_every_unknown_id(
    camunda: CamundaClient, path: str, body: dict[str, object]
) -> None:
    made = await camunda.post(path, body)
    assert (made.status_code, made.json()["totalJobs"]) == (200, 2)


async def test_a_batch_is_not_for_instances_that_are_over(camunda: CamundaClient) -> None:
    await deploy(camunda, _WAITING)
    ended, alive = await camunda.start("waiting"), await camunda.start("waiting")
    await camunda.delete(f"/process-instance/{ended}")
    made = await camunda.post(_BATCH, {"messageName": "Nobody", "historicProcessInstanceQuery": {}})
    assert made.json()["totalJobs"] == 1
    assert await _tasks(camunda, alive) == []


async def test_a_process_with_a_name_says_so_when_it_begins_with_messages_only(camunda: CamundaClient) -> None:
    two = "".join(
        f'<startEvent id="by-{name}"><messageEventDefinition messageRef="{name}"/></startEvent>'
        f'<sequenceFlow id="to-{name}" sourceRef="by-{name}" targetRef="end"/>'
        for name in ("paid", "lost")
    )
    process = f'<process id="two" name="Two ways" isExecutable="true">{two}<endEvent id="end"/></process>'
    messages = '<message id="paid" name="Paid"/><message id="lost" name="Lost"/>'
    await deploy(camunda, definitions(messages + process))
    refused = await camunda.post("/process-definition/key/two/start", {})
    assert ": Process 'Two ways' has no default start activity" in refused.json()["message"]


@pytest.mark.parametrize("member", ["processInstanceId", "processVariables", "all"])
async def test_a_batch_refuses_members_that_would_be_overlooked(camunda: CamundaClient, member: str) -> None:
    selection = {"messageName": "Paid", "processInstanceQuery": {}, member: {"a": 1}}
    refused = await camunda.post(_BATCH, selection)
    assert refused.status_code == 400
    assert refused.json()["message"] == f"The selection cannot be honoured: '{member}' is unknown"
