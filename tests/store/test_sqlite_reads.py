"""Reads on SQLite: beside the works that write, on what has been committed, for a bounded time, and reading only."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator

import pytest

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.errors import DatabaseClosed, ReadTimeout
from taskbridge.store.transaction import Transaction
from tests.store import groups

pytestmark = pytest.mark.anyio
#: Seconds within which what must happen surely does, also while other programs keep all cores busy.
_GENEROUS = 60
_ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
async def sqlite(sqlite_url: str, clock: ManualClock, anyio_backend: str) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_url, clock, read_timeout=_GENEROUS)
    yield opened
    await opened.close()


async def test_a_read_sees_what_was_committed_before_it_and_one_state_all_along(sqlite: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(tx: Transaction) -> tuple[list[str], list[str]]:
        first = groups.names(tx)
        begun.set()
        assert go_on.wait(_GENEROUS)
        return first, groups.names(tx)

    await sqlite.run(groups.adding("a"))
    reading = asyncio.ensure_future(sqlite.read(work))
    assert await asyncio.to_thread(begun.wait, _GENEROUS)
    await sqlite.run(groups.adding("b"))
    assert await sqlite.read(groups.names) == ["a", "b"]
    go_on.set()
    assert await reading == (["a"], ["a"])


async def test_writes_go_on_beside_slow_reads(sqlite: Database) -> None:
    go_on = threading.Event()
    slow = [asyncio.ensure_future(sqlite.read(lambda _tx: go_on.wait(_GENEROUS))) for _ in range(5)]
    for number in range(20):
        await sqlite.run(groups.adding(f"{number}"))
    assert not any(one.done() for one in slow)
    go_on.set()
    assert await asyncio.gather(*slow) == [True] * 5


async def test_a_read_that_takes_too_long_is_stopped_and_so_are_those_that_wait_for_it(
    sqlite_url: str, clock: ManualClock
) -> None:
    def endless(tx: Transaction) -> None:
        tx._cursor.execute(_ENDLESS, {})
        tx._cursor.fetchall()

    database = await Database.open(sqlite_url, clock, read_timeout=0.2)
    async with asyncio.timeout(_GENEROUS):
        outcomes = await asyncio.gather(*(database.read(endless) for _ in range(4)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ReadTimeout] * 4
    await database.close()


async def test_a_connection_is_good_for_the_next_read_after_one_was_stopped(
    sqlite_url: str, clock: ManualClock
) -> None:
    database = await Database.open(sqlite_url, clock, read_timeout=_GENEROUS)
    readers = database._backend._readers  # type: ignore[attr-defined]
    readers._timeout = 0.05
    with pytest.raises(ReadTimeout):
        await database.read(lambda tx: tx._cursor.execute(_ENDLESS, {}))
    readers._timeout = _GENEROUS
    assert await database.read(groups.names) == []
    await database.close()


async def test_a_read_cannot_write(sqlite: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await sqlite.read(groups.adding("a"))
    with pytest.raises(RuntimeError, match="only reads"):
        await sqlite.read(lambda tx: tx.new_id())
    assert await sqlite.read(groups.names) == []


async def test_what_a_read_raises_is_its_callers(sqlite: Database) -> None:
    def wrong(_tx: Transaction) -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        await sqlite.read(wrong)
    with pytest.raises(RuntimeError, match="StopIteration"):
        await sqlite.read(lambda _tx: next(iter(())))


async def test_a_closed_database_reads_nothing(sqlite_url: str, clock: ManualClock) -> None:
    database = await Database.open(sqlite_url, clock)
    await database.close()
    with pytest.raises(DatabaseClosed):
        await database.read(groups.names)
