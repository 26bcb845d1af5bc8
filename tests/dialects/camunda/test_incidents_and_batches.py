"""Incidents and batches over HTTP: their filters (contract 4.8)."""

from typing import Any

import pytest

from tests.bpmn import model
from tests.client import CamundaClient

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
        ("activityId=externalTask&failedActivityId=externalTask", 2),
        ("activityId=externalTask&failedActivityId=other", 0),
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
