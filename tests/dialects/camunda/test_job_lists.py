"""Lists of jobs over HTTP: filters, orders, what they refuse (contract 4.8)."""

from typing import Any

import pytest

from taskbridge.dialects.camunda.values import format_date
from tests.client import CamundaClient
from tests.dialects.camunda.some_jobs import SomeJobs, some_jobs
from tests.serving import Served

pytestmark = pytest.mark.anyio
FAR = "2999-01-01T00:00:00.000%2B0000"
LONG_AGO = "1970-01-02T00:00:00.000%2B0000"


@pytest.fixture
async def made(camunda: CamundaClient, served: Served) -> SomeJobs:
    return await some_jobs(camunda, served.services)


async def names(camunda: CamundaClient, made: SomeJobs, query: str) -> list[str]:
    """Which of the jobs a list has, by their names, in its order."""
    known = {made.timer: "timer", made.failed: "failed", made.start: "start"}
    answer = await camunda.get(f"/job?{query}")
    assert answer.status_code == 200, answer.text
    return [known[job["id"]] for job in answer.json()]


async def test_a_job_of_an_activity_is_shown_with_all_its_members(camunda: CamundaClient, made: SomeJobs) -> None:
    job: dict[str, Any] = (await camunda.get(f"/job/{made.failed}")).json()
    assert job.pop("createTime")
    assert job.pop("dueDate")
    assert job == {
        "id": made.failed,
        "jobDefinitionId": made.declared_continuation,
        "processInstanceId": made.instance,
        "processDefinitionId": made.definition,
        "processDefinitionKey": "P1",
        "executionId": made.execution,
        "exceptionMessage": "broken",
        "failedActivityId": "inner",
        "retries": 0,
        "suspended": False,
        "priority": 7,
        "tenantId": None,
        "batchId": None,
    }


async def test_a_timer_start_event_has_no_instance(camunda: CamundaClient, made: SomeJobs) -> None:
    job: dict[str, Any] = (await camunda.get(f"/job/{made.start}")).json()
    empty = ("processInstanceId", "executionId", "exceptionMessage", "failedActivityId", "batchId")
    assert {name: job[name] for name in empty} == dict.fromkeys(empty)
    assert (job["tenantId"], job["processDefinitionKey"], job["retries"]) == ("north", "P2", 3)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "timer failed start"),
        ("jobId={0.timer}", "timer"),
        ("jobIds={0.timer},{0.start}", "timer start"),
        ("jobIds=", ""),
        ("jobDefinitionId={0.declared_start}", "start"),
        ("processInstanceId={0.instance}", "timer failed"),
        ("processInstanceIds={0.instance},other", "timer failed"),
        ("executionId={0.execution}", "timer failed"),
        ("processDefinitionId={0.definition}", "timer failed"),
        ("processDefinitionKey=P2", "start"),
        ("activityId=late", "timer"),
        ("withRetriesLeft=true", "timer start"),
        ("withRetriesLeft=false", "timer failed start"),
        ("noRetriesLeft=true", "failed"),
        ("noRetriesLeft=true&withRetriesLeft=true", ""),
        ("executable=true", ""),
        ("timers=true", "timer start"),
        ("messages=true", "failed"),
        ("messages=false&timers=true", "timer start"),
        (f"dueDates=gt_{LONG_AGO},lt_{FAR}", "timer failed start"),
        (f"dueDates=lt_{LONG_AGO}", ""),
        # The last one of an operator holds.
        (f"dueDates=lt_{LONG_AGO},lt_{FAR},", "timer failed start"),
        (f"createTimes=gt_{LONG_AGO}", "timer failed start"),
        (f"createTimes=gt_{FAR}", ""),
        ("withException=true", "failed"),
        ("exceptionMessage=broken", "failed"),
        ("exceptionMessage=brok", ""),
        ("failedActivityId=inner", "failed"),
        ("active=true", "timer failed start"),
        ("suspended=true", ""),
        ("active=true&suspended=true", ""),
        ("priorityLowerThanOrEquals=0", "timer start"),
        ("priorityHigherThanOrEquals=7", "failed"),
        ("priorityHigherThanOrEquals=7.9", "failed"),
        ("priorityLowerThanOrEquals=0.5", "timer start"),
        ("tenantIdIn=north,south", "start"),
        ("tenantIdIn=", "timer failed start"),
        ("tenantIdIn=south&includeJobsWithoutTenantId=true", "timer failed"),
        ("includeJobsWithoutTenantId=true", "timer failed start"),
        ("withoutTenantId=true&tenantIdIn=north", "timer failed"),
        ("acquired=true", ""),
        ("acquired=false", "timer failed start"),
        ("firstResult=1&maxResults=1", "failed"),
        ("sortBy=jobPriority&sortOrder=desc", "failed timer start"),
        ("sortBy=jobRetries&sortOrder=asc", "failed timer start"),
        ("sortBy=jobDueDate&sortOrder=asc", "timer start failed"),
        ("sortBy=jobId&sortOrder=desc", "start failed timer"),
        ("sortBy=processDefinitionKey&sortOrder=desc", "start timer failed"),
    ],
)
async def test_jobs_are_narrowed_and_sorted(camunda: CamundaClient, made: SomeJobs, query: str, found: str) -> None:
    asked = query.format(made)
    assert await names(camunda, made, asked) == found.split()
    if "Result" not in query:
        assert (await camunda.get(f"/job/count?{asked}")).json() == {"count": len(found.split())}


