"""Incidents and batches over HTTP: their filters (contract 4.8)."""

import asyncio
from typing import Any

import pytest

from tests.bpmn import model
from tests.client import CamundaClient, jobs_done
from tests.serving import Served

pytestmark = pytest.mark.anyio


@pytest.fixture
async def incident(camunda: CamundaClient) -> dict[str, Any]:
    """One incident beside another one."""
    await camunda.deploy(model("P1"))
    for message in ("first", "second"):
        await camunda.start("P1")
        (task,) = await camunda.fetch()
        failure = {"workerId": "w", "errorMessage": message, "retries": 0}
        assert (await camunda.post(f"/external-task/{task['id']}/failure", failure)).status_code == 204
    found: list[dict[str, Any]] = (await camunda.get("/incident?incidentMessage=second")).json()
    return found[0]


@pytest.mark.parametrize(
    "key",
    [
        "incidentMessage",
        "processInstanceId",
        "executionId",
        "causeIncidentId",
        "rootCauseIncidentId",
        "configuration",
    ],
)
async def test_an_incident_is_found_by_what_only_it_has(
    camunda: CamundaClient, incident: dict[str, Any], key: str
) -> None:
    assert (await camunda.get(f"/incident?{key}={incident[key]}")).json() == [incident]
    assert (await camunda.get(f"/incident/count?{key}={incident[key]}")).json() == {"count": 1}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("incidentType=failedExternalTask", 2),
        ("activityId=externalTask", 2),
        ("failedActivityId=externalTask", 0),
        ("incidentMessageLike=%25o%25", 1),
        ("processDefinitionKeyIn=P1,P2", 2),
        ("incidentTimestampBefore=2013-01-23T14:42:45.000%2B0200", 0),
        ("incidentTimestampAfter=2013-01-23T14:42:45.000%2B0200", 2),
        ("jobDefinitionIdIn=any", 0),
        ("tenantIdIn=t", 0),
        ("configuration=nothing", 0),
    ],
)
@pytest.mark.usefixtures("incident")
async def test_incidents_are_narrowed_by_all_filters(camunda: CamundaClient, query: str, count: int) -> None:
    assert (await camunda.get(f"/incident/count?{query}")).json() == {"count": count}
    assert len((await camunda.get(f"/incident?{query}&sortBy=incidentTimestamp&sortOrder=desc")).json()) == count


async def test_the_incident_of_a_failed_task_goes_when_a_signal_ends_the_task(
    camunda: CamundaClient, incident: dict[str, Any]
) -> None:
    assert (await camunda.post(f"/execution/{incident['executionId']}/signal", {})).status_code == 204
    assert (await camunda.get("/external-task/count")).json() == {"count": 1}
    (left,) = (await camunda.get("/incident")).json()
    assert left["incidentMessage"] == "first"
    (failed,) = (await camunda.get("/process-instance?withIncident=true")).json()
    assert failed["id"] == left["processInstanceId"]


@pytest.fixture
async def failed_batch(camunda: CamundaClient, served: Served) -> dict[str, Any]:
    """A batch whose one job was given up: it is about a task that does not exist."""
    given = {"retries": 3, "externalTaskIds": ["unknown"]}
    batch: dict[str, Any] = (await camunda.post("/external-task/retries-async", given)).json()
    async with asyncio.timeout(180):
        while not (await camunda.get("/incident")).json():
            served.clock.advance(10_000)
            await jobs_done(served.services)
    return batch


async def test_the_incident_of_a_batch_is_neither_annotated_nor_resolved(
    camunda: CamundaClient, failed_batch: dict[str, Any]
) -> None:
    (incident,) = (await camunda.get("/incident")).json()
    annotated = await camunda.put(f"/incident/{incident['id']}/annotation", {"annotation": "look at it"})
    assert (annotated.status_code, annotated.json()["message"]) == (400, "incident is null")
    resolved = await camunda.delete(f"/incident/{incident['id']}")
    assert (resolved.status_code, resolved.json()["message"]) == (400, "Cannot resolve an incident of type failedJob")
    assert (await camunda.get("/incident")).json() == [incident]
    assert (await camunda.get(f"/batch/{failed_batch['id']}")).status_code == 200


