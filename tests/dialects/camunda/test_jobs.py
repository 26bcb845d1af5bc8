"""What is set of jobs and job definitions over HTTP, for jobs of processes (contract 4.8).

The cases of `tests/conformance/cases/jobs.yaml` show the same of jobs that belong to no process, and all errors.
"""

from typing import Any

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.some_jobs import SomeJobs, some_jobs
from tests.serving import Served

pytestmark = pytest.mark.anyio
LATER = "2031-01-01T00:00:00.000+0000"


@pytest.fixture
async def made(camunda: CamundaClient, served: Served) -> SomeJobs:
    return await some_jobs(camunda, served.services)


async def shown(camunda: CamundaClient, job: str) -> dict[str, Any]:
    """A job as the API shows it."""
    found: dict[str, Any] = (await camunda.get(f"/job/{job}")).json()
    return found


async def suspended(camunda: CamundaClient, made: SomeJobs) -> str:
    """Which jobs are suspended, and which job definitions."""
    jobs = {made.timer: "timer", made.failed: "failed", made.start: "start"}
    declared = {made.declared_timer: "Timer", made.declared_continuation: "Failed", made.declared_start: "Start"}
    found = [jobs[one["id"]] for one in (await camunda.get("/job?suspended=true")).json()]
    found += [declared[one["id"]] for one in (await camunda.get("/job-definition?suspended=true")).json()]
    return " ".join(found)


async def test_the_incident_of_a_failed_job_names_it(camunda: CamundaClient, made: SomeJobs) -> None:
    (incident,) = (await camunda.get(f"/incident?jobDefinitionIdIn={made.declared_continuation}")).json()
    told = {name: incident[name] for name in ("incidentType", "activityId", "failedActivityId", "incidentMessage")}
    assert told == {
        "incidentType": "failedJob",
        "activityId": "externalTask",
        "failedActivityId": "inner",
        "incidentMessage": "broken",
    }
    assert (incident["configuration"], incident["jobDefinitionId"]) == (made.failed, made.declared_continuation)
    assert (incident["processInstanceId"], incident["executionId"]) == (made.instance, made.execution)
    assert (await camunda.get(f"/incident/count?configuration={made.failed}&failedActivityId=inner")).json() == {
        "count": 1
    }
    assert (await camunda.get(f"/incident/count?jobDefinitionIdIn={made.declared_timer}")).json() == {"count": 0}
    tree = (await camunda.get(f"/process-instance/{made.instance}/activity-instances")).json()
    assert tree["childActivityInstances"][0]["incidentIds"] == [incident["id"]]


async def test_statistics_count_failed_jobs_at_their_activities(camunda: CamundaClient, made: SomeJobs) -> None:
    assert (await camunda.put(f"/job/{made.timer}/retries", {"retries": 0})).status_code == 204
    wanted = "failedJobs=true&incidentsForType=failedJob"
    found = (await camunda.get(f"/process-definition/{made.definition}/statistics?{wanted}")).json()
    failed = [{"incidentType": "failedJob", "incidentCount": 1}]
    assert [(one["id"], one["instances"], one["failedJobs"], one["incidents"]) for one in found] == [
        ("externalTask", 1, 1, failed),
        ("late", 0, 1, failed),
    ]
    every = (await camunda.get(f"/process-definition/statistics?{wanted}")).json()
    assert {one["definition"]["key"]: (one["instances"], one["failedJobs"]) for one in every} == {
        "P1": (1, 2),
        "P2": (0, 0),
    }
    assert (await camunda.get("/process-definition/key/P2/tenant-id/north/statistics?failedJobs=true")).json() == []


async def test_retries_open_and_resolve_incidents(camunda: CamundaClient, made: SomeJobs) -> None:
    assert (await camunda.put(f"/job/{made.failed}/retries", {"retries": 2, "dueDate": LATER})).status_code == 204
    assert (await camunda.get("/incident/count")).json() == {"count": 0}
    for retries in (0, 0):
        assert (await camunda.put(f"/job/{made.timer}/retries", {"retries": retries})).status_code == 204
    (incident,) = (await camunda.get("/incident")).json()
    assert (incident["configuration"], incident["activityId"], incident["incidentMessage"]) == (
        made.timer,
        "late",
        None,
    )
    assert (incident["failedActivityId"], incident["executionId"]) == (None, made.execution)


async def test_a_stack_trace_is_plain_text(camunda: CamundaClient, made: SomeJobs) -> None:
    answer = await camunda.get(f"/job/{made.failed}/stacktrace")
    assert (answer.headers["content-type"], answer.text) == ("text/plain", "Broken: broken\n")
    assert (await camunda.get(f"/job/{made.timer}/stacktrace")).status_code == 204


