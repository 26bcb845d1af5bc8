"""The metrics, as Prometheus reads them: every operation is counted, and what waits is told."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from taskbridge import __version__
from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.service import queue
from taskbridge.service.unit import Services, Unit
from taskbridge.settings import Settings
from taskbridge.store import jobs
from tests.answers import BASE_PATHS, Vendor, vendors
from tests.client import HOST, CamundaClient, Client
from tests.figures import figure
from tests.metrics import COMPLETE, Metrics
from tests.serving import Served
from tests.test_samples import assert_described

pytestmark = pytest.mark.anyio

MODEL = Path(__file__).parents[2] / "bpmn" / "P1.bpmn"
_PARAMETER = re.compile(r"\{[^}]*\}")


async def scraped(client: Client) -> Metrics:
    """The metrics as they are now; counts of rows are taken anew."""
    answer = await client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Metrics(answer.text)


async def later(served: Served, client: Client) -> Metrics:
    """The same when what was counted is too old to be told again."""
    served.clock.advance(1_000)
    return await scraped(client)


@pytest.fixture
async def camunda(served: Served) -> AsyncIterator[CamundaClient]:
    made = CamundaClient(served.app)
    yield made
    await made.close()


@pytest.mark.parametrize("vendor", vendors(), ids=[vendor.name for vendor in vendors()])
async def test_every_operation_is_counted(client: Client, vendor: Vendor) -> None:
    before = await scraped(client)
    asked = dict.fromkeys(vendor.operations, 0)
    for name, operation in vendor.operations.items():
        (template, _), *_ = operation.paths
        base = (operation.base_paths or BASE_PATHS[vendor.name])[0]
        path = _PARAMETER.sub("1", base + template)
        answer = await client.request(operation.method, path, documented=False)
        assert answer.status_code
        asked[name] += 1
    after = await scraped(client)
    for name in asked:
        moved = [
            after.value(metric, operation=name, api=vendor.name) - before.value(metric, operation=name, api=vendor.name)
            for metric in ("taskbridge_http_requests_total", "taskbridge_http_request_duration_seconds_count")
        ]
        assert moved[0] >= 1, name
        assert moved[0] == moved[1], name
    figure(f"counted, {vendor.name}", f"{len(asked)} operations")


async def test_a_request_is_counted_by_its_status_and_its_duration(client: Client, camunda: CamundaClient) -> None:
    labels = {"api": "camunda", "operation": COMPLETE, "status": "404"}
    before = await scraped(client)
    await camunda.post("/external-task/aExternalTaskId/complete", {"workerId": "w"})
    after = await scraped(client)
    assert after.value("taskbridge_http_requests_total", **labels) == (
        before.value("taskbridge_http_requests_total", **labels) + 1
    )
    name = "taskbridge_http_request_duration_seconds"
    assert after.value(f"{name}_bucket", le="+Inf", **labels) == after.value(f"{name}_count", **labels)
    assert after.value(f"{name}_sum", **labels) > before.value(f"{name}_sum", **labels)


async def test_requests_without_an_operation_are_counted_together(client: Client) -> None:
    async def counted(status: str) -> float:
        labels = {"api": "none", "operation": "none", "status": status}
        return (await scraped(client)).value("taskbridge_http_requests_total", **labels)

    unknown, wrong, refused, pages = [await counted(status) for status in ("404", "405", "403", "200")]
    for path in ("/nothing", "/engine-rest/nothing", "/docs/nothing"):
        await client.get(path, documented=False)
    await client.post("/health/live", {})
    await client.get("/engine-rest/task/count", headers={"Host": "evil.example"})
    await client.get("/docs", documented=False)
    assert [await counted(status) for status in ("404", "405", "403", "200")] == [
        unknown + 3,
        wrong + 1,
        refused + 1,
        pages + 1,
    ]


async def test_the_work_of_the_store_is_counted(client: Client, services: Services) -> None:
    before = await scraped(client)
    await services.run(lambda unit: unit.tx.new_id())
    after = await scraped(client)
    for name in ("taskbridge_store_commits_total", "taskbridge_store_works_total"):
        assert after.value(name) > before.value(name)
    assert after.value("taskbridge_store_works_total") >= after.value("taskbridge_store_commits_total")
    assert after.value("taskbridge_store_connections", state="open") >= 4
    assert after.value("taskbridge_store_connections", state="broken") == 0


async def test_what_waits_in_the_database_is_told(
    served: Served, client: Client, camunda: CamundaClient, services: Services
) -> None:
    moment = served.clock.now()

    def work(unit: Unit) -> None:
        far = moment + 3_600_000
        # A type that no version knows is left alone by the runner.
        made = [queue.job_row(unit, "of a test", {}, due_at) for due_at in (0, far, far, moment)]
        jobs.insert(unit.tx, [*made[:3], made[3]._replace(retries=0)])

    await services.run(work)
    await camunda.deploy(("a.bpmn", MODEL.read_bytes()))
    for _ in range(3):
        await camunda.start("P1")
    (task,) = await camunda.fetch(maxTasks=1)
    metrics = await later(served, client)
    states = ("due", "waiting", "failed", "locked")
    assert [metrics.value("taskbridge_jobs", state=state) for state in states] == [1, 2, 1, 0]
    assert [metrics.value("taskbridge_external_tasks", state=state) for state in ("free", "locked")] == [2, 1]
    assert metrics.value("taskbridge_incidents_open") == 0
    failure = {"workerId": "w", "retries": 0, "retryTimeout": 0}
    assert (await camunda.post(f"/external-task/{task['id']}/failure", failure)).status_code == 204
    metrics = await later(served, client)
    assert metrics.value("taskbridge_incidents_open") == 1
    assert [metrics.value("taskbridge_external_tasks", state=state) for state in ("free", "locked")] == [2, 0]


async def test_counts_of_rows_are_taken_once_a_second(served: Served, client: Client, camunda: CamundaClient) -> None:
    await camunda.deploy(("a.bpmn", MODEL.read_bytes()))
    assert (await later(served, client)).value("taskbridge_external_tasks", state="free") == 0
    await camunda.start("P1")
    assert (await scraped(client)).value("taskbridge_external_tasks", state="free") == 0
    assert (await later(served, client)).value("taskbridge_external_tasks", state="free") == 1


async def test_credentials_that_were_not_accepted_are_counted_by_kind(client: Client) -> None:
    before = await scraped(client)
    await client.post("/ws-api/v2/login", {"username": "nobody", "password": "wrong"})
    await client.get("/ws-api/v2/tasks", headers={"token": "wrong"})
    after = await scraped(client)
    for kind in ("password", "token"):
        name = "taskbridge_login_failures_total"
        assert after.value(name, kind=kind) == before.value(name, kind=kind) + 1
    assert after.has("taskbridge_login_failures_total", kind="refused")


async def test_what_runs_is_told_with_the_figures_of_the_process(client: Client, services: Services) -> None:
    metrics = await scraped(client)
    labels = {"version": __version__, "database": services.database.dialect}
    assert metrics.value("taskbridge_build_info", **labels) == 1
    assert metrics.value("process_resident_memory_bytes") > 1_000_000
    assert metrics.has("taskbridge_long_polls_waiting")


async def test_the_manual_describes_every_metric(served: Served, client: Client) -> None:
    assert_described(await later(served, client))


async def test_no_name_and_no_id_is_among_the_metrics(client: Client, camunda: CamundaClient) -> None:
    await camunda.deploy(("a.bpmn", MODEL.read_bytes()))
    instance = await camunda.start("P1")
    await client.post("/ws-api/v2/login", {"username": "secretive", "password": "wrong"})
    text = (await client.get("/metrics")).text
    for secret in ("secretive", instance, "P1", "sqlite:", "postgresql+", "127.0.0.1"):
        assert secret not in text


async def test_a_server_may_do_without_metrics(sqlite_url: str) -> None:
    settings = Settings(database_url=sqlite_url, access_log=False, allowed_hosts=(HOST,), metrics=False)
    async with application(settings, ManualClock()) as (app, _):
        client = Client(app, "")
        answer = await client.get("/metrics")
        assert (answer.status_code, answer.json()) == (404, {"message": "nothing is at this path"})
        assert (await client.get("/health/ready")).status_code == 200
        await client.close()
