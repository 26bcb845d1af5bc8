"""PostgreSQL goes away, hangs, fails over: works end, and the node serves again by itself.

Each outage outlasts several works per connection: a node that survives one failed try to connect may not survive two.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.errors import DatabaseUnavailable
from taskbridge.store.transaction import Transaction
from tests.postgresql_server import PostgresqlServer, own_servers
from tests.store import groups

pytestmark = pytest.mark.anyio

#: Works per connection during an outage, for four connections that write and two that read.
WORKS = 24
WAIT_SECONDS = 120


@pytest.fixture(scope="module")
def servers() -> Iterator[list[PostgresqlServer]]:
    with own_servers(2) as started:
        yield started


@pytest.fixture(scope="module")
def server(servers: list[PostgresqlServer]) -> PostgresqlServer:
    """The server that the tests stop and start; it runs before and after each."""
    return servers[0]


@pytest.fixture
async def nodes(server: PostgresqlServer, clock: ManualClock, anyio_backend: str) -> AsyncIterator[list[Database]]:
    """Two nodes on one database with a row ``a``."""
    server.execute("DROP DATABASE IF EXISTS tests WITH (FORCE)", "CREATE DATABASE tests")
    opened = [await Database.open(server.url("tests"), clock) for _ in range(2)]
    await opened[0].run(groups.adding("a"))
    yield opened
    for node in opened:
        await node.close()


async def _outcomes(node: Database) -> list[Any]:
    """What comes of many works, one after the other on each connection."""
    works: list[Any] = [(node.read if number % 3 == 0 else node.run)(groups.names) for number in range(WORKS)]
    async with asyncio.timeout(WAIT_SECONDS):
        outcomes: list[Any] = await asyncio.gather(*works, return_exceptions=True)
    return outcomes


async def _all_fail(node: Database) -> None:
    for _ in range(3):
        assert {type(outcome) for outcome in await _outcomes(node)} == {DatabaseUnavailable}


async def _served(node: Database, work: Callable[[Transaction], Any] = groups.names) -> Any:  # noqa: ANN401 - of any work
    """The outcome of a work, tried until the database is found again."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            try:
                return await node.run(work)
            except DatabaseUnavailable:
                await asyncio.sleep(0.01)  # the node tries again by itself, after a pause


async def test_a_node_serves_again_after_outages_of_many_works(server: PostgresqlServer, nodes: list[Database]) -> None:
    for _ in range(2):
        server.stop()
        await _all_fail(nodes[0])
        server.start()
        assert await _served(nodes[0]) == ["a"]
        assert await _outcomes(nodes[0]) == [["a"]] * WORKS


async def test_polls_are_woken_after_an_outage_and_nodes_hear_each_other_again(
    server: PostgresqlServer, nodes: list[Database]
) -> None:
    here, there = nodes
    with there.signals.wait_for("task", {"a"}) as waiter:
        server.stop()
        await _all_fail(there)
        server.start()
        assert await waiter.wait(WAIT_SECONDS)
        await _served(here, lambda tx: tx.signal("task", "a"))
        assert await waiter.wait(WAIT_SECONDS)


async def test_a_server_that_hangs_is_noticed(server: PostgresqlServer, nodes: list[Database]) -> None:
    server.freeze()
    try:
        await _all_fail(nodes[0])
    finally:
        server.thaw()
    assert await _served(nodes[0]) == ["a"]
    with nodes[0].signals.wait_for("task", {"a"}) as waiter:
        await _served(nodes[1], lambda tx: tx.signal("task", "a"))
        assert await waiter.wait(WAIT_SECONDS)


async def test_a_work_whose_commit_hangs_is_not_run_again(server: PostgresqlServer, nodes: list[Database]) -> None:
    attempts: list[int] = []

    def work(tx: Transaction) -> None:
        attempts.append(1)
        groups.add(tx, "b")
        server.freeze()

    try:
        with pytest.raises(DatabaseUnavailable, match="unknown"):
            await asyncio.wait_for(nodes[0].run(work), WAIT_SECONDS)
    finally:
        server.thaw()
    assert await _served(nodes[0]) in (["a"], ["a", "b"])
    assert len(attempts) == 1


async def test_a_commit_that_waits_for_an_absent_standby_is_given_up_and_reads_go_on(
    server: PostgresqlServer, nodes: list[Database], clock: ManualClock
) -> None:
    node, watcher = [await Database.open(server.url("tests"), clock, write_timeout=0.2) for _ in range(2)]
    server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")
    try:
        await _no_commit_is_confirmed(watcher)
        commits = [asyncio.ensure_future(node.run(groups.adding(name))) for name in "bcde"]
        await asyncio.sleep(0)
        assert "a" in await node.read(groups.names)
        async with asyncio.timeout(WAIT_SECONDS):
            outcomes = await asyncio.gather(*commits, return_exceptions=True)
    finally:
        server.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
    # Whether they took place is for the client to find out.
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    await _served(node)
    await node.close()
    await watcher.close()


async def _no_commit_is_confirmed(node: Database) -> None:
    """Wait until the server has read that commits need a standby: it reads its settings some time after it is told."""
    async with asyncio.timeout(WAIT_SECONDS):
        with contextlib.suppress(DatabaseUnavailable):
            for number in itertools.count():
                await node.run(groups.adding(f"before-{number}"))


async def test_a_node_that_is_closed_during_an_outage_ends(server: PostgresqlServer, clock: ManualClock) -> None:
    node = await Database.open(server.url("postgres"), clock)
    server.freeze()
    try:
        works = [asyncio.ensure_future(node.run(groups.names)) for _ in range(WORKS)]
        await asyncio.sleep(0)
        await asyncio.wait_for(node.close(), WAIT_SECONDS)
        outcomes = await asyncio.gather(*works, return_exceptions=True)
    finally:
        server.thaw()
    assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailable}


async def test_a_promoted_standby_is_found_and_has_all_that_was_acknowledged(
    servers: list[PostgresqlServer], clock: ManualClock
) -> None:
    """The last test of the module: it ends the life of the first server."""
    primary, standby = servers
    primary.execute("DROP DATABASE IF EXISTS tests WITH (FORCE)", "CREATE DATABASE tests")
    primary.add_standby(standby)
    hosts = f"host={primary.host}&host={standby.host}&target_session_attrs=read-write"
    url = f"postgresql+psycopg://postgres@/tests?{hosts}"
    here, there = [await Database.open(url, clock) for _ in range(2)]
    acknowledged: list[str] = []
    promoted = asyncio.Event()

    async def write(worker: int) -> None:
        for number in range(100_000):
            name = f"{worker}-{number}"
            try:
                await here.run(groups.adding(name))
                acknowledged.append(name)
                if promoted.is_set():
                    return
            except DatabaseUnavailable:
                await asyncio.sleep(0.01)

    async with asyncio.timeout(WAIT_SECONDS):
        writers = [asyncio.create_task(write(worker)) for worker in range(8)]
        while len(acknowledged) < 50:
            await asyncio.sleep(0)
        with there.signals.wait_for("task", {"a"}) as waiter:
            await asyncio.to_thread(primary.kill)
            await asyncio.to_thread(standby.promote)
            promoted.set()
            await asyncio.gather(*writers)
            assert await waiter.wait(WAIT_SECONDS)
            await here.run(lambda tx: tx.signal("task", "a"))
            assert await waiter.wait(WAIT_SECONDS)
        assert set(acknowledged) <= set(await _served(there))
    await here.close()
    await there.close()