async def test_a_deleted_job_takes_its_incident_along(camunda: CamundaClient, made: SomeJobs) -> None:
    assert (await camunda.delete(f"/job/{made.failed}")).status_code == 204
    assert (await camunda.get("/incident/count")).json() == {"count": 0}
    assert (await camunda.get("/job/count")).json() == {"count": 2}
    assert (await camunda.get(f"/process-instance/{made.instance}")).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "found"),
    [
        ("/job/{0.timer}/suspended", {}, "timer"),
        ("/job/suspended", {"jobDefinitionId": "{0.declared_start}"}, "start"),
        ("/job/suspended", {"processInstanceId": "{0.instance}"}, "timer failed"),
        ("/job/suspended", {"processDefinitionId": "{0.definition}"}, "timer failed"),
        ("/job/suspended", {"processDefinitionKey": "P2", "processDefinitionTenantId": "north"}, "start"),
        ("/job/suspended", {"processDefinitionKey": "P2", "processDefinitionWithoutTenantId": True}, ""),
        # What narrows a key narrows nothing else.
        ("/job/suspended", {"processInstanceId": "{0.instance}", "processDefinitionTenantId": "x"}, "timer failed"),
        ("/job-definition/{0.declared_timer}/suspended", {}, "Timer"),
        ("/job-definition/{0.declared_timer}/suspended", {"includeJobs": True}, "timer Timer"),
        ("/job-definition/{0.declared_timer}/suspended", {"executionDate": "2001-01-01T00:00:00"}, "Timer"),
        ("/job-definition/suspended", {"processDefinitionId": "{0.definition}"}, "Timer Failed"),
        (
            "/job-definition/suspended",
            {"processDefinitionKey": "P1", "includeJobs": True, "processDefinitionWithoutTenantId": True},
            "timer failed Timer Failed",
        ),
        ("/job-definition/suspended", {"processDefinitionKey": "P1", "processDefinitionTenantId": "x"}, ""),
        ("/process-definition/key/P1/suspended", {}, "Timer Failed"),
        ("/process-definition/key/P1/suspended", {"includeProcessInstances": True}, "timer failed Timer Failed"),
        ("/process-definition/key/P2/tenant-id/north/suspended", {}, "start Start"),
        ("/process-instance/{0.instance}/suspended", {}, "timer failed"),
    ],
)
async def test_jobs_and_their_definitions_are_suspended_and_activated(
    camunda: CamundaClient, made: SomeJobs, path: str, body: dict[str, Any], found: str
) -> None:
    given = {name: value.format(made) if isinstance(value, str) else value for name, value in body.items()}
    assert (await camunda.put(path.format(made), {**given, "suspended": True})).status_code == 204
    assert await suspended(camunda, made) == found
    assert (await camunda.put(path.format(made), given)).status_code == 204
    assert await suspended(camunda, made) == ""


async def test_a_job_definition_overrides_the_priority_of_its_jobs(camunda: CamundaClient, made: SomeJobs) -> None:
    path = f"/job-definition/{made.declared_timer}/jobPriority"
    for body, priority, overriding in (
        ({"priority": 5}, 0, 5),
        ({"priority": 6, "includeJobs": True}, 6, 6),
        ({"priority": None}, 6, None),
        ({}, 6, None),
        ({"priority": -1, "includeJobs": None}, 6, -1),
    ):
        assert (await camunda.put(path, body)).status_code == 204
        declared = (await camunda.get(f"/job-definition/{made.declared_timer}")).json()
        assert ((await shown(camunda, made.timer))["priority"], declared["overridingJobPriority"]) == (
            priority,
            overriding,
        )
    (one,) = (await camunda.get("/job-definition?withOverridingJobPriority=true")).json()
    assert one["id"] == made.declared_timer


async def test_retries_of_a_job_definition_are_for_its_failed_jobs(camunda: CamundaClient, made: SomeJobs) -> None:
    assert (await camunda.put(f"/job-definition/{made.declared_timer}/retries", {"retries": 9})).status_code == 204
    assert (await shown(camunda, made.timer))["retries"] == 3
    given = {"retries": 9, "dueDate": LATER}
    assert (await camunda.put(f"/job-definition/{made.declared_continuation}/retries", given)).status_code == 204
    job = await shown(camunda, made.failed)
    assert (job["retries"], job["dueDate"]) == (9, LATER)
    assert (await camunda.get("/incident/count")).json() == {"count": 0}


