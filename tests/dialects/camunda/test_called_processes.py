"""Processes that call others, over HTTP: the tree of instances, what ends with what, incidents, and bounds.

What goes in, comes out and is thrown across the border is compared with the real server by the models of
``tests/models/calls``.
"""

import base64
from typing import Any

import pytest

from taskbridge.service import calls
from tests.client import CamundaClient
from tests.dialects.camunda.models import framed
from tests.dialects.camunda.signal_models import deployed, done, process, tasks, variables
from tests.engine.bpmn_snippets import (
    boundary,
    element,
    end,
    error_end,
    external,
    parallel,
    path,
    start,
    subprocess,
    user,
)

pytestmark = pytest.mark.anyio

_NO_CALLED = "no processes deployed with key {}: processDefinition is null"
_SUSPENDED = "ENGINE-03043 Execution with id '{}' is suspended."


def call(identifier: str, called: str, *extensions: str, **attributes: str) -> str:
    """A call activity; ``extensions`` are its extension elements."""
    held = f"<extensionElements>{''.join(extensions)}</extensionElements>" if extensions else ""
    return element("callActivity", identifier, held, calledElement=called, **attributes)


def caller(key: str, called: str, *extensions: str, **attributes: str) -> str:
    """A process that calls another one, and goes on with a task."""
    parts = (start(), call("call", called, *extensions, **attributes), user("after"), end())
    return process(key, *parts, path("start", "call", "after", "end"))


WORK = process("called", start(), user("work"), end(), path("start", "work", "end"))
BOTH = '<camunda:in variables="all"/><camunda:out variables="all"/>'


async def called_by(camunda: CamundaClient, instance: str) -> str:
    """The only instance that an instance has called."""
    (found,) = (await camunda.get(f"/process-instance?superProcessInstance={instance}")).json()
    number: str = found["id"]
    return number


async def keys(camunda: CamundaClient, query: str = "") -> list[str]:
    """The processes of the living instances."""
    return sorted(one["definitionKey"] for one in (await camunda.get(f"/process-instance?{query}")).json())


async def standing(camunda: CamundaClient, instance: str) -> list[tuple[str, str]]:
    """What stands directly in an instance: activities and their types."""
    answer = await camunda.get(f"/process-instance/{instance}/activity-instances")
    if answer.status_code == 404:
        return []
    return sorted((one["activityId"], one["activityType"]) for one in answer.json()["childActivityInstances"])


# the tree


async def test_instances_are_found_by_what_called_them(camunda: CamundaClient) -> None:
    await deployed(camunda, WORK, caller("middle", "called"), caller("main", "middle"))
    main = await camunda.start("main", {"businessKey": "k"})
    middle = await called_by(camunda, main)
    bottom = await called_by(camunda, middle)
    assert await standing(camunda, main) == [("call", "callActivity")]
    assert await standing(camunda, bottom) == [("work", "userTask")]
    assert await keys(camunda, f"subProcessInstance={bottom}") == ["middle"]
    assert await keys(camunda, f"subProcessInstance={main}") == []
    assert await keys(camunda, f"rootProcessInstanceId={main}") == ["called", "main", "middle"]
    assert await keys(camunda, "rootProcessInstances=true") == ["main"]
    assert await keys(camunda, "leafProcessInstances=true") == ["called"]
    assert await keys(camunda, "businessKey=k") == ["main"]
    assert len((await camunda.get(f"/execution?processInstanceId={main}")).json()) == 2
    assert await done(camunda, "work") == 204
    assert await tasks(camunda) == ["after"]
    assert await keys(camunda, "leafProcessInstances=true") == ["middle"]


async def test_variables_of_a_called_instance_are_its_own(camunda: CamundaClient) -> None:
    await deployed(camunda, WORK, caller("main", "called", BOTH))
    content = base64.b64encode(b"content").decode()
    given = {"a": {"value": 1}, "b": {"value": content, "type": "Bytes"}}
    main = await camunda.start("main", {"variables": given})
    inner = await called_by(camunda, main)
    assert (await camunda.get(f"/process-instance/{inner}/variables/b/data")).content == b"content"
    await camunda.put(f"/process-instance/{inner}/variables/a", {"value": 2, "type": "Integer"})
    assert (await variables(camunda, main))["a"] == 1
    assert await done(camunda, "work") == 204
    assert (await variables(camunda, main))["a"] == 2
    assert (await camunda.get(f"/process-instance/{main}/variables/b/data")).content == b"content"


# what is called


