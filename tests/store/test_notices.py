"""Signals between nodes on one PostgreSQL database, where something goes wrong with one connection or one payload."""

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.notices import Notices
from taskbridge.store.transaction import Transaction
from tests import patience

pytestmark = pytest.mark.anyio

WAIT_SECONDS = patience.SECONDS
END_LISTENERS = (
    b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    b" WHERE datname = current_database() AND pid <> pg_backend_pid() AND query IN ('LISTEN taskbridge', 'SELECT 1')"
)


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@pytest.fixture
def latin_url(postgresql_server: str) -> Iterator[str]:
    """An empty database that lacks most characters."""
    with _connected(postgresql_server) as other:
        other.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        yield make_url(postgresql_server).set(database="latin").render_as_string(hide_password=False)
        other.execute("DROP DATABASE latin WITH (FORCE)")


@pytest.fixture
async def latin_nodes(latin_url: str, clock: ManualClock, anyio_backend: str) -> AsyncIterator[list[Database]]:
    nodes = [await Database.open(latin_url, clock) for _ in range(2)]
    yield nodes
    for node in nodes:
        await node.close()


async def test_a_payload_that_cannot_be_sent_keeps_no_other_from_its_waiters(latin_nodes: list[Database]) -> None:
    here, there = latin_nodes

    def signal(tx: Transaction) -> None:
        for channel, payload in (("task", "a"), ("task", "\u4e16"), ("job", "")):
            tx.signal(channel, payload)

    with there.signals.wait_for("task", {"a"}) as first, there.signals.wait_for("job", {""}) as second:
        await here.run(signal)
        assert await first.wait(WAIT_SECONDS)
        assert await second.wait(WAIT_SECONDS)


async def test_a_node_that_has_the_process_id_of_the_lost_sender_is_heard(
    postgresql_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a failover: process ids of two servers have nothing to do with each other."""
    made: list[Notices] = []
    opening = Notices.open

    async def opened(notices: Notices) -> None:
        await opening(notices)
        made.append(notices)

    monkeypatch.setattr(Notices, "open", opened)
    node = await Database.open(postgresql_url, clock)
    with _connected(postgresql_url) as other:
        made[0]._own_pid = other.info.backend_pid
        with node.signals.wait_for("task", {"a"}) as waiter:
            assert other.execute(END_LISTENERS).rowcount
            assert await waiter.wait(WAIT_SECONDS)  # it listens again, and may have missed something
            other.execute("SELECT pg_notify('taskbridge', 'task a')")
            assert await waiter.wait(WAIT_SECONDS)
    await node.close()