@pytest.mark.parametrize("column", ["executionId", "processInstanceId", "processDefinitionId", "tenantId"])
async def test_every_order_has_all_jobs(camunda: CamundaClient, made: SomeJobs, column: str) -> None:
    up = await names(camunda, made, f"sortBy={column}&sortOrder=asc")
    down = await names(camunda, made, f"sortBy={column}&sortOrder=desc")
    assert (sorted(up), up != down) == (["failed", "start", "timer"], True)


async def test_a_body_asks_for_the_same(camunda: CamundaClient, made: SomeJobs) -> None:
    later = [
        {"operator": "gt", "value": "1970-01-02T00:00:00.000+0000"},
        {"operator": "lt", "value": FAR[:-8] + "+0000"},
    ]
    body = {
        "dueDates": later,
        "jobIds": [made.start, made.timer, None],
        "sorting": [{"sortBy": "jobId", "sortOrder": "desc"}],
    }
    found = (await camunda.post("/job", body)).json()
    assert [job["id"] for job in found] == [made.start, made.timer]
    assert (await camunda.post("/job/count", body)).json() == {"count": 2}
    several = [{"sortBy": "tenantId", "sortOrder": "desc"}, {"sortBy": "jobPriority", "sortOrder": "desc"}]
    assert len((await camunda.post("/job?maxResults=2", {"sorting": several})).json()) == 2


