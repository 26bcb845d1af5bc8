"""What clients of each API see while PostgreSQL is away, and how soon afterwards they are served again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from taskbridge.app import application
from taskbridge.settings import Settings
from tests.alfresco import PUBLIC
from tests.alfresco import basic as alfresco_basic
from tests.client import HOST, Client
from tests.digioffice import basic
from tests.postgresql_server import PostgresqlServer, own_servers

pytestmark = pytest.mark.anyio

WAIT_SECONDS = 120
DATABASE = "secretname"
#: API, path, headers, status while the database is away, and what the body then is.
APIS: list[tuple[str, str, dict[str, str], int, Callable[[Any], tuple[object, object]], tuple[object, object]]] = [
    (
        "camunda",
        "/engine-rest/process-instance/count",
        {},
        500,
        lambda body: (body["type"], body["message"]),
        ("ProcessEngineException", "The database is not available"),
    ),
    (
        "alfresco",
        f"{PUBLIC}/workflow/versions/1/tasks",
        alfresco_basic("anna:anna"),
        503,
        lambda body: (body["error"]["statusCode"], body["error"]["briefSummary"]),
        (503, "The database is not available"),
    ),
    (
        "worldserver",
        "/ws-api/v2/tasks",
        {"token": "t"},
        503,
        lambda body: (body["errors"][0]["type"], body["errors"][0]["message"]),
        ("SERVICE_UNAVAILABLE", "The database is not available"),
    ),
    (
        "digioffice",
        "/api/workflowtasks",
        basic("anna"),
        503,
        lambda body: (body["ResponseStatus"]["ErrorCode"], body["ResponseStatus"]["Message"]),
        ("ServiceUnavailable", "The database cannot be reached"),
    ),
]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    with own_servers(1) as (started,):
        started.execute(f"CREATE DATABASE {DATABASE}")
        yield started


@pytest.fixture(scope="module")
async def client(server: PostgresqlServer, anyio_backend: str) -> AsyncIterator[Client]:
    settings = Settings(database_url=server.url(DATABASE), access_log=False, allowed_hosts=(HOST,))
    async with application(settings) as (app, _):
        made = Client(app, "")
        yield made
        await made.close()


async def _answers(client: Client, path: str, headers: dict[str, str], count: int) -> list[httpx.Response]:
    async with asyncio.timeout(WAIT_SECONDS):
        return await asyncio.gather(*(client.get(path, headers=headers) for _ in range(count)))


@pytest.mark.parametrize(
    ("path", "headers", "status", "read", "expected"), [api[1:] for api in APIS], ids=[api[0] for api in APIS]
)
async def test_an_api_says_that_the_database_is_away_and_serves_when_it_is_back(
    server: PostgresqlServer,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    path: str,
    headers: dict[str, str],
    status: int,
    read: Callable[[Any], tuple[object, object]],
    expected: tuple[object, object],
) -> None:
    before = (await _answers(client, path, headers, 1))[0]
    server.stop()
    try:
        answers = await _answers(client, path, headers, 12) + await _answers(client, path, headers, 12)
    finally:
        server.start()
    assert {answer.status_code for answer in answers} == {status}
    for answer in answers:
        assert read(answer.json()) == expected
        for secret in ("127.0.0.1", str(server.port), "postgres", DATABASE, "SELECT", "connection"):
            assert secret not in answer.text
    assert [record for record in caplog.records if record.exc_info] == []
    async with asyncio.timeout(WAIT_SECONDS):
        while (answer := (await client.get(path, headers=headers))).status_code == status:
            await asyncio.sleep(0.01)
    assert answer.status_code == before.status_code
