"""Jobs that a model makes, over HTTP: timers, asynchronous continuations, and what shows them."""

import re
from typing import Any

import pytest

from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.models import deploy_process
from tests.serving import Served

pytestmark = pytest.mark.anyio
#: A task with two timers at its border beside an event that waits, and a service task that cannot be carried out.
_TIMERS = """<process id="timers" name="Timers" isExecutable="true">
<startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="fork"/><parallelGateway id="fork"/>
<sequenceFlow id="f2" sourceRef="fork" targetRef="wait"/><sequenceFlow id="f3" sourceRef="fork" targetRef="work"/>
<intermediateCatchEvent id="wait" name="Wait"><timerEventDefinition><timeDuration>PT1H</timeDuration>
</timerEventDefinition></intermediateCatchEvent><sequenceFlow id="f4" sourceRef="wait" targetRef="end"/>
<userTask id="work" name="Work"/><sequenceFlow id="f5" sourceRef="work" targetRef="end"/>
<boundaryEvent id="remind" attachedToRef="work" cancelActivity="false"><timerEventDefinition>
<timeCycle>R2/PT10M</timeCycle></timerEventDefinition></boundaryEvent>
<sequenceFlow id="f6" sourceRef="remind" targetRef="end"/><boundaryEvent id="late" attachedToRef="work">
<timerEventDefinition><timeDate>2040-01-01T00:00:00Z</timeDate></timerEventDefinition></boundaryEvent>
<sequenceFlow id="f7" sourceRef="late" targetRef="end"/><endEvent id="end"/></process>"""
_FAILING = """<process id="failing" isExecutable="true"><startEvent id="begin"/>
<sequenceFlow id="f1" sourceRef="begin" targetRef="score"/>
<userTask id="score" name="Score" camunda:asyncBefore="true" camunda:jobPriority="7" camunda:assignee="${nobody}"/>
<sequenceFlow id="f2" sourceRef="score" targetRef="end"/><endEvent id="end"/></process>"""
#: The timer of an event subprocess hangs on the instance itself.
_BESIDE = """<process id="beside" isExecutable="true"><startEvent id="begin"/>
<sequenceFlow id="f1" sourceRef="begin" targetRef="work"/><userTask id="work"/>
<subProcess id="aside" triggeredByEvent="true"><startEvent id="tick" isInterrupting="false"><timerEventDefinition>
<timeDuration>PT1H</timeDuration></timerEventDefinition></startEvent></subProcess></process>"""
#: The vendor keeps a task open that an error has left, until its continuation is carried out.
_BROKEN = """<process id="broken" isExecutable="true"><startEvent id="begin"/>
<sequenceFlow id="f1" sourceRef="begin" targetRef="work"/>
<serviceTask id="work" camunda:type="external" camunda:topic="work" camunda:asyncAfter="true"/>
<sequenceFlow id="f2" sourceRef="work" targetRef="after"/><userTask id="after"/></process>"""
_NIGHTLY = """<process id="nightly" isExecutable="true"><startEvent id="tick"><timerEventDefinition>
<timeCycle>R/PT12H</timeCycle></timerEventDefinition></startEvent>
<sequenceFlow id="f1" sourceRef="tick" targetRef="do"/><userTask id="do"/></process>"""


async def listed(camunda: CamundaClient, query: str = "") -> list[dict[str, Any]]:
    """The jobs that a query finds."""
    found: list[dict[str, Any]] = (await camunda.get(f"/job?{query}")).json()
    return found


async def the_job(camunda: CamundaClient, activity: str) -> dict[str, Any]:
    """The one job of an activity."""
    (found,) = await listed(camunda, f"activityId={activity}")
    return found


async def tree_of(camunda: CamundaClient, instance: str) -> dict[str, Any]:
    """What an instance is doing."""
    found: dict[str, Any] = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    return found


@pytest.fixture
async def timers(camunda: CamundaClient) -> str:
    """An instance with three timers."""
    await deploy_process(camunda, _TIMERS)
    return await camunda.start("timers")


@pytest.fixture
async def failed(camunda: CamundaClient, served: Served) -> str:
    """An instance whose asynchronous continuation has failed three times."""
    await deploy_process(camunda, _FAILING)
    instance = await camunda.start("failing")
    await jobs_done(served.services)
    while (await the_job(camunda, "score"))["retries"]:
        await jobs_done(served.services)
    return instance


