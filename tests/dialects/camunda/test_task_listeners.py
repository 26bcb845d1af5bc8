"""Task listeners over HTTP: which events happen, what they see and change, and how they fail."""

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_model, deploy_process, framed

pytestmark = pytest.mark.anyio

_TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
_FAILED = "ENGINE-03051 There was an exception while invoking the TaskListener. Message: '{}'"
_CANNOT_RESOLVE = "Unknown property used in expression: ${nope}. Cause: Cannot resolve identifier 'nope'"


def listener(event: str, expression: str, *, identifier: str = "l", inner: str = "") -> str:
    """A task listener."""
    return (
        f'<camunda:taskListener id="{identifier}" event="{event}" expression={quoteattr(expression)}>{inner}'
        "</camunda:taskListener>"
    )


def process(*listeners: str, attributes: str = "") -> str:
    """A process with a task that has the listeners, and one after it."""
    return (
        f'<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="work"/>'
        f'<userTask id="work" name="Work" {attributes}><extensionElements>{"".join(listeners)}</extensionElements>'
        '</userTask><sequenceFlow id="g" sourceRef="work" targetRef="after"/>'
        '<userTask id="after" name="${seen}"/></process>'
    )


async def _begin(camunda: CamundaClient, *listeners: str, attributes: str = "") -> dict[str, Any]:
    await deploy_process(camunda, process(*listeners, attributes=attributes))
    instance = await camunda.start("p", {"variables": {"seen": {"value": "nothing"}}})
    return await _task(camunda, instance)


async def _task(camunda: CamundaClient, instance: str) -> dict[str, Any]:
    (found,) = (await camunda.get(f"/task?processInstanceId={instance}")).json()
    shown: dict[str, Any] = found
    return shown


async def _log(camunda: CamundaClient, instance: str) -> str:
    text: str = (await camunda.get(f"/process-instance/{instance}/variables/log")).json()["value"]
    return text


@pytest.fixture
async def listened(camunda: CamundaClient) -> dict[str, Any]:
    """A task that writes down what happens to it."""
    await deploy_model(camunda, "Listened")
    return await _task(camunda, await camunda.start("Listened"))


_MODIFIED = {"modifications": {"x": {"value": 1}, "y": {"value": 2}}}
CHANGES: dict[str, tuple[list[tuple[str, str, object]], str]] = {
    "claim": ([("POST", "claim", {"userId": "ann"})], " update/ann assignment/ann"),
    "claim again": ([("POST", "claim", {"userId": "ann"})] * 2, " update/ann assignment/ann update/ann"),
    "unclaim": ([("POST", "unclaim", None)], " update/"),
    "assignee": ([("POST", "assignee", {"userId": "bob"})], " update/bob assignment/bob"),
    "delegate and resolve": (
        [("POST", "delegate", {"userId": "bob"}), ("POST", "resolve", {})],
        " update/bob assignment/bob update/ assignment/",
    ),
    "variable of its own": ([("PUT", "localVariables/x", {"value": 1})], " update/"),
    "variable of its own removed": (
        [("PUT", "localVariables/x", {"value": 1}), ("DELETE", "localVariables/x", None)],
        " update/",
    ),
    "variable of the process": ([("PUT", "variables/x", {"value": 1})], ""),
    "several variables of its own": ([("POST", "localVariables", _MODIFIED)], " update/"),
    "variables of which one is its own": (
        [("PUT", "localVariables/x", {"value": 1}), ("POST", "variables", _MODIFIED)],
        " update/ update/",
    ),
    "candidate": (
        [("POST", f"identity-links{way}", {"userId": "u", "type": "candidate"}) for way in ("", "/delete")],
        " update/ update/",
    ),
    "assignee by a link": (
        [("POST", "identity-links", {"userId": "u", "type": "assignee"})],
        " update/u assignment/u",
    ),
}


@pytest.mark.parametrize(("changes", "noted"), CHANGES.values(), ids=CHANGES.keys())
async def test_a_change_is_an_update_and_perhaps_an_assignment(
    camunda: CamundaClient, listened: dict[str, Any], changes: list[tuple[str, str, object]], noted: str
) -> None:
    for method, path, body in changes:
        answer = await camunda.request(method, f"/task/{listened['id']}/{path}", json=body)
        assert answer.status_code == 204, answer.text
    assert await _log(camunda, listened["processInstanceId"]) == f" start create/{noted}"


ENDS: dict[str, tuple[str, object, str]] = {
    "complete": ("complete", {}, " complete/ end take"),
    "form": ("submit-form", {}, " complete/ end take"),
    "error": ("bpmnError", {"errorCode": "E"}, " end delete/"),
}


@pytest.mark.parametrize(("path", "body", "noted"), ENDS.values(), ids=ENDS.keys())
async def test_a_task_that_goes_is_completed_or_deleted(
    camunda: CamundaClient, listened: dict[str, Any], path: str, body: object, noted: str
) -> None:
    assert (await camunda.post(f"/task/{listened['id']}/{path}", body)).status_code == 204
    assert await _log(camunda, listened["processInstanceId"]) == f" start create/{noted}"