@pytest.mark.parametrize(
    ("path", "selection"),
    [
        ("job-retries", {"processInstances": ["{0.instance}"]}),
        ("job-retries", {"processInstanceQuery": {"processDefinitionKey": "P1"}}),
        ("job-retries-historic-query-based", {"processInstances": ["{0.instance}", None]}),
        ("job-retries-historic-query-based", {"historicProcessInstanceQuery": {"processDefinitionKey": "P1"}}),
    ],
)
async def test_retries_of_all_jobs_of_instances_are_set_by_a_batch(
    camunda: CamundaClient, made: SomeJobs, path: str, selection: dict[str, Any]
) -> None:
    given = {
        name: [one and one.format(made) for one in value] if isinstance(value, list) else value
        for name, value in selection.items()
    }
    body = {"retries": 8, "dueDate": LATER, **given}
    batch = (await camunda.post(f"/process-instance/{path}", body)).json()
    assert (batch["type"], batch["totalJobs"]) == ("set-job-retries", 2)
    while (await camunda.get("/batch")).json():
        pass
    for job in (made.timer, made.failed):
        now = await shown(camunda, job)
        assert (now["retries"], now["dueDate"]) == (8, LATER)
    assert (await shown(camunda, made.start))["retries"] == 3


@pytest.mark.parametrize(
    ("path", "body", "member"),
    [
        ("/job/retries", {"jobIds": ["a"], "jobids": ["b"]}, "'jobids' is unknown"),
        ("/job/retries", {"jobQuery": {"jobid": "a"}}, "'jobQuery.jobid' is unknown"),
        ("/job/retries", {"jobQuery": {"jobIds": []}}, "'jobQuery.jobIds' is an empty list"),
        ("/process-instance/job-retries", {"jobIds": ["a"]}, "'jobIds' is not for this operation"),
        (
            "/process-instance/job-retries",
            {"historicProcessInstanceQuery": {}},
            "'historicProcessInstanceQuery' is not for this operation",
        ),
        (
            "/process-instance/job-retries-historic-query-based",
            {"processInstanceQuery": {}},
            "'processInstanceQuery' is not for this operation",
        ),
        ("/job/suspended", {"processDefinitionKey": "P1", "tenantId": "t"}, "'tenantId' is unknown"),
        ("/job-definition/suspended", {"processDefinitionKey": "P1", "tenantId": "t"}, "'tenantId' is unknown"),
    ],
)
async def test_a_selection_of_jobs_overlooks_nothing(
    camunda: CamundaClient, path: str, body: dict[str, Any], member: str
) -> None:
    ask = camunda.put if path.endswith("suspended") else camunda.post
    answer = await ask(path, {"retries": 3, **body} if ask == camunda.post else body)
    assert answer.status_code == 400
    assert answer.json()["message"] == f"The selection cannot be honoured: {member}"


async def test_a_job_whose_work_fails_by_hand_answers_why(camunda: CamundaClient) -> None:
    given = {"retries": -1, "externalTaskIds": ["unknown"]}
    batch = (await camunda.post("/external-task/retries-async", given)).json()
    (job,) = (await camunda.get(f"/job?jobDefinitionId={batch['batchJobDefinitionId']}")).json()
    answer = await camunda.post(f"/job/{job['id']}/execute")
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "RestException",
        "message": "the number of retries cannot be negative",
        "code": None,
    }
    given = {"retries": 3, "externalTaskIds": ["unknown"]}
    batch = (await camunda.post("/external-task/retries-async", given)).json()
    (job,) = (await camunda.get(f"/job?jobDefinitionId={batch['batchJobDefinitionId']}")).json()
    answer = await camunda.post(f"/job/{job['id']}/execute")
    assert (answer.status_code, answer.json()["type"]) == (404, "InvalidRequestException")
    after = await shown(camunda, job["id"])
    assert after["retries"] < 3
    assert after["exceptionMessage"] == answer.json()["message"]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2031-01-01T00:00:00", "2031-01-01T00:00:00.000+0000"),
        ("2031-01-01", "2031-01-01T00:00:00.000+0000"),
        ("2031-01-01T10:30+02:00", "2031-01-01T08:30:00.000+0000"),
        ("2031-01-01T10:30:15.250Z", "2031-01-01T10:30:15.250+0000"),
        ("2031-01-01T10:30:15.250+0100", "2031-01-01T09:30:15.250+0000"),
    ],
)
async def test_the_moment_of_a_delayed_suspension_is_any_iso_date(
    camunda: CamundaClient, made: SomeJobs, text: str, due: str
) -> None:
    given = {"suspended": True, "executionDate": text}
    assert (await camunda.put(f"/job-definition/{made.declared_timer}/suspended", given)).status_code == 204
    (job,) = (await camunda.get("/job?dueDates=gt_2030-01-01T00:00:00.000%2B0000")).json()
    assert (job["dueDate"], job["jobDefinitionId"]) == (due, None)


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2031-13-01", "2031-W01-1", "T10"]
)
async def test_a_moment_that_cannot_be_written_is_no_date(camunda: CamundaClient, text: str) -> None:
    answer = await camunda.put("/job-definition/any/suspended", {"suspended": True, "executionDate": text})
    shown = f'The suspension state of Job Definition with id any could not be updated due to: Invalid format: "{text}"'
    assert (answer.status_code, answer.json()["message"]) == (400, shown)