@pytest.mark.parametrize(
    ("attributes", "asked"),
    [
        ({}, "'nobody' and tenant-id 'null'"),
        ({"camunda_calledElementTenantId": "north"}, "'nobody' and tenant-id 'north'"),
        (
            {"camunda_calledElementBinding": "version", "camunda_calledElementVersion": "7"},
            "= 'nobody', version = '7' and tenant-id = 'null'",
        ),
        (
            {"camunda_calledElementBinding": "versionTag", "camunda_calledElementVersionTag": "v"},
            "= 'nobody', versionTag = 'v' and tenant-id = 'null'",
        ),
    ],
)
async def test_a_process_that_is_not_there_is_told_as_the_vendor_does(
    camunda: CamundaClient, attributes: dict[str, str], asked: str
) -> None:
    await deployed(camunda, caller("main", "nobody", **attributes))
    answer = await camunda.post("/process-definition/key/main/start", {})
    assert (answer.status_code, answer.json()["type"]) == (500, "RestException")
    assert answer.json()["message"].endswith(f": {_NO_CALLED.format(asked)}")
    assert await keys(camunda) == []


async def test_a_call_that_fails_in_a_completion_changes_nothing(camunda: CamundaClient) -> None:
    parts = (start(), user("first"), call("call", "nobody"), path("start", "first", "call"))
    await deployed(camunda, process("main", *parts))
    main = await camunda.start("main")
    assert await done(camunda, "first") == 500
    assert await standing(camunda, main) == [("first", "userTask")]


async def test_a_version_is_called_by_number_or_tag(camunda: CamundaClient) -> None:
    for number in (1, 2):
        task = f"work{number}"
        tagged = process("called", start(), user(task), path("start", task))
        await deployed(camunda, tagged.replace('id="called"', f'id="called" camunda:versionTag="v{number}"'))
    await deployed(
        camunda,
        caller("latest", "called"),
        caller("numbered", "called", camunda_calledElementBinding="version", camunda_calledElementVersion="${'1'}"),
        caller("tagged", "called", camunda_calledElementBinding="versionTag", camunda_calledElementVersionTag="v1"),
    )
    for key in ("latest", "numbered", "tagged"):
        await camunda.start(key)
    assert await tasks(camunda) == ["work1", "work1", "work2"]


async def test_a_tag_that_several_versions_have_is_refused(camunda: CamundaClient) -> None:
    for task in ("one", "two"):
        tagged = process("called", start(), user(task), path("start", task))
        await deployed(camunda, tagged.replace('id="called"', 'id="called" camunda:versionTag="v"'))
    await deployed(
        camunda,
        caller("main", "called", camunda_calledElementBinding="versionTag", camunda_calledElementVersionTag="v"),
    )
    answer = await camunda.post("/process-definition/key/main/start", {})
    told = (
        "ENGINE-03045 There are '2' results for a process definition with key 'called', versionTag 'v' and "
        "tenant-id '{}'."
    )
    assert answer.status_code == 500
    assert answer.json()["message"].endswith(f": {told}")


async def test_a_tenant_calls_its_own_processes_unless_told_otherwise(camunda: CamundaClient) -> None:
    await deployed(camunda, WORK)
    await deployed(camunda, caller("own", "called"), tenant="north")
    await deployed(camunda, caller("common", "called", camunda_calledElementTenantId="${null}"), tenant="north")
    answer = await camunda.post("/process-definition/key/own/tenant-id/north/start", {})
    assert answer.json()["message"].endswith(_NO_CALLED.format("'called' and tenant-id 'north'"))
    answer = await camunda.post("/process-definition/key/common/tenant-id/north/start", {})
    (inner,) = (await camunda.get(f"/process-instance?superProcessInstance={answer.json()['id']}")).json()
    assert inner["tenantId"] == "north"


# what ends with what


async def test_what_an_instance_called_is_deleted_with_it(camunda: CamundaClient) -> None:
    await deployed(camunda, WORK, caller("middle", "called"), caller("main", "middle"))
    main = await camunda.start("main")
    assert (await camunda.delete(f"/process-instance/{main}")).status_code == 204
    assert await keys(camunda) == []
    assert await tasks(camunda) == []


async def test_what_an_instance_called_may_outlive_it(camunda: CamundaClient) -> None:
    await deployed(camunda, WORK, caller("main", "called"))
    main = await camunda.start("main")
    assert (await camunda.delete(f"/process-instance/{main}?skipSubprocesses=true")).status_code == 204
    assert await keys(camunda, "rootProcessInstances=true") == ["called"]
    assert await done(camunda, "work") == 204
    assert await keys(camunda) == []