async def test_a_model_declares_its_jobs(camunda: CamundaClient) -> None:
    for process in (_TIMERS, _FAILING, _NIGHTLY):
        await deploy_process(camunda, process)
    found = (await camunda.get("/job-definition?sortBy=activityId&sortOrder=asc")).json()
    assert [(one["activityId"], one["jobType"], one["jobConfiguration"]) for one in found] == [
        ("late", "timer-transition", "DATE: 2040-01-01T00:00:00Z"),
        ("remind", "timer-transition", "CYCLE: R2/PT10M"),
        ("score", "async-continuation", "async-before"),
        ("tick", "timer-start-event", "CYCLE: R/PT12H"),
        ("wait", "timer-intermediate-transition", "DURATION: PT1H"),
    ]
    (job,) = await listed(camunda)
    assert (job["processDefinitionKey"], job["processInstanceId"], job["retries"]) == ("nightly", None, 3)


async def test_timers_are_jobs_of_what_waits_for_them(camunda: CamundaClient, timers: str) -> None:
    jobs = {name: await the_job(camunda, name) for name in ("wait", "remind", "late")}
    assert len({job["jobDefinitionId"] for job in jobs.values()}) == 3
    assert {job["processInstanceId"] for job in jobs.values()} == {timers}
    assert jobs["late"]["dueDate"] == "2040-01-01T00:00:00.000+0000"
    children = {child["activityId"]: child for child in (await tree_of(camunda, timers))["childActivityInstances"]}
    assert {name: child["activityType"] for name, child in children.items()} == {
        "wait": "intermediateTimer",
        "work": "userTask",
    }
    assert children["work"]["executionIds"] == [jobs["late"]["executionId"]] == [jobs["remind"]["executionId"]]
    assert children["wait"]["executionIds"] == [jobs["wait"]["executionId"]]


async def test_a_timer_is_carried_out_by_hand(camunda: CamundaClient, timers: str) -> None:
    first = await the_job(camunda, "remind")
    assert (await camunda.post(f"/job/{first['id']}/execute")).status_code == 204
    second = await the_job(camunda, "remind")
    assert (second["id"] != first["id"], second["jobDefinitionId"]) == (True, first["jobDefinitionId"])
    late = await the_job(camunda, "late")
    assert (await camunda.post(f"/job/{late['id']}/execute")).status_code == 204
    # The task is gone, and its other timer with it.
    assert [job["id"] for job in await listed(camunda)] == [(await the_job(camunda, "wait"))["id"]]
    assert (await camunda.get("/task/count")).json() == {"count": 0}


async def test_jobs_end_with_their_instance(camunda: CamundaClient, timers: str) -> None:
    assert (
        await camunda.put(f"/job/{(await the_job(camunda, 'late'))['id']}/retries", {"retries": 0})
    ).status_code == 204
    assert (await camunda.delete(f"/process-instance/{timers}")).status_code == 204
    assert await listed(camunda) == []
    assert (await camunda.get("/incident/count")).json() == {"count": 0}


@pytest.mark.usefixtures("timers")
async def test_a_due_date_is_calculated_anew_from_creation_or_now(camunda: CamundaClient, served: Served) -> None:
    before = await the_job(camunda, "wait")
    served.clock.advance(60_000)
    for query, same in (("?creationDateBased=false", False), ("?creationDateBased=x", False), ("", True)):
        answer = await camunda.post(f"/job/{before['id']}/duedate/recalculate{query}")
        assert answer.status_code == 204
        assert ((await the_job(camunda, "wait"))["dueDate"] == before["dueDate"]) is same


@pytest.mark.usefixtures("timers")
async def test_cascade_moves_the_later_turns_of_a_timer(camunda: CamundaClient, served: Served) -> None:
    first = await the_job(camunda, "remind")
    day = {"duedate": "2035-01-01T00:00:00.000+0000", "cascade": True}
    assert (await camunda.put(f"/job/{first['id']}/duedate", day)).status_code == 204
    assert (await camunda.post(f"/job/{first['id']}/execute")).status_code == 204
    assert (await the_job(camunda, "remind"))["dueDate"].startswith("2034-12-31T23:50")


