"""Deployments of models that leave work to Java code and the like: the two settings, and what workers get of it."""

import logging
from typing import Any

import httpx
import pytest

from taskbridge.settings import Delegates, JavaListeners
from tests.bpmn import around, definitions
from tests.client import CamundaClient
from tests.serving import serving

pytestmark = pytest.mark.anyio

CREATE = "/deployment/create"
WORKERS = {"delegates": "workers"}
BOTH = {"delegates": "workers", "java-listeners": "ignore"}
LISTENER = '<camunda:taskListener event="create" class="org.acme.Tell"/>'


def service(inner: str = "", **attributes: str) -> bytes:
    """A process of one service task."""
    written = "".join(f' camunda:{name}="{value}"' for name, value in attributes.items())
    held = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    return around(f'<serviceTask id="step"{written}>{held}</serviceTask>')


JAVA = service(**{"class": "org.acme.Pay"})
LISTENED = around(f'<userTask id="step"><extensionElements>{LISTENER}</extensionElements></userTask>')


async def create(camunda: CamundaClient, content: bytes, name: str = "p.bpmn", **parts: str) -> httpx.Response:
    """Deploy a file, with further parts of the form."""
    files: list[tuple[str, tuple[str | None, bytes]]] = [
        (part.replace("_", "-"), (None, value.encode())) for part, value in parts.items()
    ]
    return await camunda.request("POST", CREATE, files=[*files, ("data", (name, content))])


async def made(camunda: CamundaClient, content: bytes, **parts: str) -> Any:  # noqa: ANN401 - JSON
    answer = await create(camunda, content, **parts)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def fetched(camunda: CamundaClient, topic: str) -> Any:  # noqa: ANN401 - JSON
    """The one task of a topic, with its properties."""
    topics = [{"topicName": topic, "lockDuration": 60_000, "includeExtensionProperties": True}]
    [task] = await camunda.fetch(topics=topics)
    return task


async def test_a_refusal_says_which_setting_would_help(camunda: CamundaClient) -> None:
    refused = await create(camunda, JAVA)
    [error] = refused.json()["details"]["p.bpmn"]["errors"]
    hint = "(the setting delegates=workers leaves it to workers)"
    message = f"Unsupported attribute 'camunda:class' of serviceTask 'step' {hint}"
    assert (refused.status_code, error["message"]) == (400, message)
    assert (error["line"], error["column"], error["mainElementId"]) == (4, 1, "step")
    refused = await create(camunda, LISTENED, delegates="workers")
    [error] = refused.json()["details"]["p.bpmn"]["errors"]
    hint = "(the setting java-listeners=ignore leaves it out)"
    assert error["message"] == f"Unsupported 'class' of camunda:taskListener in userTask 'step' {hint}"


async def test_a_worker_does_what_the_model_leaves_to_java(camunda: CamundaClient) -> None:
    field = '<camunda:field name="amount" expression="${net + 2}"/>'
    paying = service(field, **{"class": "org.acme.Pay", "taskPriority": "7"})
    deployment = await made(camunda, paying, delegates="workers")
    assert deployment["workers"] == [
        {
            "resource": "p.bpmn",
            "line": 4,
            "column": 1,
            "elementId": "step",
            "kind": "Java class",
            "topicName": "org.acme.Pay",
        }
    ]
    assert "ignoredListeners" not in deployment
    instance = await camunda.start("P", {"variables": {"net": {"value": 10}}})
    task = await fetched(camunda, "org.acme.Pay")
    assert (task["activityId"], task["priority"]) == ("step", 7)
    assert task["variables"]["amount"]["value"] == 12
    assert task["extensionProperties"] == {
        "delegate.by": "class",
        "delegate.class": "org.acme.Pay",
        "delegate.field.amount": "${net + 2}",
    }
    done = await camunda.post(
        f"/external-task/{task['id']}/complete", {"workerId": "w", "variables": {"paid": {"value": True}}}
    )
    assert done.status_code == 204
    assert (await camunda.get(f"/process-instance/{instance}")).status_code == 404


async def test_a_result_variable_is_set_by_the_worker_that_completes_with_it(camunda: CamundaClient) -> None:
    steps = """<process id="P" isExecutable="true"><startEvent id="s"/>
<sequenceFlow id="a" sourceRef="s" targetRef="rate"/>
<businessRuleTask id="rate" camunda:decisionRef="risk" camunda:resultVariable="level"
  camunda:mapDecisionResult="singleEntry"/>
<sequenceFlow id="b" sourceRef="rate" targetRef="look"/><userTask id="look" name="${level}"/></process>"""
    await made(camunda, definitions(steps), delegates="workers")
    await camunda.start("P")
    task = await fetched(camunda, "risk")
    name = task["extensionProperties"]["delegate.resultVariable"]
    body = {"workerId": "w", "variables": {name: {"value": "high"}}}
    assert (await camunda.post(f"/external-task/{task['id']}/complete", body)).status_code == 204
    assert [one["name"] for one in (await camunda.get("/task")).json()] == ["high"]


