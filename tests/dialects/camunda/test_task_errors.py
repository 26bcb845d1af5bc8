"""BPMN errors and escalations that people throw from their tasks: what the running Camunda 7.24 does with each."""

from typing import Any

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy

pytestmark = pytest.mark.anyio

_FRAME = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">
<error id="error" errorCode="REFUSED"/><escalation id="escalation" escalationCode="LATE"/>
<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="scope"/>
<subProcess id="scope"><startEvent id="ss"/><sequenceFlow id="f2" sourceRef="ss" targetRef="work"/>
<userTask id="work"><extensionElements><camunda:inputOutput><camunda:inputParameter name="input">old
</camunda:inputParameter>{output}</camunda:inputOutput></extensionElements></userTask>
{catcher}{inside}</subProcess>{outside}</process></definitions>"""
_OUTPUT = '<camunda:outputParameter name="result">${input}</camunda:outputParameter>'
_ERROR = '<errorEventDefinition errorRef="error" camunda:errorCodeVariable="code" camunda:errorMessageVariable="text"/>'
_ESCALATION = '<escalationEventDefinition escalationRef="escalation" camunda:escalationCodeVariable="code"/>'
_CATCHER = """<boundaryEvent id="caught" attachedToRef="work" cancelActivity="{interrupting}">
{definition}</boundaryEvent>
<sequenceFlow id="f3" sourceRef="caught" targetRef="after"/><userTask id="after"/>"""
_EVENT_SUBPROCESS = """<subProcess id="handling" triggeredByEvent="true">
<startEvent id="thrown" isInterrupting="{interrupting}">{definition}</startEvent>
<sequenceFlow id="f4" sourceRef="thrown" targetRef="handle"/><userTask id="handle"/></subProcess>"""


def catcher(definition: str, *, interrupting: bool = True) -> str:
    """A boundary event of the task."""
    return _CATCHER.format(definition=definition, interrupting=str(interrupting).lower())


def event_subprocess(definition: str, *, interrupting: bool = True) -> str:
    """An event subprocess, which may stand in the scope of the task or around it."""
    return _EVENT_SUBPROCESS.format(definition=definition, interrupting=str(interrupting).lower())


async def begun(
    camunda: CamundaClient, catcher: str = "", inside: str = "", outside: str = "", output: str = ""
) -> tuple[str, str]:
    """An instance of the process, and the path of its task."""
    content = _FRAME.format(catcher=catcher, inside=inside, outside=outside, output=output)
    await deploy(camunda, content.encode())
    instance = await camunda.start("p")
    (task,) = (await camunda.get("/task")).json()
    return instance, f"/task/{task['id']}"


async def keys(camunda: CamundaClient) -> list[str]:
    """The elements of all tasks."""
    return sorted(task["taskDefinitionKey"] for task in (await camunda.get("/task")).json())


async def values(camunda: CamundaClient, instance: str) -> dict[str, Any]:
    """The variables of the process instance itself."""
    shown = (await camunda.get(f"/process-instance/{instance}/variables")).json()
    return {name: one["value"] for name, one in shown.items()}


def refusal(status: int, type_: str, message: str) -> tuple[int, dict[str, Any]]:
    """What an answer to a mistake has to be."""
    return status, {"type": type_, "message": message, "code": 0}


async def said(camunda: CamundaClient, path: str, body: object) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    answer = await camunda.post(path, body)
    return answer.status_code, answer.json()


ERROR = {"errorCode": "REFUSED"}
LATE = {"escalationCode": "LATE"}


async def test_an_error_is_caught_at_the_task(camunda: CamundaClient) -> None:
    instance, task = await begun(camunda, catcher(_ERROR), output=_OUTPUT)
    variables = {"fresh": {"value": 1}, "input": {"value": "new"}}
    sent = ERROR | {"errorMessage": "why", "variables": variables}
    assert (await camunda.post(f"{task}/bpmnError", sent)).status_code == 204
    assert await keys(camunda) == ["after"]
    assert await values(camunda, instance) == {"fresh": 1, "code": "REFUSED", "text": "why", "result": "new"}


async def test_an_error_without_a_message_has_none(camunda: CamundaClient) -> None:
    instance, task = await begun(camunda, catcher(_ERROR))
    assert (await camunda.post(f"{task}/bpmnError", ERROR)).status_code == 204
    assert await values(camunda, instance) == {"code": "REFUSED", "text": None}


@pytest.mark.parametrize("place", ["inside", "outside"])
async def test_an_error_is_caught_by_an_event_subprocess(camunda: CamundaClient, place: str) -> None:
    instance, task = await begun(camunda, **{place: event_subprocess(_ERROR)})
    assert (await camunda.post(f"{task}/bpmnError", ERROR)).status_code == 204
    assert await keys(camunda) == ["handle"]
    assert await values(camunda, instance) == {"code": "REFUSED", "text": None}


async def test_where_nothing_catches_an_error_the_path_ends(camunda: CamundaClient) -> None:
    instance, task = await begun(camunda, catcher(_ERROR))
    assert (await camunda.post(f"{task}/bpmnError", {"errorCode": "OTHER"})).status_code == 204
    assert (await camunda.get(f"/process-instance/{instance}")).status_code == 404


async def test_variables_go_past_those_of_the_task(camunda: CamundaClient) -> None:
    instance, task = await begun(camunda, catcher(_ESCALATION, interrupting=False))
    await camunda.put(f"{task}/localVariables/own", {"value": "old"})
    sent = LATE | {"variables": {"own": {"value": "new"}}}
    assert (await camunda.post(f"{task}/bpmnEscalation", sent)).status_code == 204
    assert await values(camunda, instance) == {"own": "new", "code": "LATE"}
    assert (await camunda.get(f"{task}/localVariables/own")).json()["value"] == "old"


async def test_an_escalation_interrupts_the_task(camunda: CamundaClient) -> None:
    instance, task = await begun(camunda, catcher(_ESCALATION), output=_OUTPUT)
    sent = LATE | {"variables": {"fresh": {"value": 1}, "input": {"value": "new"}}}
    assert (await camunda.post(f"{task}/bpmnEscalation", sent)).status_code == 204
    assert await keys(camunda) == ["after"]
    assert await values(camunda, instance) == {"fresh": 1, "code": "LATE", "result": "new"}


async def test_a_task_goes_on_beside_an_escalation_that_does_not_interrupt(camunda: CamundaClient) -> None:
    instance, task = await begun(camunda, catcher(_ESCALATION, interrupting=False), output=_OUTPUT)
    for _ in range(2):
        assert (await camunda.post(f"{task}/bpmnEscalation", LATE)).status_code == 204
    assert await keys(camunda) == ["after", "after", "work"]
    assert await values(camunda, instance) == {"code": "LATE"}
    assert (await camunda.post(f"{task}/complete", {})).status_code == 204
    assert await values(camunda, instance) == {"code": "LATE", "result": "old"}


@pytest.mark.parametrize(
    ("place", "interrupting", "left"),
    [
        ("inside", True, ["handle"]),
        ("inside", False, ["handle", "work"]),
        ("outside", True, ["handle"]),
        ("outside", False, ["handle", "work"]),
    ],
)
async def test_an_escalation_is_caught_by_an_event_subprocess(
    camunda: CamundaClient, place: str, interrupting: bool, left: list[str]
) -> None:
    _, task = await begun(camunda, **{place: event_subprocess(_ESCALATION, interrupting=interrupting)})
    assert (await camunda.post(f"{task}/bpmnEscalation", LATE)).status_code == 204
    assert await keys(camunda) == left


async def test_an_escalation_that_nothing_catches_is_refused(camunda: CamundaClient) -> None:
    instance, task = await begun(camunda, catcher(_ESCALATION))
    sent = {"escalationCode": "OTHER", "variables": {"fresh": {"value": 1}}}
    text = (
        "ENGINE-02043 Execution with id 'work' throws an escalation event with escalationCode 'OTHER', "
        "but no escalation handler was defined. "
    )
    assert await said(camunda, f"{task}/bpmnEscalation", sent) == refusal(500, "ProcessEngineException", text)
    assert (await keys(camunda), await values(camunda, instance)) == (["work"], {})


@pytest.mark.parametrize(("way", "body"), [("bpmnError", ERROR), ("bpmnEscalation", LATE)])
async def test_a_delegated_task_need_not_be_resolved(camunda: CamundaClient, way: str, body: dict[str, Any]) -> None:
    _, task = await begun(camunda, catcher(_ERROR if way == "bpmnError" else _ESCALATION))
    await camunda.post(f"{task}/delegate", {"userId": "ben"})
    assert (await camunda.post(f"{task}/{way}", body)).status_code == 204
    assert await keys(camunda) == ["after"]


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("bpmnError", ERROR),
        ("bpmnError", ERROR | {"errorMessage": " "}),
        ("bpmnError", {"errorCode": "OTHER"}),
        ("bpmnEscalation", LATE),
        ("bpmnEscalation", {"escalationCode": "OTHER"}),
    ],
)
async def test_a_suspended_task_throws_nothing(camunda: CamundaClient, way: str, body: dict[str, Any]) -> None:
    instance, task = await begun(camunda, catcher(_ERROR if way == "bpmnError" else _ESCALATION))
    await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})
    text = f"ENGINE-03043 task with id '{task.removeprefix('/task/')}' is suspended."
    assert await said(camunda, f"{task}/{way}", body) == refusal(400, "RestException", text)


_UNKNOWN_TYPE = {"variables": {"a": {"value": 1, "type": "Colour"}}}
_UNKNOWN_OBJECT = {"variables": {"a": {"value": "x", "type": "Object"}}}


@pytest.mark.parametrize(
    ("way", "body", "status", "message"),
    [
        ("bpmnError", {}, 400, "errorCode is null"),
        ("bpmnError", {"errorCode": None}, 400, "errorCode is null"),
        ("bpmnError", {"errorCode": " ", "errorMessage": ""}, 400, "errorCode is empty"),
        ("bpmnError", {"errorCode": "a", "errorMessage": ""}, 404, "Cannot find task with id nope: task is null"),
        ("bpmnError", {"errorCode": "a"} | _UNKNOWN_OBJECT, 404, "Cannot find task with id nope: task is null"),
        ("bpmnError", _UNKNOWN_TYPE, 400, "Unsupported value type 'Colour'"),
        ("bpmnEscalation", {}, 400, "escalationCode is null"),
        ("bpmnEscalation", {"escalationCode": ""}, 400, "escalationCode is empty"),
        ("bpmnEscalation", {"escalationCode": "a"}, 404, "Cannot find task with id nope: task is null"),
        ("bpmnEscalation", {"escalationCode": ""} | _UNKNOWN_TYPE, 400, "Unsupported value type 'Colour'"),
    ],
)
async def test_what_is_asked_of_an_unknown_task(
    camunda: CamundaClient, way: str, body: dict[str, Any], status: int, message: str
) -> None:
    answer = await camunda.post(f"/task/nope/{way}", body)
    assert (answer.status_code, answer.json()["type"], answer.json()["message"]) == (status, "RestException", message)


@pytest.mark.parametrize("way", ["bpmnError", "bpmnEscalation"])
async def test_bodies_of_another_shape(camunda: CamundaClient, way: str) -> None:
    assert (await camunda.post(f"/task/nope/{way}", [])).status_code == 400
    assert (await said(camunda, f"/task/nope/{way}", None))[1]["type"] == "NullPointerException"
    code = {"bpmnError": "errorCode", "bpmnEscalation": "escalationCode"}[way]
    empty = await camunda.post(f"/task/nope/{way}", content=b"", headers={"Content-Type": "application/json"})
    assert (empty.status_code, empty.json()["message"]) == (400, f"{code} is null")


async def test_an_error_needs_a_message_that_is_not_blank(camunda: CamundaClient) -> None:
    _, task = await begun(camunda)
    expected = refusal(500, "ProcessEngineException", "Error Message is empty")
    assert await said(camunda, f"{task}/bpmnError", ERROR | {"errorMessage": " "}) == expected


_FAILING = '<camunda:outputParameter name="result">${nothing}</camunda:outputParameter>'
_STORED = {"value": 1, "type": "Integer"}
_TRANSIENT = {"variables": {"kept": _STORED | {"valueInfo": {"transient": True}}}}


@pytest.mark.parametrize(("output", "more"), [(_FAILING, {}), ("", _TRANSIENT), ("", _UNKNOWN_OBJECT)])
async def test_an_error_that_cannot_be_thrown_changes_nothing(
    camunda: CamundaClient, output: str, more: dict[str, Any]
) -> None:
    instance, task = await begun(camunda, catcher(_ERROR), output=output)
    await camunda.put(f"/process-instance/{instance}/variables/kept", _STORED)
    text = "ENGINE-13033 Propagation of bpmn error REFUSED failed. "
    expected = refusal(500, "ProcessEngineException", text)
    assert await said(camunda, f"{task}/bpmnError", ERROR | more) == expected
    assert (await keys(camunda), await values(camunda, instance)) == (["work"], {"kept": 1})


@pytest.mark.parametrize(
    ("output", "more", "message"),
    [
        (_FAILING, {}, "Unknown property used in expression: ${nothing}. Cause: Cannot resolve identifier 'nothing'"),
        (
            "",
            _TRANSIENT,
            "ENGINE-17006 Cannot set transient variable with name kept to non-transient variable and vice versa.",
        ),
    ],
)
async def test_an_escalation_that_fails_says_why(
    camunda: CamundaClient, output: str, more: dict[str, Any], message: str
) -> None:
    instance, task = await begun(camunda, catcher(_ESCALATION), output=output)
    await camunda.put(f"/process-instance/{instance}/variables/kept", _STORED)
    expected = refusal(500, "ProcessEngineException", message)
    assert await said(camunda, f"{task}/bpmnEscalation", LATE | more) == expected
    assert (await keys(camunda), await values(camunda, instance)) == (["work"], {"kept": 1})