async def test_a_failed_continuation_is_a_transition_instance_with_an_incident(
    camunda: CamundaClient, failed: str
) -> None:
    job = await the_job(camunda, "score")
    text = "Unknown property used in expression: ${nobody}. Cause: Cannot resolve identifier 'nobody'"
    assert (job["exceptionMessage"], job["failedActivityId"], job["priority"]) == (text, "score", 7)
    assert job["dueDate"] is None
    (incident,) = (await camunda.get(f"/incident?processInstanceId={failed}")).json()
    assert (incident["configuration"], incident["incidentMessage"]) == (job["id"], text)
    tree = await tree_of(camunda, failed)
    (waiting,) = tree["childTransitionInstances"]
    assert waiting == {
        "id": job["executionId"],
        "parentActivityInstanceId": failed,
        "activityId": "score",
        "activityName": "Score",
        "activityType": "userTask",
        "processInstanceId": failed,
        "processDefinitionId": tree["processDefinitionId"],
        "executionId": job["executionId"],
        "targetActivityId": "score",
        "incidentIds": [incident["id"]],
        "incidents": [{"id": incident["id"], "activityId": "score"}],
    }
    assert tree["childActivityInstances"] == []
    wanted = "failedJobs=true&incidents=true"
    (figures,) = (await camunda.get(f"/process-definition/key/failing/statistics?{wanted}")).json()
    assert (figures["id"], figures["instances"], figures["failedJobs"]) == ("score", 1, 1)
    assert figures["incidents"] == [{"incidentType": "failedJob", "incidentCount": 1}]
    trace = (await camunda.get(f"/job/{job['id']}/stacktrace")).text
    assert trace.startswith(f"org.camunda.bpm.engine.ProcessEngineException: {text}")


async def test_a_failed_continuation_goes_on_when_it_can(camunda: CamundaClient, failed: str) -> None:
    job = await the_job(camunda, "score")
    answer = await camunda.post(f"/job/{job['id']}/execute")
    assert (answer.status_code, answer.json()["message"]) == (404, job["exceptionMessage"])
    assert (await camunda.put(f"/process-instance/{failed}/variables/nobody", {"value": "ann"})).status_code == 204
    assert (await camunda.post(f"/job/{job['id']}/execute")).status_code == 204
    (task,) = (await camunda.get("/task")).json()
    assert (task["assignee"], task["processInstanceId"]) == ("ann", failed)
    assert (await camunda.get("/incident/count")).json() == {"count": 0}
    assert (await tree_of(camunda, failed))["childTransitionInstances"] == []


async def test_a_value_of_the_wrong_class_is_no_error_of_the_engine(camunda: CamundaClient, failed: str) -> None:
    job = await the_job(camunda, "score")
    assert (await camunda.put(f"/process-instance/{failed}/variables/nobody", {"value": 1})).status_code == 204
    answer = await camunda.post(f"/job/{job['id']}/execute")
    text = "class java.lang.Integer cannot be cast to class java.lang.String"
    assert (answer.status_code, answer.json()) == (500, {"type": "RestException", "message": text, "code": None})
    trace = (await camunda.get(f"/job/{job['id']}/stacktrace")).text
    assert trace.startswith(f"java.lang.ClassCastException: {text}")


async def test_a_long_error_is_answered_as_it_is_stored(camunda: CamundaClient) -> None:
    await deploy_process(camunda, _FAILING.replace("${nobody}", "${no" + 5_000 * "o" + "}"))
    await camunda.start("failing")
    job = await the_job(camunda, "score")
    answer = await camunda.post(f"/job/{job['id']}/execute")
    assert (answer.status_code, len(answer.json()["message"])) == (404, 666)
    assert (await the_job(camunda, "score"))["exceptionMessage"] == answer.json()["message"]


async def test_jobs_of_a_suspended_instance_are_not_carried_out_by_hand(camunda: CamundaClient, timers: str) -> None:
    job = await the_job(camunda, "wait")
    assert (await camunda.put(f"/process-instance/{timers}/suspended", {"suspended": True})).status_code == 204
    text = f"ENGINE-03043 Execution with id '{job['executionId']}' is suspended."
    answer = await camunda.post(f"/job/{job['id']}/execute")
    assert (answer.status_code, answer.json()) == (
        404,
        {"type": "InvalidRequestException", "message": text, "code": None},
    )
    after = await the_job(camunda, "wait")
    assert (after["retries"], after["exceptionMessage"], after["suspended"]) == (2, text, True)


async def test_a_job_of_the_instance_itself_names_the_suspended_instance(camunda: CamundaClient) -> None:
    await deploy_process(camunda, _BESIDE)
    instance = await camunda.start("beside")
    job = await the_job(camunda, "tick")
    assert (await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})).status_code == 204
    text = f"ENGINE-03043 Execution with id '{instance}' is suspended."
    answer = await camunda.post(f"/job/{job['id']}/execute")
    assert (answer.status_code, answer.json()["message"]) == (404, text)
    after = await the_job(camunda, "tick")
    assert (after["executionId"], after["exceptionMessage"]) == (instance, text)