INVALID, NULL = "InvalidRequestException", "NullValueException"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("timers=true&messages=true", "Parameter timers cannot be used together with parameter messages."),
        ("dueDates=eq_2013-01-23T14:42:45.000%2B0200", "Invalid due date comparator specified: eq"),
        (
            "createTimes=gt_soon",
            'Invalid create time format: Cannot convert value "soon" to java type java.util.Date',
        ),
        *(
            (
                f"dueDates={given}",
                f"Cannot set query parameter 'dueDates' to value '{given}': "
                "condition query parameter has to have format OPERATOR_VALUE.",
            )
            for given in ("", "gt", "gt_", "_", "x", "gt_a_b")
        ),
        ("sortBy=createTime&sortOrder=asc", "Cannot set query parameter 'sortBy' to value 'createTime'"),
        ("sortBy=jobId", "Only a single sorting parameter specified. sortBy and sortOrder required"),
    ],
)
async def test_a_query_that_cannot_be_understood_is_refused(camunda: CamundaClient, query: str, text: str) -> None:
    for path in ("/job", "/job/count"):
        answer = await camunda.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()) == (400, {"type": INVALID, "message": text, "code": None})


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (
            {"timers": True, "messages": True},
            400,
            (INVALID, "Parameter timers cannot be used together with parameter messages.", None),
        ),
        ({"dueDates": [{}]}, 500, ("NullPointerException", None, None)),
        ({"dueDates": [None]}, 500, ("NullPointerException", None, None)),
        ({"createTimes": [{"operator": "gt"}]}, 500, (NULL, "Provided date is null", 0)),
        (
            {"createTimes": [{"operator": "is", "value": "x"}]},
            400,
            (INVALID, "Invalid create time comparator specified: is", None),
        ),
        ({"tenantIdIn": [None]}, 500, (NULL, "tenantIds contains null value", 0)),
    ],
)
async def test_a_body_that_cannot_be_understood_is_refused(
    camunda: CamundaClient, body: object, status: int, error: tuple[str, str | None, int | None]
) -> None:
    for path in ("/job", "/job/count"):
        answer = await camunda.post(path, body)
        assert (answer.status_code, tuple(answer.json().values())) == (status, error)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "timer continuation start"),
        ("jobDefinitionId={0.declared_timer}", "timer"),
        ("activityIdIn=late,tick", "timer start"),
        ("activityIdIn=", ""),
        ("processDefinitionId={0.definition}", "timer continuation"),
        ("processDefinitionKey=P2", "start"),
        ("jobType=async-continuation", "continuation"),
        ("jobConfiguration=async-before", "continuation"),
        ("jobConfiguration=async-after", ""),
        ("active=true", "timer continuation start"),
        ("suspended=true", ""),
        ("withOverridingJobPriority=true", ""),
        ("tenantIdIn=north", "start"),
        ("tenantIdIn=south&includeJobDefinitionsWithoutTenantId=true", "timer continuation"),
        ("withoutTenantId=true", "timer continuation"),
        ("firstResult=1&maxResults=1", "continuation"),
        ("sortBy=jobDefinitionId&sortOrder=desc", "start continuation timer"),
        ("sortBy=activityId&sortOrder=asc", "continuation timer start"),
        ("sortBy=jobType&sortOrder=desc", "timer start continuation"),
        ("sortBy=jobConfiguration&sortOrder=asc", "start timer continuation"),
        ("sortBy=processDefinitionKey&sortOrder=desc", "start timer continuation"),
    ],
)
async def test_job_definitions_are_narrowed_and_sorted(
    camunda: CamundaClient, made: SomeJobs, query: str, found: str
) -> None:
    known = {made.declared_timer: "timer", made.declared_continuation: "continuation", made.declared_start: "start"}
    asked = query.format(made)
    answer = await camunda.get(f"/job-definition?{asked}")
    assert [known[one["id"]] for one in answer.json()] == found.split()
    if "Result" not in query:
        assert (await camunda.get(f"/job-definition/count?{asked}")).json() == {"count": len(found.split())}


async def test_a_job_definition_is_shown_with_all_its_members(camunda: CamundaClient, made: SomeJobs) -> None:
    expected = {
        "id": made.declared_timer,
        "processDefinitionId": made.definition,
        "processDefinitionKey": "P1",
        "jobType": "timer-transition",
        "jobConfiguration": "DURATION: PT1H",
        "activityId": "late",
        "suspended": False,
        "overridingJobPriority": None,
        "tenantId": None,
        "deploymentId": None,
    }
    assert (await camunda.get(f"/job-definition/{made.declared_timer}")).json() == expected
    body = {"activityIdIn": ["late"], "sorting": [{"sortBy": "jobType", "sortOrder": "asc"}]}
    assert (await camunda.post("/job-definition", body)).json() == [expected]
    assert (await camunda.post("/job-definition/count", body)).json() == {"count": 1}


@pytest.mark.parametrize(("member", "noun"), [("activityIdIn", "Activity ids"), ("tenantIdIn", "tenantIds")])
async def test_a_null_in_a_list_of_job_definitions_is_refused(camunda: CamundaClient, member: str, noun: str) -> None:
    answer = await camunda.post("/job-definition", {member: [None]})
    assert (answer.status_code, tuple(answer.json().values())) == (500, (NULL, f"{noun} contains null value", 0))