async def test_a_call_goes_with_the_instance_that_it_called(camunda: CamundaClient) -> None:
    """Whatever has nothing else left goes too, up to the top."""
    inner = subprocess("scope", start("begin") + call("inner", "called") + path("begin", "inner"))
    middle = process("middle", start(), inner, user("then"), path("start", "scope", "then"))
    await deployed(camunda, WORK, middle, caller("main", "middle"))
    main = await camunda.start("main")
    bottom = await called_by(camunda, await called_by(camunda, main))
    assert (await camunda.delete(f"/process-instance/{bottom}")).status_code == 204
    assert await keys(camunda) == []


async def test_what_stands_beside_a_call_goes_on_without_it(camunda: CamundaClient) -> None:
    flows = path("start", "fork", "call") + path("fork", "beside")
    main = process("main", start(), parallel("fork"), call("call", "called"), user("beside"), flows)
    await deployed(camunda, WORK, main)
    instance = await camunda.start("main")
    await camunda.delete(f"/process-instance/{await called_by(camunda, instance)}")
    assert await standing(camunda, instance) == [("beside", "userTask")]
    assert await done(camunda, "beside") == 204
    assert await keys(camunda) == []


async def test_an_instance_does_not_end_into_a_suspended_one(camunda: CamundaClient) -> None:
    await deployed(camunda, WORK, caller("main", "called"))
    main = await camunda.start("main")
    inner = await called_by(camunda, main)
    await camunda.put(f"/process-instance/{main}/suspended", {"suspended": True})
    assert not (await camunda.get(f"/process-instance/{inner}")).json()["suspended"]
    tree = (await camunda.get(f"/process-instance/{main}/activity-instances")).json()
    ((execution,),) = (one["executionIds"] for one in tree["childActivityInstances"])
    (task,) = (await camunda.get("/task")).json()
    answer = await camunda.post(f"/task/{task['id']}/complete", {})
    told = f"Cannot complete task {task['id']}: {_SUSPENDED.format(execution)}"
    assert (answer.status_code, answer.json()["message"]) == (500, told)
    await camunda.put(f"/process-instance/{main}/suspended", {"suspended": False})
    assert await done(camunda, "work") == 204
    assert await tasks(camunda) == ["after"]


async def test_what_is_thrown_is_not_caught_by_a_suspended_instance(camunda: CamundaClient) -> None:
    """Nothing happens; the answer says whose execution is suspended, or that an error was not propagated."""
    bottom = process("called", start(), user("work"), error_end("broken", "e"), path("start", "work", "broken"))
    top = process("main", start(), call("call", "called"), boundary("caught", "call", "e"), path("start", "call"))
    await deployed(camunda, bottom, top)
    main = await camunda.start("main")
    await camunda.put(f"/process-instance/{main}/suspended", {"suspended": True})
    (task,) = (await camunda.get("/task")).json()
    answer = await camunda.post(f"/task/{task['id']}/complete", {})
    assert (answer.status_code, "is suspended." in answer.json()["message"]) == (500, True)
    answer = await camunda.post(f"/task/{task['id']}/bpmnError", {"errorCode": "e"})
    told = {"type": "ProcessEngineException", "message": "ENGINE-13033 Propagation of bpmn error e failed. ", "code": 0}
    assert (answer.status_code, answer.json()) == (500, told)
    assert await tasks(camunda) == ["work"]
    await camunda.put(f"/process-instance/{main}/suspended", {"suspended": False})
    assert await done(camunda, "work") == 204
    assert await keys(camunda) == []


async def test_what_nothing_catches_hands_variables_to_all_callers(camunda: CamundaClient) -> None:
    """As what is caught does; the conditions of the callers are not judged by them."""
    condition = "<conditionalEventDefinition><condition>${x == 7}</condition></conditionalEventDefinition>"
    begins = element("startEvent", "begins", condition, isInterrupting="false")
    judged = subprocess("judged", begins, user("judging"), path("begins", "judging"), triggeredByEvent="true")
    flows = path("start", "fork", "work", "broken") + path("fork", "beside")
    bottom = process("called", start(), parallel("fork"), user("work"), user("beside"), error_end("broken", "e"), flows)
    top = process("main", start(), call("call", "middle", BOTH), judged, path("start", "call"))
    await deployed(camunda, bottom, caller("middle", "called", BOTH), top)
    main = await camunda.start("main", {"variables": {"x": {"value": 0}}})
    (task,) = (await camunda.get("/task?taskDefinitionKey=work")).json()
    changed = {"variables": {"x": {"value": 7}}}
    assert (await camunda.post(f"/task/{task['id']}/complete", changed)).status_code == 204
    middle = await called_by(camunda, main)
    assert [(await variables(camunda, one))["x"] for one in (main, middle)] == [7, 7]
    assert await tasks(camunda) == ["beside"]