async def test_a_timer_start_event_is_carried_out_by_hand(camunda: CamundaClient) -> None:
    await deploy_process(camunda, _NIGHTLY)
    first = await the_job(camunda, "tick")
    assert (await camunda.put("/process-definition/key/nightly/suspended", {"suspended": True})).status_code == 204
    assert (await the_job(camunda, "tick"))["suspended"]
    assert (await camunda.put("/process-definition/key/nightly/suspended", {"suspended": False})).status_code == 204
    assert (await camunda.put(f"/job/{first['id']}/retries", {"retries": 0})).status_code == 204
    assert (await camunda.post(f"/job/{first['id']}/execute")).status_code == 204
    assert (await camunda.get("/process-instance/count?processDefinitionKey=nightly")).json() == {"count": 1}
    after = await the_job(camunda, "tick")
    assert (after["id"] != first["id"], after["retries"]) == (True, 3)


@pytest.fixture
async def broken(camunda: CamundaClient) -> tuple[str, str]:
    """An instance whose worker has thrown an error that nothing catches, and the path of the worker's task."""
    await deploy_process(camunda, _BROKEN)
    held = {"processDefinitionKey": "broken", "suspended": True}
    assert (await camunda.put("/job-definition/suspended", held)).status_code == 204
    instance = await camunda.start("broken")
    (task,) = await camunda.fetch(topics=[{"topicName": "work", "lockDuration": 60000}])
    path = f"/external-task/{task['id']}"
    answer = await camunda.post(f"{path}/bpmnError", {"workerId": "w", "errorCode": "unknown"})
    assert answer.status_code == 204
    return instance, path


async def test_a_task_that_an_error_left_waits_for_its_continuation(
    camunda: CamundaClient, broken: tuple[str, str]
) -> None:
    instance, path = broken
    tree = await tree_of(camunda, instance)
    (transition,) = tree["childTransitionInstances"]
    assert (transition["activityId"], tree["childActivityInstances"]) == ("work", [])
    assert (await camunda.get(path)).json()["workerId"] == "w"
    answer = await camunda.post(f"/job/{(await the_job(camunda, 'work'))['id']}/execute")
    assert answer.status_code == 204
    assert (await camunda.get(f"/process-instance/{instance}")).status_code == 404  # the path has ended
    assert (await camunda.get(path)).status_code == 404


async def test_a_task_that_an_error_left_may_be_completed(camunda: CamundaClient, broken: tuple[str, str]) -> None:
    instance, path = broken
    assert (await camunda.post(f"{path}/complete", {"workerId": "w"})).status_code == 204
    (transition,) = (await tree_of(camunda, instance))["childTransitionInstances"]
    assert transition["activityId"] == "work"
    answer = await camunda.post(f"/job/{(await the_job(camunda, 'work'))['id']}/execute")
    assert answer.status_code == 204
    (after,) = (await tree_of(camunda, instance))["childActivityInstances"]
    assert after["activityId"] == "after"


async def test_a_person_may_complete_a_task_that_an_error_left(camunda: CamundaClient) -> None:
    work = '<userTask id="work" camunda:asyncAfter="true"/>'
    await deploy_process(camunda, re.sub("<serviceTask [^>]*>", work, _BROKEN))
    held = {"processDefinitionKey": "broken", "suspended": True}
    assert (await camunda.put("/job-definition/suspended", held)).status_code == 204
    instance = await camunda.start("broken")
    (task,) = (await camunda.get("/task")).json()
    assert (await camunda.post(f"/task/{task['id']}/bpmnError", {"errorCode": "unknown"})).status_code == 204
    tree = await tree_of(camunda, instance)
    (transition,) = tree["childTransitionInstances"]
    assert (transition["activityId"], tree["childActivityInstances"]) == ("work", [])
    assert [one["id"] for one in (await camunda.get("/task")).json()] == [task["id"]]
    assert (await camunda.post(f"/task/{task['id']}/complete", {})).status_code == 204
    answer = await camunda.post(f"/job/{(await the_job(camunda, 'work'))['id']}/execute")
    assert answer.status_code == 204
    (after,) = (await tree_of(camunda, instance))["childActivityInstances"]
    assert after["activityId"] == "after"
