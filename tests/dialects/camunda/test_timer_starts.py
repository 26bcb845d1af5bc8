"""Timer start events: the latest version of a key has their jobs, in each tenant by itself."""

from typing import Any

import httpx
import pytest
from sqlalchemy import update

from taskbridge.dialects.camunda.values import format_date
from taskbridge.store.tables import Resource, table_of
from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.models import deploy_process, framed
from tests.serving import Served

pytestmark = pytest.mark.anyio
_HOUR = 3_600_000


def _model(duration: str, kind: str = "timeDuration") -> bytes:
    return framed(
        '<process id="nightly" isExecutable="true"><startEvent id="tick"><timerEventDefinition>'
        f"<{kind}>{duration}</{kind}></timerEventDefinition></startEvent>"
        '<sequenceFlow id="f" sourceRef="tick" targetRef="do"/><userTask id="do"/></process>'
    )


async def _deployment(camunda: CamundaClient, content: bytes, tenant: str | None = None) -> httpx.Response:
    """The answer to the deployment of a version."""
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("deployment-name", (None, b"nightly"))]
    parts += [] if tenant is None else [("tenant-id", (None, tenant.encode()))]
    return await camunda.request("POST", "/deployment/create", files=[*parts, ("data", ("nightly.bpmn", content))])


async def _deploy(camunda: CamundaClient, content: bytes, tenant: str | None = None) -> str:
    """Deploy a version; gives the id of the deployment."""
    answer = await _deployment(camunda, content, tenant)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def _jobs(camunda: CamundaClient) -> list[tuple[str, str | None]]:
    found: list[dict[str, Any]] = (await camunda.get("/job?sortBy=jobDueDate&sortOrder=asc")).json()
    return [(job["processDefinitionId"].rpartition(":")[0], job["tenantId"]) for job in found]


async def test_a_new_version_takes_the_job_over_and_its_removal_gives_it_back(
    camunda: CamundaClient, served: Served
) -> None:
    await _deploy(camunda, _model("PT1H"))
    assert await _jobs(camunda) == [("nightly:1", None)]
    second = await _deploy(camunda, _model("PT2H"))
    assert await _jobs(camunda) == [("nightly:2", None)]
    served.clock.advance(_HOUR // 2)
    await camunda.delete(f"/deployment/{second}?cascade=true")
    assert await _jobs(camunda) == [("nightly:1", None)]
    (job,) = (await camunda.get("/job")).json()
    served.clock.advance(_HOUR - 1)
    await jobs_done(served.services)
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}
    served.clock.advance(1)
    await jobs_done(served.services)
    assert (await camunda.get("/process-instance/count")).json() == {"count": 1}
    assert job["processInstanceId"] is None
    assert await _jobs(camunda) == []


async def test_tenants_have_jobs_of_their_own(camunda: CamundaClient) -> None:
    await _deploy(camunda, _model("PT1H"), "north")
    await _deploy(camunda, _model("PT2H"), "south")
    await _deploy(camunda, _model("PT3H"), "south")
    assert await _jobs(camunda) == [("nightly:1", "north"), ("nightly:2", "south")]


async def test_a_version_without_a_timer_takes_the_job_away(camunda: CamundaClient) -> None:
    await _deploy(camunda, _model("PT1H"))
    plain = framed(
        '<process id="nightly" isExecutable="true"><startEvent id="tick"/>'
        '<sequenceFlow id="f" sourceRef="tick" targetRef="do"/><userTask id="do"/></process>'
    )
    second = await _deploy(camunda, plain)
    assert await _jobs(camunda) == []
    await camunda.delete(f"/deployment/{second}?cascade=true")
    assert await _jobs(camunda) == [("nightly:1", None)]


async def test_the_next_occurrence_is_as_suspended_and_as_urgent_as_the_one_before(camunda: CamundaClient) -> None:
    await _deploy(camunda, _model("R/PT1H", "timeCycle"))
    (job,) = (await camunda.get("/job")).json()
    await camunda.put(f"/job/{job['id']}/priority", {"priority": 77})
    await camunda.put(f"/job/{job['id']}/suspended", {"suspended": True})
    await camunda.post(f"/job/{job['id']}/execute")
    (following,) = (await camunda.get("/job")).json()
    assert following["id"] != job["id"]
    assert (following["suspended"], following["priority"]) == (True, 77)


async def test_a_timer_that_makes_no_sense_deploys_nothing(camunda: CamundaClient) -> None:
    answer = await _deployment(camunda, _model("rubbish"))
    assert (answer.status_code, answer.json()["type"]) == (500, "ProcessEngineException")
    assert "rubbish" in answer.json()["message"]
    assert (await camunda.get("/deployment/count")).json() == {"count": 0}


async def test_a_version_is_removed_though_the_one_before_cannot_be_read_any_more(
    camunda: CamundaClient, served: Served
) -> None:
    await deploy_process(camunda, '<process id="nightly" isExecutable="true"><startEvent id="tick"/></process>')
    await served.services.run(lambda unit: unit.tx.execute(update(table_of(Resource)).values(content=b"no model")))
    second = await _deploy(camunda, _model("PT1H"))
    answer = await camunda.delete(f"/deployment/{second}?cascade=true")
    assert (answer.status_code, await _jobs(camunda)) == (204, [])


@pytest.mark.parametrize(
    ("cycle", "tries", "pause"),
    [
        ("${'R5/PT1M'}", 5, 60_000),
        ("${true ? 'R7/PT2M' : x}", 7, 120_000),
        ("${'PT1M,PT2M'}", 3, 60_000),
        ("${nope}", 3, None),
        ("${execution.id}", 3, None),
        ("${'R0/PT1M'}", 1, 0),
    ],
)
async def test_an_expression_gives_the_retry_cycle_of_a_timer_start_event(
    camunda: CamundaClient, served: Served, cycle: str, tries: int, pause: int | None
) -> None:
    retries = f"<extensionElements><camunda:failedJobRetryTimeCycle>{cycle}</camunda:failedJobRetryTimeCycle>"
    content = _model("PT1H").replace(b'id="tick">', f'id="tick">{retries}</extensionElements>'.encode())
    failing = content.replace(b'<userTask id="do"/>', b'<userTask id="do" camunda:assignee="${nobody}"/>')
    await _deploy(camunda, failing)
    (job,) = (await camunda.get("/job")).json()
    assert job["retries"] == tries
    assert (await camunda.post(f"/job/{job['id']}/execute")).status_code == 404
    failed = (await camunda.get(f"/job/{job['id']}")).json()
    due = job["dueDate"] if pause is None else format_date(served.clock.now() + pause)
    assert (failed["retries"], failed["dueDate"]) == (tries - 1, due)