async def test_a_definition_is_removed_with_what_its_instances_called(camunda: CamundaClient) -> None:
    await deployed(camunda, WORK, caller("main", "called"))
    await camunda.start("main")
    await camunda.start("called")
    await camunda.start("main")
    assert await done(camunda, "work") == 204  # one that has ended names the root that goes, too
    (definition,) = (await camunda.get("/process-definition?key=main")).json()
    assert (await camunda.delete(f"/process-definition/{definition['id']}?cascade=true")).status_code == 200
    assert await keys(camunda) == ["called"]


async def test_a_call_whose_process_is_removed_stays(camunda: CamundaClient) -> None:
    await deployed(camunda, WORK, caller("main", "called"))
    main = await camunda.start("main")
    (definition,) = (await camunda.get("/process-definition?key=called")).json()
    assert (await camunda.delete(f"/process-definition/{definition['id']}")).status_code == 500
    assert (await camunda.delete(f"/process-definition/{definition['id']}?cascade=true")).status_code == 200
    assert await standing(camunda, main) == [("call", "callActivity")]
    assert (await camunda.delete(f"/process-instance/{main}")).status_code == 204


# incidents


async def incidents(camunda: CamundaClient, query: str = "") -> list[tuple[str, str | None, str | None]]:
    """The open incidents: their activities, those that failed, and what they are about."""
    found = (await camunda.get(f"/incident?sortBy=incidentId&sortOrder=asc&{query}")).json()
    return [(one["activityId"], one["failedActivityId"], one["incidentMessage"]) for one in found]


async def _failed(camunda: CamundaClient) -> str:
    (task,) = (await camunda.get("/external-task")).json()
    await camunda.post(f"/external-task/{task['id']}/lock", {"workerId": "w", "lockDuration": 1000})
    failure = {"workerId": "w", "errorMessage": "broken", "retries": 0, "retryTimeout": 0}
    assert (await camunda.post(f"/external-task/{task['id']}/failure", failure)).status_code == 204
    identifier: str = task["id"]
    return identifier


async def _three_levels(camunda: CamundaClient) -> str:
    parts = (start(), external("job"), end(), path("start", "job", "end"))
    await deployed(camunda, process("called", *parts), caller("middle", "called"), caller("main", "middle"))
    return await camunda.start("main")


async def test_an_incident_shows_at_the_calls_above_it(camunda: CamundaClient) -> None:
    main = await _three_levels(camunda)
    task = await _failed(camunda)
    assert await incidents(camunda) == [("job", None, "broken"), ("call", "call", None), ("call", "call", None)]
    found = {one["processInstanceId"]: one for one in (await camunda.get("/incident")).json()}
    middle = await called_by(camunda, main)
    root = found[await called_by(camunda, middle)]["id"]
    assert [found[one]["rootCauseIncidentId"] for one in (main, middle)] == [root, root]
    assert found[main]["causeIncidentId"] == found[middle]["id"]
    assert found[middle]["configuration"] is None
    assert len(await incidents(camunda, f"rootCauseIncidentId={root}")) == 3
    assert len(await incidents(camunda, f"causeIncidentId={root}")) == 2
    tree = (await camunda.get(f"/process-instance/{main}/activity-instances")).json()
    assert tree["childActivityInstances"][0]["incidentIds"] == [found[main]["id"]]
    assert await keys(camunda, "withIncident=true") == ["called", "main", "middle"]
    figures = (await camunda.get("/process-definition/statistics?rootIncidents=true")).json()
    assert [one["definition"]["key"] for one in figures if one["incidents"]] == ["called"]
    await camunda.put(f"/external-task/{task}/retries", {"retries": 1})
    assert await incidents(camunda) == []


async def test_incidents_above_go_with_the_definition_of_what_failed(camunda: CamundaClient) -> None:
    main = await _three_levels(camunda)
    await _failed(camunda)
    (definition,) = (await camunda.get("/process-definition?key=called")).json()
    assert (await camunda.delete(f"/process-definition/{definition['id']}?cascade=true")).status_code == 200
    assert await incidents(camunda) == []
    assert await standing(camunda, main) == [("call", "callActivity")]


