"""Execution listeners and expressions as work, over HTTP: what they see and change, and how they fail."""

from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_process, framed

pytestmark = pytest.mark.anyio

_CANNOT_RESOLVE = "Unknown property used in expression: ${nope}. Cause: Cannot resolve identifier 'nope'"
_NOTE = "${execution.setVariable('log', log.concat(' ').concat(execution.eventName))}"


def listeners(*pairs: tuple[str, str]) -> str:
    """Listeners: events and expressions."""
    written = "".join(f"<camunda:executionListener event={quoteattr(a)} expression={quoteattr(b)}/>" for a, b in pairs)
    return f"<extensionElements>{written}</extensionElements>"


def process(**inner: str) -> str:
    """A line of start, work and end, with what stands in each: ``process``, ``start``, ``flow``, ``work``, ``end``."""
    own, begin, flow, work, end = (inner.get(name, "") for name in ("process", "start", "flow", "work", "end"))
    return (
        f'<process id="p" isExecutable="true">{own}<startEvent id="start">{begin}</startEvent>'
        f'<sequenceFlow id="flow" sourceRef="start" targetRef="work">{flow}</sequenceFlow>'
        f'<userTask id="work">{work}</userTask><sequenceFlow id="on" sourceRef="work" targetRef="end"/>'
        f'<endEvent id="end">{end}</endEvent></process>'
    )


async def _work(camunda: CamundaClient) -> dict[str, Any]:
    (found,) = (await camunda.get("/task")).json()
    shown: dict[str, Any] = found
    return shown


async def _started(camunda: CamundaClient, **inner: str) -> str:
    await deploy_process(camunda, process(**inner))
    return await camunda.start("p", {"variables": {"log": {"value": ""}}})


async def test_the_listeners_of_a_process_see_its_end(camunda: CamundaClient) -> None:
    """The log ends with the end event, and with the process."""
    pairs = ("start", _NOTE), ("end", _NOTE)
    await _started(camunda, process=listeners(*pairs), end=listeners(*pairs))
    body = {"withVariablesInReturn": True}
    left = (await camunda.post(f"/task/{(await _work(camunda))['id']}/complete", body)).json()
    assert left["log"]["value"] == " start start end end"


SEEN: dict[str, tuple[str, str, str]] = {
    "event": ("work", "eventName", "start"),
    "activity": ("work", "currentActivityId", "work"),
    "flow": ("flow", "currentTransitionId", "flow"),
    "activity of a flow": ("flow", "currentActivityId", "start"),
    "activity instance of a flow": ("flow", "activityInstanceId", ""),
    "activity of a process": ("process", "currentActivityId", "start"),
    "whether it is cancelled": ("work", "canceled", "false"),
}


@pytest.mark.parametrize(("place", "asked", "expected"), SEEN.values(), ids=SEEN.keys())
async def test_a_listener_sees_its_execution(camunda: CamundaClient, place: str, asked: str, expected: str) -> None:
    event = "take" if place == "flow" else "start"
    note = f"${{execution.setVariable('seen', ''.concat(execution.{asked}))}}"
    instance = await _started(camunda, **{place: listeners((event, note))})
    assert (await camunda.get(f"/process-instance/{instance}/variables/seen")).json()["value"] == expected


async def test_a_listener_sees_the_ids_that_clients_are_shown(camunda: CamundaClient) -> None:
    note = "${execution.setVariable('seen', execution.id.concat(' ').concat(execution.activityInstanceId))}"
    instance = await _started(camunda, work=listeners(("start", note)))
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    (child,) = tree["childActivityInstances"]
    seen = (await camunda.get(f"/process-instance/{instance}/variables/seen")).json()["value"]
    assert seen == f"{(await _work(camunda))['executionId']} {child['id']}"


@pytest.mark.parametrize("place", ["process", "start", "work"])
async def test_a_listener_sets_the_business_key(camunda: CamundaClient, place: str) -> None:
    instance = await _started(camunda, **{place: listeners(("start", "${execution.setProcessBusinessKey('mine')}"))})
    assert (await camunda.get(f"/process-instance/{instance}")).json()["businessKey"] == "mine"
    assert (await camunda.get("/process-instance/count?businessKey=mine")).json() == {"count": 1}