SEEN = {
    "id": lambda task: task["id"],
    "name": lambda task: task["name"],
    "assignee": lambda _task: "ann",
    "priority": lambda _task: "7",
    "taskDefinitionKey": lambda _task: "work",
    "executionId": lambda task: task["executionId"],
    "processInstanceId": lambda task: task["processInstanceId"],
    "processDefinitionId": lambda task: task["processDefinitionId"],
    "execution.id": lambda task: task["executionId"],
    "execution.currentActivityId": lambda _task: "work",
    "eventName": lambda _task: "complete",
    "delegationState": lambda _task: "",
    "owner": lambda _task: "",
    "taskState": lambda _task: "Completed",
    "suspended": lambda _task: "false",
    "hasVariable('seen')": lambda _task: "true",
    "hasVariableLocal('seen')": lambda _task: "false",
    "toString()": lambda task: f"Task[{task['id']}]",
}


@pytest.mark.parametrize(("asked", "expected"), SEEN.items(), ids=SEEN.keys())
async def test_a_listener_sees_its_task(
    camunda: CamundaClient, asked: str, expected: Callable[[dict[str, Any]], str]
) -> None:
    attributes = 'camunda:assignee="ann" camunda:priority="7"'
    set_ = f"${{execution.setVariable('seen', ''.concat(task.{asked}))}}"
    task = await _begin(camunda, listener("complete", set_), attributes=attributes)
    await camunda.post(f"/task/{task['id']}/complete", {})
    assert (await _task(camunda, task["processInstanceId"]))["name"] == expected(task)


async def test_a_listener_changes_a_task_that_is_stored(camunda: CamundaClient) -> None:
    listeners = (
        listener("update", "${task.setPriority(80)}"),
        listener("update", "${task.setOwner('olga')}"),
        listener("update", "${task.setDueDate(now())}"),
        listener("update", "${task.addCandidateGroup('staff')}"),
        listener("update", "${task.deleteCandidateUser('cu')}"),
        listener("update", "${task.setVariableLocal('own', task.assignee)}"),
    )
    task = await _begin(camunda, *listeners, attributes='camunda:candidateUsers="cu,other"')
    assert (await camunda.post(f"/task/{task['id']}/claim", {"userId": "ann"})).status_code == 204
    shown = await _task(camunda, task["processInstanceId"])
    assert (shown["priority"], shown["owner"], shown["assignee"]) == (80, "olga", "ann")
    assert shown["due"] == shown["lastUpdated"]
    links = (await camunda.get(f"/task/{task['id']}/identity-links?type=candidate")).json()
    assert [(link["userId"], link["groupId"]) for link in links] == [("other", None), (None, "staff")]
    own = (await camunda.get(f"/task/{task['id']}/localVariables")).json()
    assert own["own"]["value"] == "ann"


async def test_an_assignee_that_a_listener_sets_at_an_update_is_an_assignment(camunda: CamundaClient) -> None:
    note = "${execution.setVariable('seen', task.assignee)}"
    listeners = (listener("update", "${task.setAssignee('zoe')}"), listener("assignment", note))
    task = await _begin(camunda, *listeners)
    await camunda.post(f"/task/{task['id']}/identity-links", {"userId": "u", "type": "candidate"})
    seen = (await camunda.get(f"/process-instance/{task['processInstanceId']}/variables/seen")).json()
    assert seen["value"] == "zoe"
    assert (await _task(camunda, task["processInstanceId"]))["assignee"] == "zoe"


@pytest.mark.parametrize("event", ["update", "assignment"])
async def test_a_task_may_be_completed_by_its_listener(camunda: CamundaClient, event: str) -> None:
    task = await _begin(camunda, listener(event, "${task.complete()}"))
    assert (await camunda.post(f"/task/{task['id']}/claim", {"userId": "ann"})).status_code == 204
    assert (await _task(camunda, task["processInstanceId"]))["taskDefinitionKey"] == "after"


FAILING: dict[str, tuple[str, str, str]] = {
    "nothing has the name": ("${nope}", "", _CANNOT_RESOLVE),
    "no date": (
        "${task.setDueDate('x')}",
        "",
        "Unknown method used in expression: ${task.setDueDate('x')}. Cause: Method not found: class "
        "org.camunda.bpm.engine.impl.persistence.entity.TaskEntity.setDueDate(java.lang.String)",
    ),
    "completed while it is completed": (
        "${task.complete()}",
        "",
        f"org.camunda.bpm.engine.ProcessEngineException: {_FAILED.format('invalid task state')}",
    ),
}


@pytest.mark.parametrize(("expression", "attributes", "cause"), FAILING.values(), ids=FAILING.keys())
async def test_a_listener_that_fails_makes_the_request_fail(
    camunda: CamundaClient, expression: str, attributes: str, cause: str
) -> None:
    task = await _begin(camunda, listener("complete", expression), attributes=attributes)
    answer = await camunda.post(f"/task/{task['id']}/complete", {})
    text = f"Cannot complete task {task['id']}: {_FAILED.format(cause)}"
    assert (answer.status_code, answer.json()) == (500, {"type": "RestException", "message": text, "code": 0})
    assert (await _task(camunda, task["processInstanceId"]))["id"] == task["id"]


