"""Ids of requests on the wire of every API, and in the events that requests leave."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from taskbridge import request_ids
from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.dialects.camunda import engines
from taskbridge.settings import Settings
from taskbridge.store.database import Database
from tests.checked_http import checked_async
from tests.conformance.test_hosts import EVIL, PATHS

pytestmark = pytest.mark.anyio

WHEREVER = {
    **PATHS,
    "its own": "/health/live",
    "the pages": "/docs",
    "nobody": "/nothing",
    "a gap": "/engine-rest/user",
}
BASE = "http://127.0.0.1:8080"
SENT = {"X-Request-ID": "4bf92f3577b34da6"}


@pytest.fixture(scope="module")
async def transport(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, anyio_backend: str
) -> AsyncIterator[httpx.ASGITransport]:
    file = tmp_path_factory.mktemp("ids") / "taskbridge.db"
    shutil.copy(sqlite_template, file)
    settings = Settings(database_url=f"sqlite:///{file}", access_log=False, bundled=False)
    async with application(settings, ManualClock()) as (app, _):
        yield httpx.ASGITransport(app)


@pytest.mark.parametrize("place", WHEREVER)
async def test_an_id_that_was_sent_comes_back_and_no_other(transport: httpx.ASGITransport, place: str) -> None:
    path = WHEREVER[place]
    http = checked_async(base_url=BASE, transport=transport)
    for more in ({}, EVIL):
        answer = await http.get(path, headers=SENT | more)
        assert answer.headers.get_list("x-request-id") == [SENT["X-Request-ID"]]
        for unsound in ({}, {"X-Request-ID": "no id"}, {"X-Request-ID": "x" * 129}):
            assert "x-request-id" not in (await http.get(path, headers=unsound | more)).headers


async def test_works_that_run_together_do_not_pass_for_each_others_requests(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(request_ids.note)

    async def ask(identifier: str) -> None:
        request_ids.take_up(identifier.encode())
        await database.run(lambda tx: logging.getLogger("taskbridge.test").error(identifier))

    await asyncio.gather(*(asyncio.create_task(ask(f"r-{number}")) for number in range(5)))
    shown = [(record.getMessage(), vars(record)["request"]) for record in caplog.records]
    assert len(shown) == 5
    assert [one for one in shown if one[1] not in (None, one[0])] == []
    caplog.handler.removeFilter(request_ids.note)


async def test_events_of_a_request_have_its_id(
    transport: httpx.ASGITransport, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.handler.addFilter(request_ids.note)
    monkeypatch.setattr(engines, "VERSION", object())  # cannot be written as JSON
    http = httpx.AsyncClient(base_url=BASE, transport=transport)  # the document knows no 500 of this operation
    with caplog.at_level(logging.ERROR):
        for headers in (SENT, {}, {}):
            await http.get("/engine-rest/version", headers=headers)
    sent, *made = [vars(record)["request"] for record in caplog.records if record.exc_info]
    assert sent == SENT["X-Request-ID"]
    assert len(set(made)) == 2
    caplog.handler.removeFilter(request_ids.note)
