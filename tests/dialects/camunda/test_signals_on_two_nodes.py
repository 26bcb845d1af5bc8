"""Two servers on one PostgreSQL database whose instances throw signals to one another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from taskbridge.app import application
from taskbridge.service import uuids
from taskbridge.service.uuids import Kind
from taskbridge.settings import Settings
from tests import patience
from tests.client import HOST, CamundaClient
from tests.dialects.camunda.signal_models import boundary, definition, deployed, process
from tests.engine.bpmn_snippets import element, end, path, start, user

pytestmark = pytest.mark.anyio

_LOCK = "SELECT id FROM process_instance WHERE id = %s FOR NO KEY UPDATE"
_WAITERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


def _throws(key: str, mine: str, theirs: str, **attributes: str) -> str:
    """Waits at its task for one signal, as often as it is thrown, and throws the other when the task is done."""
    thrower = element("intermediateThrowEvent", "t", definition(theirs), **attributes)
    border = boundary("b", "go", mine, interrupting=False) + user("caught") + path("b", "caught")
    return process(key, start(), user("go"), border, thrower, end(), path("start", "go", "t", "end"))


def connected(url: str) -> psycopg.Connection[tuple[int]]:
    """A connection to the database past the servers."""
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


class Nodes:
    """Two servers, and their database seen from outside."""

    def __init__(self, one: CamundaClient, other: CamundaClient, url: str) -> None:
        self.one = one
        self.other = other
        self._url = url

    def connect(self) -> psycopg.Connection[tuple[int]]:
        """A connection of the test's own."""
        return connected(self._url)

    async def done(self, node: CamundaClient, instance: str) -> int:
        """Complete the task of an instance; the status of the answer."""
        query = f"/task?processInstanceId={instance}&taskDefinitionKey=go"
        (task,) = (await node.get(query)).json()
        return (await node.post(f"/task/{task['id']}/complete", {})).status_code

    async def caught(self, instance: str) -> int:
        """How often an instance has got its signal."""
        found = await self.one.get(f"/task/count?processInstanceId={instance}&taskDefinitionKey=caught")
        number: int = found.json()["count"]
        return number


@asynccontextmanager
async def running(postgresql_url: str) -> AsyncIterator[Nodes]:
    """Both servers run."""
    settings = Settings(database_url=postgresql_url, access_log=False, allowed_hosts=(HOST,))
    async with application(settings) as (one, _), application(settings) as (other, _):
        clients = CamundaClient(one), CamundaClient(other)
        yield Nodes(*clients, postgresql_url)
        for client in clients:
            await client.close()


@pytest.fixture
async def nodes(postgresql_url: str, anyio_backend: str) -> AsyncIterator[Nodes]:
    """Both servers run while the test does."""
    async with running(postgresql_url) as both:
        yield both


@pytest.mark.parametrize("attributes", [{}, {"camunda_asyncBefore": "true"}], ids=["request", "runner"])
async def test_who_waits_for_a_receiver_holds_nothing(nodes: Nodes, attributes: dict[str, str]) -> None:
    await deployed(nodes.one, _throws("receives", "s2", "s"), _throws("throws", "s", "s2", **attributes))
    receiver, thrower = await nodes.one.start("receives"), await nodes.one.start("throws")
    held, wanted = (uuids.decode(one, Kind.PROCESS_INSTANCE) for one in (receiver, thrower))
    assert held < wanted  # in the other order it could wait where it is
    with nodes.connect() as holding, nodes.connect() as watching:
        watching.autocommit = True
        holding.execute(_LOCK, [held])
        completing = asyncio.create_task(nodes.done(nodes.other, thrower))
        async with asyncio.timeout(patience.SECONDS):
            while watching.execute(_WAITERS).fetchone() == (0,):
                await asyncio.sleep(0.01)
        assert watching.execute(f"{_LOCK} NOWAIT", [wanted]).fetchone() == (wanted,)
        holding.rollback()
        assert await completing == 204
    async with asyncio.timeout(patience.SECONDS):
        while not await nodes.caught(receiver):
            await asyncio.sleep(0.01)
    assert await nodes.caught(receiver) == 1


async def test_instances_that_throw_to_one_another_at_once_meet_no_dead_lock(postgresql_url: str) -> None:
    async with running(postgresql_url) as nodes:
        await deployed(nodes.one, _throws("left", "s2", "s"), _throws("right", "s", "s2"))
        for _ in range(8):
            left = [await nodes.one.start("left") for _ in range(2)]
            right = [await nodes.one.start("right") for _ in range(2)]
            ends = [nodes.done(nodes.one, one) for one in left] + [nodes.done(nodes.other, one) for one in right]
            assert await asyncio.gather(*ends) == [204] * 4
            # Of a left and a right one, the first to be done reaches the other, which then finds nothing that waits.
            assert sum([await nodes.caught(one) for one in (*left, *right)]) == len(left) * len(right)
    with connected(postgresql_url) as connection:
        connection.autocommit = True
        async with asyncio.timeout(patience.SECONDS):
            while connection.execute(_SESSIONS).fetchone() != (
                0,
            ):  # what a session has counted is there once it is over
                await asyncio.sleep(0.01)
        assert connection.execute(_DEADLOCKS).fetchone() == (0,)
