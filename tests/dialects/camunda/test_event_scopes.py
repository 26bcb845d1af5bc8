"""What activity trees, lists and statistics show of events: event subprocesses, gateways, receive tasks, timers."""

from typing import Any

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy

pytestmark = pytest.mark.anyio

_FRAME = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">
<message id="m" name="payment"/><message id="o" name="other"/>
<process id="p" isExecutable="true">{}</process></definitions>"""
_LINE = """<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="step"/>{}
<sequenceFlow id="f2" sourceRef="step" targetRef="after"/><userTask id="after"/>"""
_MESSAGE = '<messageEventDefinition messageRef="m"/>'
_TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
_EVENT_SUBPROCESS = """<subProcess id="sub" name="On payment" triggeredByEvent="true">
<startEvent id="paid" isInterrupting="{}">{}</startEvent><sequenceFlow id="s1" sourceRef="paid" targetRef="inner"/>
<userTask id="inner"/></subProcess>"""
_GATEWAY = """<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="step"/>
<eventBasedGateway id="step"/><sequenceFlow id="f2" sourceRef="step" targetRef="a"/>
<sequenceFlow id="f3" sourceRef="step" targetRef="b"/>
<intermediateCatchEvent id="a"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
<intermediateCatchEvent id="b"><messageEventDefinition messageRef="o"/></intermediateCatchEvent>"""
#: A model whose instances stand at "step" -> what the tree calls that.
TYPES = {
    _LINE.format('<receiveTask id="step"/>'): "receiveTask",
    _LINE.format('<receiveTask id="step" messageRef="m"/>'): "receiveTask",
    _LINE.format(f'<intermediateCatchEvent id="step">{_MESSAGE}</intermediateCatchEvent>'): "intermediateMessageCatch",
    _LINE.format(f'<intermediateCatchEvent id="step">{_TIMER}</intermediateCatchEvent>'): "intermediateTimer",
    _GATEWAY: "eventBasedGateway",
}


async def started(camunda: CamundaClient, content: str) -> str:
    await deploy(camunda, _FRAME.format(content).encode())
    return await camunda.start("p", {})


async def tree_of(camunda: CamundaClient, instance: str) -> dict[str, Any]:
    found: dict[str, Any] = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    return found


async def count(camunda: CamundaClient, query: str) -> int:
    return int((await camunda.get(f"/process-instance/count?{query}")).json()["count"])


@pytest.mark.parametrize("content", TYPES)
async def test_what_waits_for_an_event_stands_in_the_tree(camunda: CamundaClient, content: str) -> None:
    instance = await started(camunda, content)
    (child,) = (await tree_of(camunda, instance))["childActivityInstances"]
    assert (child["activityId"], child["activityType"]) == ("step", TYPES[content])
    assert child["parentActivityInstanceId"] == child["processInstanceId"] == instance
    (execution,) = child["executionIds"]
    for one in (await camunda.get("/event-subscription")).json():
        assert (one["executionId"], one["processInstanceId"]) == (execution, instance)
    assert await count(camunda, "activityIdIn=step") == 1
    assert await count(camunda, "activityIdIn=a,b,after") == 0
    definition = (await camunda.get(f"/process-instance/{instance}")).json()["definitionId"]
    statistics = (await camunda.get(f"/process-definition/{definition}/statistics")).json()
    assert [(one["id"], one["instances"]) for one in statistics] == [("step", 1)]


@pytest.mark.parametrize("interrupting", ["true", "false"])
async def test_an_event_subprocess_is_a_scope_of_the_tree(camunda: CamundaClient, interrupting: str) -> None:
    content = _LINE.format('<userTask id="step"/>') + _EVENT_SUBPROCESS.format(interrupting, _MESSAGE)
    instance = await started(camunda, content)
    before = await tree_of(camunda, instance)
    assert [one["activityId"] for one in before["childActivityInstances"]] == ["step"]
    trigger = await camunda.post(f"/execution/{instance}/messageSubscriptions/payment/trigger", {})
    assert trigger.status_code == 204
    children = {one["activityId"]: one for one in (await tree_of(camunda, instance))["childActivityInstances"]}
    assert sorted(children) == ["step", "sub"][interrupting == "true" :]
    scope = children["sub"]
    assert (scope["activityType"], scope["activityName"]) == ("subProcess", "On payment")
    assert (scope["parentActivityInstanceId"], scope["processInstanceId"]) == (instance, instance)
    (inner,) = scope["childActivityInstances"]
    assert (inner["activityId"], inner["parentActivityInstanceId"]) == ("inner", scope["id"])
    for query, expected in (("inner", 1), ("sub", 0), ("paid", 0), ("step", interrupting == "false")):
        assert await count(camunda, f"activityIdIn={query}") == expected, query


async def test_an_event_subprocess_within_a_subprocess_waits_with_its_execution(camunda: CamundaClient) -> None:
    nested = _EVENT_SUBPROCESS.format("false", _MESSAGE)
    content = _LINE.format(
        f"""<subProcess id="step"><startEvent id="in"/><sequenceFlow id="i" sourceRef="in" targetRef="work"/>
        <userTask id="work"/>{nested}</subProcess>"""
    )
    instance = await started(camunda, content)
    (scope,) = (await tree_of(camunda, instance))["childActivityInstances"]
    (subscription,) = (await camunda.get("/event-subscription")).json()
    assert [subscription["executionId"]] == scope["executionIds"]
    path = f"/execution/{subscription['executionId']}/messageSubscriptions/payment/trigger"
    assert (await camunda.post(path, {})).status_code == 204
    (scope,) = (await tree_of(camunda, instance))["childActivityInstances"]
    assert sorted(one["activityId"] for one in scope["childActivityInstances"]) == ["sub", "work"]


async def test_a_timer_of_an_event_subprocess_hangs_on_the_execution_of_the_instance(camunda: CamundaClient) -> None:
    content = _LINE.format('<userTask id="step"/>') + _EVENT_SUBPROCESS.format("true", _TIMER)
    instance = await started(camunda, content)
    (job,) = (await camunda.get(f"/job?executionId={instance}")).json()
    assert (job["executionId"], job["processInstanceId"]) == (instance, instance)
    assert (await camunda.put(f"/job/{job['id']}/retries", {"retries": 0})).status_code == 204
    (incident,) = (await camunda.get(f"/incident?executionId={instance}")).json()
    assert (incident["executionId"], incident["activityId"]) == (instance, "paid")
    assert (incident["configuration"], incident["incidentType"]) == (job["id"], "failedJob")
    assert [one["id"] for one in (await camunda.get("/execution?incidentType=failedJob")).json()] == [instance]
    assert (await tree_of(camunda, instance))["incidentIds"] == [incident["id"]]
