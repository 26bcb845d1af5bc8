"""Liveness and readiness: on each database, while it is away, while it hangs, and while the program stops."""

import asyncio
import contextlib
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.service.unit import Services
from taskbridge.service.watching import BOUND
from taskbridge.settings import Settings
from tests.client import HOST, Client
from tests.figures import figure
from tests.metrics import Metrics
from tests.postgresql_server import PostgresqlServer, own_servers

pytestmark = pytest.mark.anyio

DATABASE = "secretname"
WAIT_SECONDS = 120
SERVING = {"status": "ready", "checks": {"database": "available", "process": "serving"}}
AWAY = {"status": "not ready", "checks": {"database": "unavailable", "process": "serving"}}
SLOW = {"status": "not ready", "checks": {"database": "slow", "process": "serving"}}


def told(answer: httpx.Response) -> tuple[int, object]:
    return answer.status_code, answer.json()


async def test_a_server_that_serves_lives_and_is_ready(client: Client) -> None:
    alive = await client.get("/health/live")
    assert told(alive) == (200, {"status": "alive"})
    ready = await client.get("/health/ready")
    assert told(ready) == (200, SERVING)
    assert (alive.headers["cache-control"], ready.headers["cache-control"]) == ("no-store", "no-store")
    assert (await client.request("HEAD", "/health/ready")).status_code == 200


async def test_a_server_that_was_told_to_stop_is_not_ready_and_lives(client: Client, services: Services) -> None:
    services.leaving = True
    try:
        answer = await client.get("/health/ready")
        assert told(answer) == (
            503,
            {"status": "not ready", "checks": {"database": "available", "process": "stopping"}},
        )
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/metrics")).status_code == 200
    finally:
        services.leaving = False


async def test_other_methods_and_paths_are_refused_in_a_small_object(client: Client) -> None:
    answer = await client.post("/health/live", {})
    assert told(answer) == (405, {"message": "POST is not among GET, HEAD, OPTIONS"})
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    for path in ("/health", "/health/nothing", "/metrics/all"):
        assert told(await client.get(path, documented=False)) == (404, {"message": "nothing is at this path"})


async def test_a_foreign_host_is_refused(client: Client) -> None:
    for path in ("/health/live", "/health/ready", "/metrics"):
        answer = await client.get(path, headers={"Host": "evil.example"})
        assert told(answer) == (
            403,
            {"message": "This server is not reached as evil.example; --allowed-host allows it"},
        )


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    """A server of this module's own, which it may stop."""
    with own_servers(1) as (started,):
        started.execute(f"CREATE DATABASE {DATABASE}")
        yield started


@pytest.fixture
async def node(server: PostgresqlServer, anyio_backend: str) -> AsyncIterator[tuple[Client, ManualClock]]:
    """The application on that server, and its clock."""
    clock = ManualClock()
    settings = Settings(database_url=server.url(DATABASE), access_log=False, allowed_hosts=(HOST,))
    async with application(settings, clock) as (app, _):
        made = Client(app, "")
        yield made, clock
        await made.close()


async def _becomes(client: Client, status: int) -> tuple[httpx.Response, float]:
    """The first answer with this status, and the seconds until then."""
    began = time.monotonic()
    async with asyncio.timeout(WAIT_SECONDS):
        while (answer := (await client.get("/health/ready"))).status_code != status:
            await asyncio.sleep(0.01)
    return answer, time.monotonic() - began


async def test_a_server_is_not_ready_while_its_database_is_away(
    server: PostgresqlServer, node: tuple[Client, ManualClock]
) -> None:
    client, clock = node
    assert told(await client.get("/health/ready")) == (200, SERVING)
    server.stop()
    try:
        answer, away = await _becomes(client, 503)
        assert told(answer) == (503, AWAY)
        for secret in ("127.0.0.1", str(server.port), "postgres", DATABASE, "SELECT"):
            assert secret not in answer.text
        assert (await client.get("/health/live")).status_code == 200
        clock.advance(BOUND)  # counts are kept for so long
        metrics = Metrics((await client.get("/metrics")).text)
        assert metrics.value("taskbridge_database_available") == 0
        assert metrics.value("taskbridge_database_outages_total") == 1
        assert not metrics.has("taskbridge_jobs")
    finally:
        server.start()
    answer, back = await _becomes(client, 200)
    assert answer.json() == SERVING
    clock.advance(BOUND)
    metrics = Metrics((await client.get("/metrics")).text)
    assert metrics.value("taskbridge_database_available") == 1
    assert metrics.has("taskbridge_jobs", state="due")
    figure("readiness, PostgreSQL stopped", f"no after {away:.2f} s, yes {back:.2f} s after it listened again")


async def test_a_server_is_not_ready_while_its_database_hangs(
    server: PostgresqlServer, node: tuple[Client, ManualClock]
) -> None:
    client, clock = node
    assert told(await client.get("/health/ready")) == (200, SERVING)
    server.freeze()
    try:
        asked = [asyncio.create_task(client.get("/health/ready")) for _ in range(8)]
        async with asyncio.timeout(WAIT_SECONDS):
            while not all(one.done() for one in asked):
                assert (await client.get("/health/live")).status_code == 200
                clock.advance(BOUND)
                await asyncio.sleep(0.01)
        assert [told(one.result()) in ((503, SLOW), (503, AWAY)) for one in asked] == [True] * 8
    finally:
        server.thaw()
    _, back = await _becomes(client, 200)
    figure("readiness, PostgreSQL hung", f"yes {back:.2f} s after it went on")


async def test_a_server_is_not_ready_while_its_file_is_gone(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "taskbridge.db"
    shutil.copy(sqlite_template, file)
    settings = Settings(database_url=f"sqlite:///{file}", access_log=False, allowed_hosts=(HOST,))
    async with application(settings, ManualClock()) as (app, _):
        client = Client(app, "")
        assert told(await client.get("/health/ready")) == (200, SERVING)
        file.rename(tmp_path / "moved.db")
        assert told(await client.get("/health/ready")) == (503, AWAY)
        assert (await client.get("/health/live")).status_code == 200
        (tmp_path / "moved.db").rename(file)
        assert told(await client.get("/health/ready")) == (200, SERVING)
        await client.close()


async def test_a_server_whose_file_is_locked_by_another_program_is_ready(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "taskbridge.db"
    shutil.copy(sqlite_template, file)
    settings = Settings(database_url=f"sqlite:///{file}", access_log=False, allowed_hosts=(HOST,))
    async with application(settings, ManualClock()) as (app, _):
        client = Client(app, "")
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert told(await client.get("/health/ready")) == (200, SERVING)
        await client.close()