async def test_a_job_that_is_given_up_is_an_incident_as_the_vendor_shows_it(
    camunda: CamundaClient, failed_batch: dict[str, Any]
) -> None:
    (incident,) = (await camunda.get("/incident?incidentType=failedJob")).json()
    own = ("id", "causeIncidentId", "rootCauseIncidentId")
    assert len({incident.pop(name) for name in own}) == 1
    configuration = incident.pop("configuration")
    assert configuration
    assert incident.pop("incidentTimestamp")
    assert incident == {
        "processDefinitionId": None,
        "processInstanceId": None,
        "executionId": None,
        "incidentType": "failedJob",
        "activityId": None,
        "failedActivityId": None,
        "incidentMessage": "Cannot find external task with id null: externalTask is null",
        "tenantId": None,
        "jobDefinitionId": failed_batch["batchJobDefinitionId"],
        "annotation": None,
    }
    assert (await camunda.get(f"/batch/{failed_batch['id']}")).json() == failed_batch
    for query, count in (
        ("", 1),
        (f"configuration={configuration}", 1),
        (f"jobDefinitionIdIn={failed_batch['batchJobDefinitionId']}", 1),
        ("jobDefinitionIdIn=other", 0),
        ("incidentType=failedExternalTask", 0),
        ("incidentMessageLike=Cannot%20find%25", 1),
        ("activityId=a", 0),
        ("processDefinitionKeyIn=P1", 0),
        ("tenantIdIn=t", 0),
        ("incidentTimestampBefore=2013-01-23T14:42:45.000%2B0200", 0),
    ):
        assert (await camunda.get(f"/incident/count?{query}")).json() == {"count": count}, query


@pytest.mark.parametrize("column", ["incidentId", "incidentTimestamp", "incidentMessage", "activityId", "tenantId"])
async def test_incidents_of_both_kinds_are_sorted_together(
    camunda: CamundaClient, failed_batch: dict[str, Any], incident: dict[str, Any], column: str
) -> None:
    found = [
        (await camunda.get(f"/incident?sortBy={column}&sortOrder={order}&maxResults=2&firstResult=1")).json()
        for order in ("asc", "desc")
    ]
    assert [len(page) for page in found] == [2, 2]
    assert (await camunda.get(f"/incident/{incident['id']}")).json() == incident
    (job,) = (await camunda.get("/incident?incidentType=failedJob")).json()
    assert (await camunda.get(f"/incident/{job['id']}")).json() == job


async def test_a_batch_is_deleted_with_its_jobs_and_incidents(
    camunda: CamundaClient, failed_batch: dict[str, Any]
) -> None:
    path = f"/batch/{failed_batch['id']}"
    assert (await camunda.delete(path)).status_code == 204
    for kept in ("/batch", "/incident"):
        assert (await camunda.get(kept)).json() == []
    again = await camunda.delete(f"{path}?cascade=true")
    assert (again.status_code, again.json()) == (
        400,
        {
            "type": "InvalidRequestException",
            "message": f"Unable to delete batch with id '{failed_batch['id']}'",
            "code": 0,
        },
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("?type=set-external-task-retries", 1),
        ("?type=other", 0),
        ("?batchId=unknown", 0),
        ("?suspended=false&withoutTenantId=true", 1),
        ("?suspended=true", 0),
        ("?tenantIdIn=t", 0),
    ],
)
async def test_batches_are_narrowed_by_all_filters(camunda: CamundaClient, query: str, count: int) -> None:
    never_done = {"retries": -1, "externalTaskIds": ["unknown"]}
    batch = (await camunda.post("/external-task/retries-async", never_done)).json()
    found = (await camunda.get(f"/batch{query}")).json()
    assert found == [batch] * count
    assert (await camunda.get(f"/batch/count{query}")).json() == {"count": count}
    assert (await camunda.get(f"/batch/{batch['id']}")).json() == batch