@pytest.mark.parametrize("deleted", ["main", "middle"])
async def test_incidents_above_go_with_what_failed(camunda: CamundaClient, deleted: str) -> None:
    main = await _three_levels(camunda)
    await _failed(camunda)
    await camunda.delete(f"/process-instance/{main if deleted == 'main' else await called_by(camunda, main)}")
    assert await incidents(camunda) == []


async def test_a_job_of_a_called_instance_is_an_incident_above(camunda: CamundaClient) -> None:
    duration = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    late = element("intermediateCatchEvent", "work", duration)
    await deployed(camunda, process("called", start(), late, path("start", "work")), caller("main", "called"))
    await camunda.start("main")
    (job,) = (await camunda.get("/job")).json()
    await camunda.put(f"/job/{job['id']}/retries", {"retries": 0})
    assert [place for place, _, _ in await incidents(camunda)] == ["work", "call"]
    assert (await camunda.post(f"/job/{job['id']}/execute")).status_code == 204
    assert await incidents(camunda) == []


# bounds


def _levels(number: int, at_the_bottom: str) -> str:
    """A process that calls itself until it is so many levels deep, where something else stands."""
    deeper = call("call", "deep", '<camunda:in sourceExpression="${level + 1}" target="level"/>')
    ways = (
        path("start", "fork")
        + _way("fork", "call", f"${{level &lt; {number}}}")
        + _way("fork", "bottom", f"${{level >= {number}}}")
        + path("call", "end")
        + path("bottom", "end")
    )
    return process("deep", start(), element("exclusiveGateway", "fork"), deeper, at_the_bottom, end(), ways)


def _way(source: str, target: str, condition: str) -> str:
    inner = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>'
    return element("sequenceFlow", f"{source}-{target}", inner, sourceRef=source, targetRef=target)


LEVEL: dict[str, Any] = {"variables": {"level": {"value": 1, "type": "Integer"}}}


async def test_a_tree_of_many_levels_begins_and_ends_in_one_command(camunda: CamundaClient) -> None:
    await deployed(camunda, _levels(100, element("task", "bottom")))
    answer = await camunda.post("/process-definition/key/deep/start", LEVEL)
    assert (answer.status_code, answer.json()["ended"]) == (200, True), answer.text


async def test_a_tree_of_many_levels_ends_with_the_work_at_its_bottom(camunda: CamundaClient) -> None:
    await deployed(camunda, _levels(100, user("bottom")))
    await camunda.start("deep", LEVEL)
    assert (await camunda.get("/process-instance/count")).json() == {"count": 100}
    assert await done(camunda, "bottom") == 204
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_a_tree_of_many_levels_is_deleted_at_its_top(camunda: CamundaClient) -> None:
    await deployed(camunda, _levels(100, user("bottom")))
    top = await camunda.start("deep", LEVEL)
    assert (await camunda.delete(f"/process-instance/{top}")).status_code == 204
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_processes_that_call_themselves_come_to_an_end(
    camunda: CamundaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "DEEPEST", 50)
    await deployed(camunda, caller("main", "main"))
    answer = await camunda.post("/process-definition/key/main/start", {})
    assert answer.status_code == 500
    assert answer.json()["message"].endswith(": more than 50 steps without a wait state")
    assert await keys(camunda) == []


async def test_calls_in_a_circle_come_to_an_end(camunda: CamundaClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST_CALLS", 50)
    empty = process("called", start(), end(), path("start", "end"))
    circle = process("main", start(), call("call", "called"), path("start", "call"), path("call", "call"))
    await deployed(camunda, empty, circle)
    answer = await camunda.post("/process-definition/key/main/start", {})
    assert answer.status_code == 500
    assert answer.json()["message"].endswith(": more than 50 steps without a wait state")
    assert await keys(camunda) == []


# what is refused


@pytest.mark.parametrize(
    "attribute", ["variableMappingClass", "variableMappingDelegateExpression", "caseRef"], ids=lambda one: one
)
async def test_what_is_handed_to_java_is_refused(camunda: CamundaClient, attribute: str) -> None:
    content = framed(caller("main", "called", **{f"camunda_{attribute}": "x"}))
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("data", ("main.bpmn", content))]
    answer = await camunda.request("POST", "/deployment/create", files=parts)
    assert answer.status_code == 400
    assert f"Unsupported attribute 'camunda:{attribute}' of callActivity 'call'" in answer.json()["message"]
