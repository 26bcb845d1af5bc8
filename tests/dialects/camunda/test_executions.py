"""What can be done to executions over HTTP: signals, messages that they wait for, and incidents that clients raise."""

from typing import Any

import httpx
import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy

pytestmark = pytest.mark.anyio

_FRAME = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">
<message id="m" name="payment"/><message id="o" name="other"/><signal id="s" name="alarm"/>
<process id="p" isExecutable="true">{}</process></definitions>"""
#: One step between the start and a user task.
_LINE = """<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="step"/>{}
<sequenceFlow id="f2" sourceRef="step" targetRef="after"/><userTask id="after"/>"""
_TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
_INPUT = """<extensionElements><camunda:inputOutput><camunda:inputParameter name="own">1</camunda:inputParameter>
</camunda:inputOutput></extensionElements>"""
STEPS = {
    "receive task": '<receiveTask id="step"/>',
    "receive task with a message": '<receiveTask id="step" messageRef="m"/>',
    "user task": '<userTask id="step"/>',
    "external task": '<serviceTask id="step" camunda:type="external" camunda:topic="t"/>',
    "message": '<intermediateCatchEvent id="step"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>',
    "timer": f'<intermediateCatchEvent id="step">{_TIMER}</intermediateCatchEvent>',
    "throw": """<intermediateThrowEvent id="step"><messageEventDefinition messageRef="m" camunda:type="external"
        camunda:topic="t"/></intermediateThrowEvent>""",
}
#: Steps that share the execution of the process instance in the vendor's engine.
SHARING = ("receive task", "user task")
GIVEN = {"variables": {"v": {"value": 1, "type": "Integer"}}}


async def started(camunda: CamundaClient, content: str, **body: Any) -> str:  # noqa: ANN401 - JSON
    """An instance of a process with that content, none of whose jobs is carried out."""
    await deploy(camunda, _FRAME.format(content).encode())
    suspension = {"processDefinitionKey": "p", "suspended": True}
    assert (await camunda.put("/job-definition/suspended", suspension)).status_code == 204
    return await camunda.start("p", body)


async def places(camunda: CamundaClient, instance: str) -> dict[str, str]:
    """The activities at which an instance stands, each with its execution."""
    answer = await camunda.get(f"/process-instance/{instance}/activity-instances")
    found: dict[str, str] = {}

    def walk(node: dict[str, Any]) -> None:
        for child in node["childActivityInstances"]:
            (found[child["activityId"]],) = child["executionIds"]
            walk(child)
        for child in node["childTransitionInstances"]:
            found[child["activityId"]] = child["executionId"]

    if answer.status_code == 200:
        walk(answer.json())
    return found


async def own_variables(camunda: CamundaClient, execution: str) -> dict[str, Any]:
    listed = (await camunda.get(f"/execution/{execution}/localVariables")).json()
    return {name: one["value"] for name, one in listed.items()}


def assert_refused(answer: httpx.Response, status: int, type_: str, message: str, code: int | None) -> None:
    assert (answer.status_code, answer.json()) == (status, {"type": type_, "message": message, "code": code})


# signals


@pytest.mark.parametrize("step", STEPS)
async def test_a_signal_ends_the_activity_of_an_execution(camunda: CamundaClient, step: str) -> None:
    instance = await started(camunda, _LINE.format(STEPS[step]))
    execution = (await places(camunda, instance))["step"]
    assert (await camunda.post(f"/execution/{execution}/signal", GIVEN)).status_code == 204
    assert list(await places(camunda, instance)) == ["after"]
    assert await own_variables(camunda, instance) == {"v": 1}
    assert (await camunda.get(f"/execution/{execution}")).status_code == 404
    for left in ("/external-task/count", "/event-subscription/count", "/job/count"):
        assert (await camunda.get(left)).json() == {"count": 0}


@pytest.mark.parametrize("step", STEPS)
async def test_an_instance_stands_for_its_activity_where_both_share_an_execution(
    camunda: CamundaClient, step: str
) -> None:
    instance = await started(camunda, _LINE.format(STEPS[step]))
    answer = await camunda.post(f"/execution/{instance}/signal", GIVEN)
    if step in SHARING:
        assert answer.status_code == 204
        assert list(await places(camunda, instance)) == ["after"]
        assert await own_variables(camunda, instance) == {"v": 1}
    else:
        assert_refused(answer, 500, "RestException", no_activity(instance), 0)
        assert await own_variables(camunda, instance) == {}


def no_activity(shown: str) -> str:
    return f"Cannot signal execution {shown}: cannot signal execution {shown}: it has no current activity"


@pytest.mark.parametrize(
    "step",
    [
        f'<userTask id="step">{_INPUT}</userTask>',
        f'<receiveTask id="step">{_INPUT}</receiveTask>',
        f"""<userTask id="step"/><boundaryEvent id="b" attachedToRef="step">{_TIMER}</boundaryEvent>""",
    ],
)
async def test_an_activity_with_an_execution_of_its_own_is_not_reached_by_the_instance(
    camunda: CamundaClient, step: str
) -> None:
    instance = await started(camunda, _LINE.format(step))
    answer = await camunda.post(f"/execution/{instance}/signal", {})
    assert_refused(answer, 500, "RestException", no_activity(instance), 0)
    execution = (await places(camunda, instance))["step"]
    given = {"variables": {"own": {"value": "2"}, "w": {"value": 3}}}
    assert (await camunda.post(f"/execution/{execution}/signal", given)).status_code == 204
    assert list(await places(camunda, instance)) == ["after"]


async def test_variables_of_a_signal_replace_those_of_the_activity_first(camunda: CamundaClient) -> None:
    outputs = _INPUT.replace(
        "</camunda:inputOutput>",
        '<camunda:outputParameter name="out">${own}</camunda:outputParameter></camunda:inputOutput>',
    )
    instance = await started(camunda, _LINE.format(f'<receiveTask id="step">{outputs}</receiveTask>'))
    execution = (await places(camunda, instance))["step"]
    given = {"variables": {"own": {"value": "2"}, "w": {"value": 3}}}
    assert (await camunda.post(f"/execution/{execution}/signal", given)).status_code == 204
    assert await own_variables(camunda, instance) == {"out": "2", "w": 3}


async def test_a_subprocess_stands_for_the_only_activity_in_it(camunda: CamundaClient) -> None:
    inner = '<startEvent id="in"/><sequenceFlow id="i" sourceRef="in" targetRef="inner"/><receiveTask id="inner"/>'
    instance = await started(camunda, _LINE.format(f'<subProcess id="step">{inner}</subProcess>'))
    found = await places(camunda, instance)
    answer = await camunda.post(f"/execution/{instance}/signal", {})
    assert_refused(answer, 500, "RestException", no_activity(instance), 0)
    assert (await camunda.post(f"/execution/{found['step']}/signal", {})).status_code == 204
    assert list(await places(camunda, instance)) == ["after"]


_FORK = """<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/>
<parallelGateway id="fork"/>
<sequenceFlow id="f2" sourceRef="fork" targetRef="a"/><receiveTask id="a"/>
<sequenceFlow id="f3" sourceRef="fork" targetRef="{}"/>"""


@pytest.mark.parametrize(
    ("target", "content"),
    [
        ("b", '<receiveTask id="b"/>'),
        ("join", '<parallelGateway id="join"/><sequenceFlow id="f4" sourceRef="a" targetRef="join"/>'),
    ],
)
async def test_an_instance_with_several_paths_is_at_no_activity(
    camunda: CamundaClient, target: str, content: str
) -> None:
    instance = await started(camunda, _FORK.format(target) + content)
    answer = await camunda.post(f"/execution/{instance}/signal", {})
    assert_refused(answer, 500, "RestException", no_activity(instance), 0)
    execution = (await places(camunda, instance))["a"]
    assert (await camunda.post(f"/execution/{execution}/signal", {})).status_code == 204
    assert "a" not in await places(camunda, instance)


_CHOICE = """<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="step"/>
<eventBasedGateway id="step"/><sequenceFlow id="f2" sourceRef="step" targetRef="paid"/>
<sequenceFlow id="f3" sourceRef="step" targetRef="late"/>
<intermediateCatchEvent id="paid"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
<intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
</intermediateCatchEvent><sequenceFlow id="f4" sourceRef="paid" targetRef="after"/><userTask id="after"/>
<sequenceFlow id="f5" sourceRef="late" targetRef="after"/>"""


@pytest.mark.parametrize("content", [_CHOICE, _LINE.format('<userTask id="step" camunda:asyncBefore="true"/>')])
async def test_what_takes_no_signals_says_so(camunda: CamundaClient, content: str) -> None:
    instance = await started(camunda, content)
    execution = (await places(camunda, instance))["step"]
    answer = await camunda.post(f"/execution/{execution}/signal", GIVEN)
    message = f"Cannot signal execution {execution}: ENGINE-02010 The activity with id 'step' doesn't accept signals."
    assert_refused(answer, 500, "RestException", message, 0)
    assert list(await places(camunda, instance)) == ["step"]
    assert await own_variables(camunda, instance) == {}


async def test_a_suspended_execution_is_not_signalled(camunda: CamundaClient) -> None:
    instance = await started(camunda, _LINE.format(STEPS["receive task"]))
    assert (await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})).status_code == 204
    answer = await camunda.post(f"/execution/{instance}/signal", {})
    message = f"Cannot signal execution {instance}: ENGINE-03043 Execution with id '{instance}' is suspended."
    assert_refused(answer, 500, "RestException", message, 0)


async def test_a_signal_that_leads_nowhere_changes_nothing(camunda: CamundaClient) -> None:
    condition = '<conditionExpression xsi:type="tFormalExpression">${ok}</conditionExpression>'
    line = _LINE.format(STEPS["receive task"]).replace(
        '<sequenceFlow id="f2" sourceRef="step" targetRef="after"/>',
        f'<sequenceFlow id="f2" sourceRef="step" targetRef="after">{condition}</sequenceFlow>',
    )
    instance = await started(camunda, line)
    answer = await camunda.post(f"/execution/{instance}/signal", GIVEN)
    message = "Unknown property used in expression: ${ok}. Cause: Cannot resolve identifier 'ok'"
    assert_refused(answer, 500, "RestException", f"Cannot signal execution {instance}: {message}", 0)
    assert await own_variables(camunda, instance) == {}
    given = {"variables": {"ok": {"value": True}}}
    assert (await camunda.post(f"/execution/{instance}/signal", given)).status_code == 204


NOT_AN_INTEGER = "Cannot convert value 'x' of type 'Integer' to java type java.lang.Integer"
#: Bodies that are refused whatever they are for, with what is said of them.
BAD_BODIES = [
    ([], 400, "InvalidRequestException", ""),
    ({"variables": []}, 400, "InvalidRequestException", ""),
    ({"variables": {"a": 1}}, 400, "InvalidRequestException", ""),
    ({"variables": {"a": {"value": "x", "type": "Integer"}}}, 400, "InvalidRequestException", NOT_AN_INTEGER),
    ({"variables": {"a": {"value": 1, "type": "Foo"}}}, 400, "InvalidRequestException", "Unsupported value type 'Foo'"),
    ({"variables": {"a": None}}, 500, "NullPointerException", None),
    (None, 500, "NullPointerException", None),
]


@pytest.mark.parametrize(
    ("operation", "what"),
    [("signal", "signal execution"), ("messageSubscriptions/payment/trigger", "trigger message payment for execution")],
)
@pytest.mark.parametrize(("body", "status", "type_", "message"), BAD_BODIES)
async def test_a_body_that_cannot_be_read_is_refused_before_the_execution_is_looked_for(
    camunda: CamundaClient, operation: str, what: str, body: object, status: int, type_: str, message: str | None
) -> None:
    answer = await camunda.post(f"/execution/nothing/{operation}", body)
    told = f"Cannot {what} nothing: {message}" if message else message
    assert_refused(answer, status, type_, told, None)  # type: ignore[arg-type] # null pointers say nothing


@pytest.mark.parametrize("body", [b"", b"{}", b'{"variables": null}', b'{"signalName": "x"}'])
async def test_the_body_of_a_signal_may_say_nothing(camunda: CamundaClient, body: bytes) -> None:
    instance = await started(camunda, _LINE.format(STEPS["receive task"]))
    headers = {"Content-Type": "application/json"}
    answer = await camunda.request("POST", f"/execution/{instance}/signal", content=body, headers=headers)
    assert answer.status_code == 204
    answer = await camunda.request("POST", "/execution/nothing/signal", content=body, headers=headers)
    message = "Cannot signal execution nothing: execution nothing doesn't exist: execution is null"
    assert_refused(answer, 500, "RestException", message, 0)


# messages


_BOUNDARY = """<boundaryEvent id="b" attachedToRef="step" cancelActivity="false">
<messageEventDefinition messageRef="m"/></boundaryEvent>
<sequenceFlow id="f3" sourceRef="b" targetRef="beside"/><userTask id="beside"/>"""
_EVENT_SUBPROCESS = """<subProcess id="sub" triggeredByEvent="true"><startEvent id="b" isInterrupting="false">
<messageEventDefinition messageRef="m"/></startEvent><sequenceFlow id="f3" sourceRef="b" targetRef="beside"/>
<userTask id="beside"/></subProcess>"""
#: A model -> the activity whose execution waits, the event, and where the instance stands once it has come.
WAITING = {
    "receive task": (_LINE.format(STEPS["receive task with a message"]), "step", "step", ["after"]),
    "catch": (_LINE.format(STEPS["message"]), "step", "step", ["after"]),
    "gateway": (_CHOICE, "step", "paid", ["after"]),
    "boundary": (_LINE.format(STEPS["user task"]) + _BOUNDARY, "step", "b", ["beside", "step"]),
    "event subprocess": (_LINE.format(STEPS["user task"]) + _EVENT_SUBPROCESS, None, "b", ["beside", "step", "sub"]),
}


async def waiting(camunda: CamundaClient, model: str) -> tuple[str, str]:
    """An instance of a model that waits for a message, and the execution that does."""
    content, step, _, _ = WAITING[model]
    instance = await started(camunda, content)
    return instance, (await places(camunda, instance))[step] if step else instance


@pytest.mark.parametrize("model", WAITING)
async def test_an_execution_receives_the_message_that_it_waits_for(camunda: CamundaClient, model: str) -> None:
    instance, execution = await waiting(camunda, model)
    _, _, event, after = WAITING[model]
    subscription = (await camunda.get(f"/execution/{execution}/messageSubscriptions/payment")).json()
    assert (subscription["executionId"], subscription["processInstanceId"]) == (execution, instance)
    assert (subscription["eventType"], subscription["eventName"]) == ("message", "payment")
    assert (subscription["activityId"], subscription["tenantId"]) == (event, None)
    assert (await camunda.get("/event-subscription")).json() == [subscription]
    path = f"/execution/{execution}/messageSubscriptions/payment/trigger"
    assert (await camunda.post(path, GIVEN)).status_code == 204
    assert sorted(await places(camunda, instance)) == after
    assert await own_variables(camunda, instance) == {"v": 1}


@pytest.mark.parametrize("model", ["boundary", "event subprocess"])
async def test_what_does_not_interrupt_goes_on_waiting(camunda: CamundaClient, model: str) -> None:
    _, execution = await waiting(camunda, model)
    path = f"/execution/{execution}/messageSubscriptions/payment/trigger"
    for _ in range(2):
        assert (await camunda.post(path, {})).status_code == 204
    assert (await camunda.get("/task/count?taskDefinitionKey=beside")).json() == {"count": 2}


async def test_executions_are_found_by_what_they_wait_for(camunda: CamundaClient) -> None:
    for model in WAITING:
        await deploy(camunda, _FRAME.format(WAITING[model][0]).encode())
        instance = await camunda.start("p", {})
        step = WAITING[model][1]
        expected = (await places(camunda, instance))[step] if step else instance
        query = f"processInstanceId={instance}&messageEventSubscriptionName=payment"
        assert [one["id"] for one in (await camunda.get(f"/execution?{query}")).json()] == [expected]
    for query in ("messageEventSubscriptionName=Payment", "signalEventSubscriptionName=payment"):
        assert (await camunda.get(f"/execution/count?{query}")).json() == {"count": 0}
    count = await camunda.get("/execution/count?messageEventSubscriptionName=payment")
    assert count.json() == {"count": len(WAITING)}


async def test_an_execution_that_waits_for_no_such_message_is_told(camunda: CamundaClient) -> None:
    instance, execution = await waiting(camunda, "catch")
    for shown, name in ((execution, "other"), (execution, "Payment"), (instance, "payment"), ("nothing", "payment")):
        path = f"/execution/{shown}/messageSubscriptions/{name}"
        lacking = f"Message event subscription for execution {shown} named {name} does not exist"
        assert_refused(await camunda.get(path), 404, "InvalidRequestException", lacking, None)
        message = (
            f"Cannot trigger message {name} for execution {shown}: Execution with id '{shown}' does not have a "
            f"subscription to a message event with name '{name}': eventSubscriptions is empty"
        )
        assert_refused(await camunda.post(f"{path}/trigger", {}), 500, "RestException", message, 0)
    assert list(await places(camunda, instance)) == ["step"]


async def test_a_suspended_execution_receives_nothing(camunda: CamundaClient) -> None:
    instance, execution = await waiting(camunda, "catch")
    assert (await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})).status_code == 204
    path = f"/execution/{execution}/messageSubscriptions/payment"
    assert (await camunda.get(path)).status_code == 200
    message = (
        f"Cannot trigger message payment for execution {execution}: "
        f"ENGINE-03043 Execution with id '{execution}' is suspended."
    )
    assert_refused(await camunda.post(f"{path}/trigger", {}), 500, "RestException", message, 0)


# incidents


@pytest.fixture
async def raised(camunda: CamundaClient) -> dict[str, Any]:
    """An incident that a client has raised at a user task."""
    instance = await started(camunda, _LINE.format(STEPS["user task"]))
    execution = (await places(camunda, instance))["step"]
    body = {"incidentType": "supplierDown", "configuration": "s-17", "message": "no answer"}
    answer = await camunda.post(f"/execution/{execution}/create-incident", body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_client_raises_an_incident(camunda: CamundaClient, raised: dict[str, Any]) -> None:
    instance = raised["processInstanceId"]
    execution = (await places(camunda, instance))["step"]
    assert (await camunda.get(f"/incident/{raised['id']}")).json() == raised
    told = {name: raised[name] for name in ("incidentType", "configuration", "incidentMessage", "activityId")}
    assert list(told.values()) == ["supplierDown", "s-17", "no answer", "step"]
    assert (raised["executionId"], raised["causeIncidentId"]) == (execution, raised["id"])
    assert [raised[name] for name in ("failedActivityId", "jobDefinitionId", "annotation", "tenantId")] == [None] * 4
    for query in ("configuration=s-17", "incidentType=supplierDown", "incidentMessageLike=no%25"):
        assert (await camunda.get(f"/incident?{query}")).json() == [raised]
    assert (await camunda.get("/incident/count?configuration=S-17")).json() == {"count": 0}
    for path in ("/execution", "/process-instance"):
        (found,) = (await camunda.get(f"{path}?incidentType=supplierDown")).json()
        assert found["id"] == (execution if path == "/execution" else instance)
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    assert tree["childActivityInstances"][0]["incidentIds"] == [raised["id"]]


async def test_an_instance_and_a_transition_can_have_an_incident(camunda: CamundaClient) -> None:
    for step in ('<userTask id="step"/>', '<userTask id="step" camunda:asyncBefore="true"/>'):
        instance = await started(camunda, _LINE.format(step))
        body = {"incidentType": "", "configuration": None, "message": None}
        incident = (await camunda.post(f"/execution/{instance}/create-incident", body)).json()
        assert (incident["activityId"], incident["incidentType"]) == ("step", "")
        assert incident["executionId"] == (await places(camunda, instance))["step"]


async def test_texts_of_an_incident_have_any_length(camunda: CamundaClient) -> None:
    instance = await started(camunda, _LINE.format(STEPS["user task"]))
    body = {"incidentType": "t" * 256, "configuration": "c" * 256, "message": "m" * 4001}
    incident = (await camunda.post(f"/execution/{instance}/create-incident", body)).json()
    told = (incident["incidentType"], incident["configuration"], incident["incidentMessage"])
    assert told == tuple(body.values())
    remark = {"annotation": "a" * 4001}
    assert (await camunda.put(f"/incident/{incident['id']}/annotation", remark)).status_code == 204


async def test_a_raised_incident_is_resolved(camunda: CamundaClient, raised: dict[str, Any]) -> None:
    path = f"/incident/{raised['id']}"
    assert (await camunda.delete(path)).status_code == 204
    assert (await camunda.get(path)).status_code == 404
    message = f"Cannot find an incident with id '{raised['id']}': incident is null"
    assert_refused(await camunda.delete(path), 404, "InvalidRequestException", message, None)
    assert list(await places(camunda, raised["processInstanceId"])) == ["step"]


async def test_only_the_named_incident_is_resolved(camunda: CamundaClient, raised: dict[str, Any]) -> None:
    body = {"incidentType": "supplierDown", "configuration": "s-17"}
    path = f"/execution/{raised['executionId']}/create-incident"
    second = (await camunda.post(path, body)).json()
    without = (await camunda.post(path, {"incidentType": "supplierDown"})).json()
    for one in (second, without):
        assert (await camunda.delete(f"/incident/{one['id']}")).status_code == 204
    assert [one["id"] for one in (await camunda.get("/incident")).json()] == [raised["id"]]


@pytest.mark.parametrize("end", ["signal", "complete", "delete"])
async def test_a_raised_incident_goes_with_its_activity(
    camunda: CamundaClient, raised: dict[str, Any], end: str
) -> None:
    (task,) = (await camunda.get("/task")).json()
    if end == "signal":
        answer = await camunda.post(f"/execution/{raised['executionId']}/signal", {})
    elif end == "complete":
        answer = await camunda.post(f"/task/{task['id']}/complete", {})
    else:
        answer = await camunda.delete(f"/process-instance/{raised['processInstanceId']}")
    assert answer.status_code == 204
    assert (await camunda.get("/incident")).json() == []
    assert (await camunda.get("/process-instance?withIncident=true")).json() == []


async def test_incidents_of_failures_are_not_resolved_by_themselves(camunda: CamundaClient) -> None:
    instance = await started(camunda, _LINE.format(STEPS["external task"]))
    execution = (await places(camunda, instance))["step"]
    own = (await camunda.post(f"/execution/{execution}/create-incident", {"incidentType": "mine"})).json()
    (task,) = (await camunda.get("/external-task")).json()
    path = f"/external-task/{task['id']}/retries"
    assert (await camunda.put(path, {"retries": 0})).status_code == 204
    (failed,) = (await camunda.get("/incident?incidentType=failedExternalTask")).json()
    message = "Cannot resolve an incident of type failedExternalTask"
    assert_refused(await camunda.delete(f"/incident/{failed['id']}"), 400, "InvalidRequestException", message, None)
    assert (await camunda.put(path, {"retries": 1})).status_code == 204
    assert (await camunda.get("/incident")).json() == [own]


@pytest.mark.parametrize(
    ("shown", "body", "message"),
    [
        ("nothing", {}, "incidentType is null"),
        ("nothing", {"configuration": "c"}, "incidentType is null"),
        ("nothing", {"incidentType": {}}, ""),
        ("nothing", {"incidentType": "t", "configuration": {}}, ""),
        ("nothing", [], ""),
        ("nothing", {"incidentType": "t"}, "Cannot find an execution with executionId 'nothing': execution is null"),
        ("instance", {"incidentType": "t"}, "Execution must be related to an activity: activity is null"),
    ],
)
async def test_what_cannot_be_an_incident_is_refused(
    camunda: CamundaClient, shown: str, body: object, message: str
) -> None:
    if shown == "instance":
        shown = await started(camunda, _LINE.format(STEPS["external task"]))
    answer = await camunda.post(f"/execution/{shown}/create-incident", body)
    assert_refused(answer, 400, "InvalidRequestException", message, None)


async def test_an_incident_is_annotated(camunda: CamundaClient, raised: dict[str, Any]) -> None:
    path = f"/incident/{raised['id']}"

    async def remark() -> object:
        return (await camunda.get(path)).json()["annotation"]

    for body, expected in (
        ({"annotation": "call them"}, "call them"),
        ({"annotation": 5}, "5"),
        ({"annotation": ""}, ""),
    ):
        assert (await camunda.put(f"{path}/annotation", body)).status_code == 204
        assert await remark() == expected
    assert (await camunda.put(f"{path}/annotation", {})).status_code == 204
    assert await remark() is None
    await camunda.put(f"{path}/annotation", {"annotation": "call them"})
    for _ in range(2):
        assert (await camunda.delete(f"{path}/annotation")).status_code == 204
        assert await remark() is None


async def test_only_an_open_incident_is_annotated(camunda: CamundaClient, raised: dict[str, Any]) -> None:
    assert (await camunda.delete(f"/incident/{raised['id']}")).status_code == 204
    for shown in (raised["id"], "nothing"):
        path = f"/incident/{shown}/annotation"
        for answer in (
            await camunda.put(path, {"annotation": "x"}),
            await camunda.put(path, {}),
            await camunda.delete(path),
        ):
            assert_refused(answer, 400, "BadUserRequestException", "incident is null", 0)
    assert (await camunda.put("/incident/nothing/annotation", None)).json()["type"] == "NullPointerException"
    assert (await camunda.put("/incident/nothing/annotation", {"annotation": {}})).json()["message"] == ""