async def test_an_update_whose_listener_fails_changes_nothing(camunda: CamundaClient) -> None:
    task = await _begin(camunda, listener("update", "${nope}"))
    answer = await camunda.post(f"/task/{task['id']}/assignee", {"userId": "bob"})
    text = _FAILED.format(_CANNOT_RESOLVE)
    assert (answer.status_code, answer.json()) == (500, {"type": "ProcessEngineException", "message": text, "code": 0})
    assert (await _task(camunda, task["processInstanceId"]))["assignee"] is None


async def test_a_task_whose_delete_listener_fails_is_not_deleted(camunda: CamundaClient) -> None:
    task = await _begin(camunda, listener("delete", "${nope}"))
    answer = await camunda.delete(f"/process-instance/{task['processInstanceId']}")
    assert (answer.status_code, answer.json()["message"]) == (500, _FAILED.format(_CANNOT_RESOLVE))
    path = f"/process-instance/{task['processInstanceId']}?skipCustomListeners=true"
    assert (await camunda.delete(path)).status_code == 204
    assert (await camunda.get("/task")).json() == []


async def test_a_listener_waits_for_its_time(camunda: CamundaClient) -> None:
    note = "${execution.setVariable('seen', task.eventName)}"
    task = await _begin(camunda, listener("timeout", note, identifier="late", inner=_TIMER))
    jobs = f"/job?processInstanceId={task['processInstanceId']}"
    (job,) = (await camunda.get(jobs)).json()
    definition = (await camunda.get(f"/job-definition/{job['jobDefinitionId']}")).json()
    assert (definition["jobType"], definition["jobConfiguration"]) == ("timer-task-listener", "DURATION: PT1H")
    assert definition["activityId"] == "work"
    assert (await camunda.post(f"/job/{job['id']}/execute")).status_code == 204
    assert (await _task(camunda, task["processInstanceId"]))["taskDefinitionKey"] == "work"
    await camunda.post(f"/task/{task['id']}/complete", {})
    assert (await _task(camunda, task["processInstanceId"]))["name"] == "timeout"
    assert (await camunda.get(jobs)).json() == []


async def test_two_listeners_may_wait_for_the_same_time(camunda: CamundaClient) -> None:
    """Their jobs can be told from one another by what they do, and can be counted anew."""
    noted = "${{execution.setVariable('{0}', true)}}"
    both = [listener("timeout", noted.format(name), identifier=name, inner=_TIMER) for name in ("one", "two")]
    task = await _begin(camunda, *both)
    jobs = (await camunda.get(f"/job?processInstanceId={task['processInstanceId']}")).json()
    assert len({job["jobDefinitionId"] for job in jobs}) == 1
    for job in jobs:
        assert (await camunda.post(f"/job/{job['id']}/duedate/recalculate")).status_code == 204
        again = (await camunda.get(f"/job/{job['id']}")).json()
        assert again["dueDate"] == job["dueDate"]
        assert (await camunda.post(f"/job/{job['id']}/execute")).status_code == 204
    variables = (await camunda.get(f"/process-instance/{task['processInstanceId']}/variables")).json()
    assert {"one", "two"} <= variables.keys()


REFUSED: dict[str, tuple[str, str]] = {
    "no event": ('<camunda:taskListener expression="${1}"/>', "Attribute 'event' is mandatory on taskListener"),
    "another event": (
        listener("start", "${1}"),
        "Attribute 'event' must be one of {create|assignment|complete|update|delete|timeout}",
    ),
    "nothing to do": (
        '<camunda:taskListener event="create"/>',
        "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on taskListener",
    ),
    "no timer": (
        listener("timeout", "${1}"),
        "Element 'timerEventDefinition' is mandatory on taskListener of type 'timeout'",
    ),
    "no id": (
        f'<camunda:taskListener event="timeout" expression="${{1}}">{_TIMER}</camunda:taskListener>',
        "Element 'id' is mandatory on taskListener of type 'timeout'",
    ),
    "class": (
        '<camunda:taskListener event="create" class="a.B" expression="${1}"/>',
        "Unsupported 'class' of camunda:taskListener in userTask 'work'",
    ),
    "delegate": (
        '<camunda:taskListener event="create" delegateExpression="${x}"/>',
        "Unsupported 'delegateExpression' of camunda:taskListener in userTask 'work'",
    ),
    "a member that no task has": (
        listener("create", "${task.claim('x')}"),
        "Unsupported 'expression' of camunda:taskListener in userTask 'work'",
    ),
}


@pytest.mark.parametrize(("written", "text"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_listener_that_cannot_be_read_is_refused(camunda: CamundaClient, written: str, text: str) -> None:
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("file", ("p.bpmn", framed(process(written))))]
    answer = await camunda.request("POST", "/deployment/create", files=parts)
    assert answer.status_code == 400
    assert text in answer.json()["message"]