async def test_a_batch_stands_for_the_definition_of_its_jobs(camunda: CamundaClient) -> None:
    given = {"retries": -1, "externalTaskIds": ["unknown"]}
    batch = (await camunda.post("/external-task/retries-async", given)).json()
    declared = batch["batchJobDefinitionId"]
    shown = (await camunda.get(f"/job-definition/{declared}")).json()
    assert (shown["jobType"], shown["jobConfiguration"]) == (batch["type"], batch["id"])
    assert (await camunda.get(f"/job-definition?jobConfiguration={batch['id']}")).json() == [shown]
    (job,) = (await camunda.get(f"/job?jobDefinitionId={declared}&messages=true")).json()
    assert (job["batchId"], job["jobDefinitionId"], job["processDefinitionId"]) == (batch["id"], declared, None)
    assert (job["dueDate"], job["createTime"] is not None) == (None, True)
    assert (await camunda.delete(f"/batch/{batch['id']}")).status_code == 204
    assert (await camunda.get(f"/job-definition/{declared}")).status_code == 404
    assert (await camunda.get("/job/count")).json() == {"count": 0}


async def test_the_job_definition_of_a_batch_changes_its_jobs(camunda: CamundaClient) -> None:
    given = {"retries": -1, "externalTaskIds": ["unknown"]}
    batch = (await camunda.post("/external-task/retries-async", given)).json()
    declared = f"/job-definition/{batch['batchJobDefinitionId']}"

    async def states() -> tuple[object, ...]:
        shown = (await camunda.get(declared)).json()
        (job,) = (await camunda.get(f"/job?jobDefinitionId={batch['batchJobDefinitionId']}")).json()
        return (shown["suspended"], shown["overridingJobPriority"], job["suspended"], job["priority"], job["retries"])

    for path, body, after in (
        ("suspended", {"suspended": True, "includeJobs": True}, (True, None, True, 0)),
        ("jobPriority", {"priority": 7, "includeJobs": True}, (True, 7, True, 7)),
        ("suspended", {"suspended": False, "includeJobs": True}, (False, 7, False, 7)),
        ("jobPriority", {"priority": 9}, (False, 7, False, 7)),  # no job of it is still to come
        ("suspended", {"suspended": True, "includeJobs": True}, (True, 7, True, 7)),
    ):
        assert (await camunda.put(f"{declared}/{path}", body)).status_code == 204
        assert (await states())[:4] == after
    (job,) = (await camunda.get(f"/job?jobDefinitionId={batch['batchJobDefinitionId']}")).json()
    assert (await camunda.put(f"/job/{job['id']}/retries", {"retries": 0})).status_code == 204
    assert (await camunda.put(f"{declared}/retries", {"retries": 5})).status_code == 204
    assert (await states())[4] == 5
    assert (await camunda.get("/incident/count")).json() == {"count": 0}


async def test_a_job_of_a_batch_that_is_given_up_by_hand_is_an_incident_of_now(
    camunda: CamundaClient, served: Served
) -> None:
    given = {"retries": -1, "externalTaskIds": ["unknown"]}
    batch = (await camunda.post("/external-task/retries-async", given)).json()
    declared = f"/job-definition/{batch['batchJobDefinitionId']}"
    await camunda.put(f"{declared}/suspended", {"suspended": True, "includeJobs": True})
    (job,) = (await camunda.get("/job")).json()
    served.clock.advance(1_000)
    assert (await camunda.put(f"/job/{job['id']}/retries", {"retries": 0})).status_code == 204
    (incident,) = (await camunda.get("/incident")).json()
    assert incident["incidentTimestamp"] == format_date(served.clock.now())


@pytest.mark.parametrize(("suspended", "verb"), [(True, "suspend"), (False, "activate")])
async def test_only_timers_are_recalculated_and_delayed_suspensions_have_the_vendors_names(
    camunda: CamundaClient, made: SomeJobs, suspended: bool, verb: str
) -> None:
    later = {"suspended": suspended, "executionDate": "2035-01-01T00:00:00.000+0000"}
    for path, noun in (
        (f"/process-definition/{made.definition}/suspended", "processdefinition"),
        (f"/job-definition/{made.declared_timer}/suspended", "job-definition"),
    ):
        before = {job["id"] for job in (await camunda.get("/job")).json()}
        assert (await camunda.put(path, later)).status_code == 204
        (job,) = [job for job in (await camunda.get("/job")).json() if job["id"] not in before]
        answer = await camunda.post(f"/job/{job['id']}/duedate/recalculate")
        text = f"Only timer jobs can be recalculated, but the job with id '{job['id']}' is of type '{verb}-{noun}'."
        assert (answer.status_code, answer.json()["message"]) == (500, text)