async def test_a_listener_sets_the_business_key_of_an_instance_that_is_stored(camunda: CamundaClient) -> None:
    then = '<userTask id="then"/><sequenceFlow id="last" sourceRef="work" targetRef="then"/>'
    key = listeners(("end", "${execution.setBusinessKey('mine')}"))
    await deploy_process(camunda, process(work=key).replace("</process>", f"{then}</process>"))
    instance = await camunda.start("p", {"businessKey": "first"})
    assert (await camunda.post(f"/task/{(await _work(camunda))['id']}/complete", {})).status_code == 204
    assert (await camunda.get(f"/process-instance/{instance}")).json()["businessKey"] == "mine"


@pytest.mark.parametrize(
    ("place", "event"), [("process", "start"), ("start", "end"), ("flow", "take"), ("work", "start")]
)
async def test_a_listener_that_fails_lets_nothing_start(camunda: CamundaClient, place: str, event: str) -> None:
    definition = await deploy_process(camunda, process(**{place: listeners((event, "${nope}"))}))
    answer = await camunda.post("/process-definition/key/p/start", {})
    text = f"Cannot instantiate process definition {definition}: {_CANNOT_RESOLVE}"
    assert (answer.status_code, answer.json()["message"]) == (500, text)
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


@pytest.mark.parametrize(("place", "event"), [("process", "end"), ("work", "end"), ("end", "start")])
async def test_a_listener_that_fails_lets_nothing_end(camunda: CamundaClient, place: str, event: str) -> None:
    instance = await _started(camunda, **{place: listeners((event, "${nope}"))})
    work = await _work(camunda)
    answer = await camunda.post(f"/task/{work['id']}/complete", {})
    text = f"Cannot complete task {work['id']}: {_CANNOT_RESOLVE}"
    assert (answer.status_code, answer.json()["message"]) == (500, text)
    assert (await _work(camunda))["id"] == work["id"]
    deleted = await camunda.delete(f"/process-instance/{instance}")
    assert deleted.status_code == (204 if place == "end" else 500)
    silent = await camunda.delete(f"/process-instance/{instance}?skipCustomListeners=true&failIfNotExists=false")
    assert silent.status_code == 204
    assert (await camunda.get("/task")).json() == []


@pytest.mark.parametrize("what", ["deployment", "process-definition"])
async def test_listeners_are_silent_when_a_definition_is_deleted(camunda: CamundaClient, what: str) -> None:
    await _started(camunda, work=listeners(("end", "${nope}")))
    found = "/deployment" if what == "deployment" else "/process-definition?key=p"
    (one,) = (await camunda.get(found)).json()
    deleted = await camunda.delete(f"/{what}/{one['id']}?cascade=true")
    assert deleted.status_code in (200, 204)
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_a_boundary_timer_may_need_what_a_listener_sets(camunda: CamundaClient) -> None:
    due = listeners(("start", "${execution.setVariable('due', 'PT1H')}"))
    timer = "<timerEventDefinition><timeDuration>${due}</timeDuration></timerEventDefinition>"
    guard = f'<boundaryEvent id="guard" attachedToRef="work">{timer}</boundaryEvent></process>'
    await deploy_process(camunda, process(work=due).replace("</process>", guard))
    instance = await camunda.start("p")
    assert len((await camunda.get(f"/job?processInstanceId={instance}")).json()) == 1


REFUSED: dict[str, tuple[str, str]] = {
    "no event": ('<camunda:executionListener expression="${1}"/>', "Attribute 'event' is mandatory on listener"),
    "another event": (
        '<camunda:executionListener event="take" expression="${1}"/>',
        "Attribute 'event' must be one of {start|end}",
    ),
    "nothing to do": (
        '<camunda:executionListener event="start"/>',
        "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on executionListener",
    ),
    "class": (
        '<camunda:executionListener event="start" class="a.B"/>',
        "Unsupported 'class' of camunda:executionListener in userTask 'work'",
    ),
    "delegate": (
        '<camunda:executionListener event="start" delegateExpression="${x}"/>',
        "Unsupported 'delegateExpression' of camunda:executionListener in userTask 'work'",
    ),
    "a member that nothing has": (
        '<camunda:executionListener event="start" expression="${execution.signal()}"/>',
        "Unsupported 'expression' of camunda:executionListener in userTask 'work'",
    ),
}


