"""Ids up to and beyond the 32 bits that two dialects declare: whole in answers, refused in requests, and watched."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator

import psycopg
import pytest

from taskbridge.service.id_horizon import HORIZON
from tests import worldserver
from tests.bpmn import model
from tests.client import CamundaClient
from tests.digioffice import DigiOfficeClient, Office, basic, error_of
from tests.patience import SECONDS
from tests.serving import Served, serving

pytestmark = pytest.mark.anyio

#: More ids than a test needs.
ROOM = 20_000
HOUR = 3_600_000


def move_counter(url: str, next_id: int) -> None:
    """Have the database hand out ids from this one on."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("UPDATE id_block SET next_id = ?", (next_id,))
        connection.close()
    else:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT setval('taskbridge_id', %s)", (next_id,))


@pytest.fixture(params=[HORIZON - ROOM, HORIZON + 1], ids=["below", "beyond"])
def next_id(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
async def moved(database_url: str, next_id: int) -> AsyncIterator[Served]:
    move_counter(database_url, next_id)
    async with serving(database_url) as served:
        yield served


async def test_digioffice_names_every_task_that_fits(moved: Served, next_id: int) -> None:
    client = DigiOfficeClient(moved.app)
    office = Office(moved, client, CamundaClient(moved.app), client.by(basic("root")))
    await office.furnish()
    await office.camunda.deploy(model("Handover"))
    await office.camunda.start("Handover")
    (task,) = (await office.client.get("/api/workflowtasks")).json()
    assert task["ID"] >= next_id
    answer = await office.client.get(f"/api/workflowtasks/{task['ID']}")
    if task["ID"] <= HORIZON:
        assert (answer.status_code, answer.json()["ID"]) == (200, task["ID"])
    else:
        assert (answer.status_code, error_of(answer)["ErrorCode"]) == (400, "RequestBindingException")


async def test_worldserver_names_every_task_that_fits(moved: Served, next_id: int) -> None:
    office = await worldserver.Office(moved).open()
    mona = await office.sign_in("mona")
    await office.order()
    (task, *_) = (await mona.get("/tasks")).json()["items"]
    assert task["id"] >= next_id
    answer = await mona.get(f"/tasks/{task['id']}")
    if task["id"] <= HORIZON:
        assert (answer.status_code, answer.json()["id"]) == (200, task["id"])
    else:
        assert answer.status_code == 500
        assert answer.json()["errors"][0]["message"] == f'For input string: "{task["id"]}"'


def said(caplog: pytest.LogCaptureFixture) -> list[int]:
    """The levels of what was logged of ids."""
    return [record.levelno for record in caplog.records if record.name == "taskbridge.ids"]


@pytest.mark.parametrize(
    ("number", "levels"),
    [
        (HORIZON * 8 // 10 - ROOM, []),
        (HORIZON * 8 // 10 + 1, [logging.WARNING]),
        (HORIZON + 1, [logging.ERROR, logging.ERROR]),
    ],
    ids=["below 80 %", "80 %", "beyond"],
)
async def test_the_log_says_in_time_that_ids_run_out(
    database_url: str, caplog: pytest.LogCaptureFixture, number: int, levels: list[int]
) -> None:
    move_counter(database_url, number)
    async with serving(database_url) as served:
        for _ in range(26):
            await _pass_an_hour(served)
        async with asyncio.timeout(SECONDS):
            while len(said(caplog)) < len(levels):  # the server may have been late for an hour
                await _pass_an_hour(served)
    assert said(caplog) == levels


async def test_watching_uses_up_no_ids(database_url: str) -> None:
    async with serving(database_url) as served:
        first = await served.services.run(lambda unit: unit.tx.new_id())
        for _ in range(5):
            served.clock.advance(HOUR)
            for _ in range(20):
                await served.services.run(lambda unit: None)
                await asyncio.sleep(0)
        assert await served.services.run(lambda unit: unit.tx.new_id()) == first + 1


async def _pass_an_hour(served: Served) -> None:
    for _ in range(20):
        await served.services.run(lambda unit: None)
        await asyncio.sleep(0)
    served.clock.advance(HOUR)
