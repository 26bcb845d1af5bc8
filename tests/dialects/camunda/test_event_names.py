"""Names that messages and signals are waited for by, over HTTP: evaluated where they are needed, of bounded length."""

import httpx
import pytest

from tests.client import CamundaClient
from tests.engine.bpmn_snippets import HEAD, element, end, path, start, user

pytestmark = pytest.mark.anyio

#: Two texts that do not compress, so that no database could index a longer one by chance.
_LONGEST = "".join(chr(0x4E00 + 7919 * number % 20_000) for number in range(255))
_TOO_LONG = _LONGEST * 20
_MESSAGE = '<messageEventDefinition messageRef="m"/>'
_SIGNAL = '<signalEventDefinition signalRef="s"/>'


def _event_subprocess(definition: str) -> str:
    inner = element("startEvent", "begins", definition) + user("aside") + path("begins", "aside")
    return element("subProcess", "es", inner, triggeredByEvent="true")


def _boundary(definition: str) -> str:
    border = element("boundaryEvent", "border", definition, attachedToRef="wait") + end("over") + path("border", "over")
    return user("wait") + border


#: What waits behind the task, with the node that an error is about.
_WAITING = {
    "receive task": (element("receiveTask", "wait", messageRef="m"), "wait"),
    "message": (element("intermediateCatchEvent", "wait", _MESSAGE), "wait"),
    "signal": (element("intermediateCatchEvent", "wait", _SIGNAL), "wait"),
    "boundary message": (_boundary(_MESSAGE), "border"),
    "boundary signal": (_boundary(_SIGNAL), "border"),
    "message in a subprocess": (
        element(
            "subProcess", "wait", start("in") + user("inside") + path("in", "inside") + _event_subprocess(_MESSAGE)
        ),
        "begins",
    ),
}


async def _deployed(camunda: CamundaClient, name: str, content: str) -> httpx.Response:
    declared = f'<message id="m" name="{name}"/><signal id="s" name="{name}"/>'
    process = element("process", "p", content, isExecutable="true")
    model = f"{HEAD}{declared}{process}</definitions>".encode()
    return await camunda.request("POST", "/deployment/create", files=[("data", ("model.bpmn", model))])


async def _complete(camunda: CamundaClient, name: object) -> httpx.Response:
    """The answer to the completion of the task in front of what waits."""
    (task,) = (await camunda.get("/task")).json()
    return await camunda.post(f"/task/{task['id']}/complete", {"variables": {"name": {"value": name}}})


def _too_long(node: str) -> str:
    return f"the name of the message or signal at '{node}' has more than 255 characters"


@pytest.mark.parametrize("kind", _WAITING)
async def test_a_name_has_at_most_255_characters(
    camunda: CamundaClient, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    content, node = _WAITING[kind]
    model = start() + user("do") + content + path("start", "do", "wait")
    assert (await _deployed(camunda, "${name}", model)).status_code == 200
    await camunda.start("p")
    answer = await _complete(camunda, _TOO_LONG)
    message = f"Cannot complete task {(await camunda.get('/task')).json()[0]['id']}: {_too_long(node)}"
    assert (answer.status_code, answer.json()) == (500, {"type": "RestException", "message": message, "code": 0})
    assert (await _complete(camunda, _LONGEST)).status_code == 204
    (waits,) = (await camunda.get("/event-subscription")).json()
    assert waits["eventName"] == _LONGEST
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


@pytest.mark.parametrize("definition", [_MESSAGE, _SIGNAL], ids=["message", "signal"])
async def test_a_start_event_with_a_longer_name_is_not_deployed(camunda: CamundaClient, definition: str) -> None:
    model = element("startEvent", "begins", definition) + user("do") + path("begins", "do")
    answer = await _deployed(camunda, _TOO_LONG, model)
    error = {"type": "ProcessEngineException", "message": _too_long("begins"), "code": 0}
    assert (answer.status_code, answer.json()) == (500, error)
    assert (await _deployed(camunda, _LONGEST, model)).status_code == 200
    (waits,) = (await camunda.get("/event-subscription")).json()
    assert waits["eventName"] == _LONGEST


@pytest.mark.parametrize("definition", [_MESSAGE, _SIGNAL], ids=["message", "signal"])
async def test_an_instance_whose_event_subprocess_has_a_longer_name_does_not_start(
    camunda: CamundaClient, definition: str
) -> None:
    model = start() + user("do") + path("start", "do") + _event_subprocess(definition)
    deployed = await _deployed(camunda, _TOO_LONG, model)
    (process,) = deployed.json()["deployedProcessDefinitions"]
    answer = await camunda.post("/process-definition/key/p/start", {})
    message = f"Cannot instantiate process definition {process}: {_too_long('begins')}"
    assert (answer.status_code, answer.json()) == (500, {"type": "RestException", "message": message, "code": 0})
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


@pytest.mark.parametrize("definition", [_MESSAGE, _SIGNAL], ids=["message", "signal"])
async def test_an_event_subprocess_of_the_process_may_be_named_by_a_variable_of_the_start(
    camunda: CamundaClient, definition: str
) -> None:
    model = start() + user("do") + path("start", "do") + _event_subprocess(definition)
    assert (await _deployed(camunda, "${name}", model)).status_code == 200
    instance = await camunda.start("p", {"variables": {"name": {"value": "N"}}})
    (waits,) = (await camunda.get("/event-subscription")).json()
    assert (waits["eventName"], waits["executionId"]) == ("N", instance)


@pytest.mark.parametrize(
    ("value", "class_"),
    [(5, "java.lang.Integer"), (True, "java.lang.Boolean"), (["a"], "java.util.ArrayList")],
)
async def test_a_name_that_is_no_text_is_an_error_of_java(camunda: CamundaClient, value: object, class_: str) -> None:
    content, _ = _WAITING["signal"]
    model = start() + user("do") + content + path("start", "do", "wait")
    assert (await _deployed(camunda, "${name}", model)).status_code == 200
    await camunda.start("p")
    answer = await _complete(camunda, value)
    message = f"class {class_} cannot be cast to class java.lang.String"
    assert (answer.status_code, answer.json()) == (
        500,
        {"type": "ClassCastException", "message": message, "code": None},
    )
    assert [task["taskDefinitionKey"] for task in (await camunda.get("/task")).json()] == ["do"]


async def test_a_name_in_a_path_is_taken_to_the_letter(camunda: CamundaClient) -> None:
    name = "a/b;c=1 %"
    assert (await _deployed(camunda, name, start() + _WAITING["receive task"][0] + path("start", "wait"))).is_success
    await camunda.start("p")
    (waits,) = (await camunda.get("/event-subscription")).json()
    subscriptions = f"/execution/{waits['executionId']}/messageSubscriptions"
    assert (await camunda.get(f"{subscriptions}/a%2Fb%3Bc=1%20%25")).json() == waits
    assert (await camunda.get(f"{subscriptions}/a%2Fb;c=1%20%25")).json() == waits
    answer = await camunda.get(f"{subscriptions}/a%2Fb;c=1%20%25;d")
    message = f"Message event subscription for execution {waits['executionId']} named {name};d does not exist"
    assert (answer.status_code, answer.json()["message"]) == (404, message)