@pytest.mark.parametrize(("written", "text"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_listener_that_cannot_be_read_is_refused(camunda: CamundaClient, written: str, text: str) -> None:
    content = framed(process(work=f"<extensionElements>{written}</extensionElements>"))
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("file", ("p.bpmn", content))]
    answer = await camunda.request("POST", "/deployment/create", files=parts)
    assert answer.status_code == 400
    assert text in answer.json()["message"]


# expressions as work

RESULTS: dict[str, tuple[str, tuple[str, Any]]] = {
    "long": ("${1 + 1}", ("Long", 2)),
    "integer": ("${amount}", ("Integer", 7)),
    "double": ("${1.5}", ("Double", 1.5)),
    "boolean": ("${amount > 3}", ("Boolean", True)),
    "text": ("a${1}b", ("String", "a1b")),
    "plain text": ("plain", ("String", "plain")),
    "nothing": ("${execution.setVariable('other', 3)}", ("Null", None)),
}


def service(expression: str, attributes: str = "") -> str:
    """A process that begins with an expression, and waits then."""
    attributes += f" camunda:expression={quoteattr(expression)}"
    return (
        '<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="q"/>'
        f'<serviceTask id="q" camunda:resultVariable="result" {attributes}/>'
        '<sequenceFlow id="g" sourceRef="q" targetRef="work"/><userTask id="work"/></process>'
    )


@pytest.mark.parametrize(("expression", "expected"), RESULTS.values(), ids=RESULTS.keys())
async def test_the_value_of_an_expression_is_a_variable(
    camunda: CamundaClient, expression: str, expected: tuple[str, Any]
) -> None:
    await deploy_process(camunda, service(expression))
    amount = {"value": 7, "type": "Integer"}
    instance = await camunda.start("p", {"variables": {"amount": amount}})
    result = (await camunda.get(f"/process-instance/{instance}/variables/result")).json()
    assert (result["type"], result["value"]) == expected


async def test_an_expression_that_fails_lets_nothing_start(camunda: CamundaClient) -> None:
    definition = await deploy_process(camunda, service("${nope}"))
    answer = await camunda.post("/process-definition/key/p/start", {})
    text = f"Cannot instantiate process definition {definition}: {_CANNOT_RESOLVE}"
    assert (answer.status_code, answer.json()["message"]) == (500, text)


async def test_an_expression_that_fails_behind_a_job_makes_the_job_fail(camunda: CamundaClient) -> None:
    await deploy_process(camunda, service("${nope}", attributes='camunda:asyncBefore="true"'))
    instance = await camunda.start("p")
    (job,) = (await camunda.get(f"/job?processInstanceId={instance}")).json()
    answer = await camunda.post(f"/job/{job['id']}/execute")
    assert (answer.status_code, answer.json()["message"]) == (404, _CANNOT_RESOLVE)
    (job,) = (await camunda.get(f"/job?processInstanceId={instance}")).json()
    assert job["retries"] < 3  # the runner may have tried it too
    assert (job["exceptionMessage"], job["failedActivityId"]) == (_CANNOT_RESOLVE, "q")


async def test_an_error_event_by_a_class_of_java_catches_no_failure(camunda: CamundaClient) -> None:
    error = '<error id="any" errorCode="java.lang.Exception"/>'
    catch = (
        '<boundaryEvent id="guard" attachedToRef="q"><errorEventDefinition errorRef="any"/></boundaryEvent></process>'
    )
    await deploy_process(camunda, error + service("${nope}").replace("</process>", catch))
    answer = await camunda.post("/process-definition/key/p/start", {})
    assert (answer.status_code, answer.json()["message"].endswith(_CANNOT_RESOLVE)) == (500, True)