async def test_each_listener_that_is_ignored_is_named_in_the_answer_and_in_the_log(
    camunda: CamundaClient, caplog: pytest.LogCaptureFixture
) -> None:
    message = "Left out taskListener for create of userTask 'step': class 'org.acme.Tell'"
    with caplog.at_level(logging.INFO, "taskbridge.engine"):
        deployment = await made(camunda, LISTENED, java_listeners="ignore")
    assert deployment["ignoredListeners"] == [
        {"resource": "p.bpmn", "line": 4, "column": 40, "elementId": "step", "message": message}
    ]
    assert "workers" not in deployment
    lines = [record.getMessage() for record in caplog.records if record.name == "taskbridge.engine"]
    assert lines == [f"p.bpmn:4:40: {message}"]
    await camunda.start("P")
    assert (await camunda.get("/task/count")).json() == {"count": 1}


async def test_a_model_that_needs_neither_is_answered_as_ever(camunda: CamundaClient) -> None:
    plain = service(type="external", topic="work")
    answers = [await made(camunda, plain, **{key.replace("-", "_"): value for key, value in BOTH.items()})]
    answers.append(await made(camunda, plain))
    assert answers[0].keys() == answers[1].keys()


@pytest.mark.parametrize(
    ("part", "known"), [("delegates", "refuse or workers"), ("java_listeners", "refuse or ignore")]
)
async def test_a_setting_has_one_of_its_values(camunda: CamundaClient, part: str, known: str) -> None:
    refused = await create(camunda, JAVA, **{part: "some"})
    assert refused.json() == {
        "type": "InvalidRequestException",
        "message": f"{part.replace('_', '-')} must be {known}, not some",
        "code": None,
    }
    assert (await camunda.get("/deployment/count")).json() == {"count": 0}


async def test_a_part_with_a_file_name_is_a_file_whatever_its_name(camunda: CamundaClient) -> None:
    files: list[tuple[str, tuple[str | None, bytes]]] = [("delegates", ("workers.txt", b"workers"))]
    answer = await camunda.request("POST", CREATE, files=files)
    [kept] = (await camunda.get(f"/deployment/{answer.json()['id']}/resources")).json()
    assert kept["name"] == "workers.txt"


async def test_duplicates_are_alike_when_they_are_read_alike(camunda: CamundaClient) -> None:
    """A file that is read in the same way with other settings is no other file."""
    filtering = {"enable-duplicate-filtering": "true", "deployment-name": "d"}
    both = around(f'<userTask id="step"><extensionElements>{LISTENER}</extensionElements></userTask>')
    parts = {name.replace("-", "_"): value for name, value in filtering.items()}
    first = await made(camunda, both, java_listeners="ignore", **parts)
    again = await made(camunda, both, java_listeners="ignore", delegates="workers", **parts)
    assert first["id"] == again["id"]
    assert (again["deployedProcessDefinitions"], "ignoredListeners" in again) == (None, False)


async def test_a_definition_stays_as_it_was_deployed_when_the_server_is_started_anew(database_url: str) -> None:
    both = service('<camunda:executionListener event="end" class="org.acme.Tell"/>', delegateExpression="${payBean}")
    async with serving(database_url, delegates=Delegates.WORKERS, java_listeners=JavaListeners.IGNORE) as served:
        camunda = CamundaClient(served.app)
        deployment = await made(camunda, both)
        assert (len(deployment["workers"]), len(deployment["ignoredListeners"])) == (1, 1)
        refused = await create(camunda, both, delegates="refuse")
        assert refused.status_code == 400
        await camunda.close()
    async with serving(database_url) as served:
        camunda = CamundaClient(served.app)
        assert (await create(camunda, both)).status_code == 400
        await camunda.start("P")
        task = await fetched(camunda, "payBean")
        assert task["extensionProperties"]["delegate.delegateExpression"] == "${payBean}"
        assert (await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})).status_code == 204
        await camunda.close()


async def test_a_script_in_javascript_stays_with_workers_whom_it_was_left_to(database_url: str) -> None:
    script = '<scriptTask id="step" scriptFormat="javascript"><script>1</script></scriptTask>'
    async with serving(database_url) as served:
        camunda = CamundaClient(served.app)
        [work] = (await made(camunda, around(script), delegates="workers"))["workers"]
        await camunda.start("P")
        task = await fetched(camunda, work["topicName"])
        assert task["extensionProperties"]["delegate.script"] == "1"
        await camunda.close()
    async with serving(database_url, scripts=("javascript",)) as served:
        camunda = CamundaClient(served.app)
        await camunda.start("P")
        assert (await camunda.get("/external-task/count")).json() == {"count": 2}
        assert (await camunda.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})).status_code == 204
        await camunda.close()
