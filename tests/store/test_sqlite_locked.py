"""SQLite while another process or a long work of our own has the lock of the file: the event loop never waits."""

import asyncio
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import make_url

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.errors import DatabaseBusy, DatabaseUnavailable
from taskbridge.store.transaction import Transaction
from tests.store import groups

pytestmark = pytest.mark.anyio
#: Seconds within which what must happen surely does, also while other programs keep all cores busy.
_GENEROUS = 60
_WAITING = "taskbridge.store.sqlite.LOCK_TIMEOUT_MS"


@pytest.fixture
async def sqlite(
    sqlite_url: str, clock: ManualClock, anyio_backend: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Database]:
    monkeypatch.setattr(_WAITING, 1000 * _GENEROUS)
    opened = await Database.open(sqlite_url, clock)
    yield opened
    await opened.close()


@pytest.fixture
def other(sqlite_url: str) -> Iterator[sqlite3.Connection]:
    """Another process, as far as SQLite can tell."""
    name = make_url(sqlite_url).database
    assert name is not None
    connection = sqlite3.connect(name, timeout=_GENEROUS, isolation_level=None)
    yield connection
    connection.close()


async def test_while_another_process_has_the_lock_writes_wait_and_all_else_goes_on(
    sqlite: Database, other: sqlite3.Connection
) -> None:
    await sqlite.run(groups.adding("before"))
    other.execute("BEGIN EXCLUSIVE")
    write = asyncio.ensure_future(sqlite.run(groups.adding("after")))
    assert await sqlite.read(groups.names) == ["before"]
    assert await sqlite.run(groups.names) == ["before"]
    sqlite.others_wrote()
    assert not write.done()
    other.execute("ROLLBACK")
    async with asyncio.timeout(_GENEROUS):
        await write
    assert await sqlite.run(groups.names) == ["after", "before"]


async def test_writes_that_wait_for_the_lock_keep_their_order(sqlite: Database, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    order: list[str] = []

    def adding(name: str) -> asyncio.Future[None]:
        def work(tx: Transaction) -> None:
            groups.add(tx, name)
            order.append(name)

        return asyncio.ensure_future(sqlite.run(work))

    first = adding("first")
    assert await sqlite.run(groups.names) == []
    second = adding("second")
    assert await sqlite.run(groups.names) == []
    other.execute("ROLLBACK")
    await asyncio.gather(first, second)
    assert order == ["first", "second"]


async def test_a_lock_that_is_held_for_too_long_is_a_busy_database(
    sqlite: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_WAITING, 1)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy, match="the database is locked by another process"):
        await sqlite.run(groups.adding("a"))
    assert issubclass(DatabaseBusy, DatabaseUnavailable)
    other.execute("ROLLBACK")
    await sqlite.run(groups.adding("b"))
    assert await sqlite.run(groups.names) == ["b"]


async def test_a_caller_who_leaves_while_the_lock_is_waited_for_has_nothing_written(
    sqlite: Database, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    write = asyncio.ensure_future(sqlite.run(groups.adding("a")))
    assert await sqlite.run(groups.names) == []
    write.cancel()
    other.execute("ROLLBACK")
    await sqlite.run(groups.adding("b"))
    assert await sqlite.run(groups.names) == ["b"]


async def test_a_commit_that_meets_a_lock_is_tried_again(sqlite: Database) -> None:
    class Refusing:
        """A cursor whose first COMMIT meets the lock of another connection, which a test cannot bring about."""

        def __init__(self, cursor: sqlite3.Cursor) -> None:
            self.cursor, self.refusals = cursor, 1

        def execute(self, text: str, params: object = ()) -> object:
            if text == "COMMIT" and self.refusals:
                self.refusals -= 1
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise error
            return self.cursor.execute(text, params)  # type: ignore[arg-type]

    refusing = sqlite._backend._cursor = Refusing(sqlite._backend._cursor)  # type: ignore[attr-defined]
    await sqlite.run(groups.adding("a"))
    assert refusing.refusals == 0
    sqlite._backend._cursor = refusing.cursor  # type: ignore[attr-defined]
    assert await sqlite.read(groups.names) == ["a"]


async def test_a_long_work_runs_in_a_thread_while_reads_and_the_loop_go_on(sqlite: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def work(tx: Transaction) -> str:
        groups.add(tx, "undone")  # what was written before is written once
        tx.expect_long_work()
        threads.append(threading.current_thread())
        begun.set()
        assert go_on.wait(_GENEROUS)
        tx.signal("channel", "a")
        return "long"

    with sqlite.signals.wait_for("channel", {"a"}) as waiter:
        long = asyncio.ensure_future(sqlite.run(work))
        short = asyncio.ensure_future(sqlite.run(groups.adding("short")))
        assert await asyncio.to_thread(begun.wait, _GENEROUS)
        later = asyncio.ensure_future(sqlite.run(groups.adding("later")))
        assert await sqlite.read(groups.names) == await sqlite.run(groups.names) == ["short"]
        assert not sqlite.others_wrote()
        assert not later.done()
        assert not long.done()
        go_on.set()
        assert [*await asyncio.gather(long, short, later)] == ["long", None, None]
        assert await waiter.wait(_GENEROUS)
    assert threads != [threading.main_thread()]
    assert len(threads) == 1
    assert await sqlite.run(groups.names) == ["later", "short", "undone"]


async def test_a_long_work_that_fails_leaves_nothing(sqlite: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.expect_long_work()
        groups.add(tx, "a")
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        await sqlite.run(work)
    assert await sqlite.run(groups.names) == []
    await sqlite.run(groups.adding("b"))
    assert await sqlite.run(groups.names) == ["b"]


async def test_a_long_work_whose_caller_leaves_while_it_queues_is_dropped(sqlite_url: str, clock: ManualClock) -> None:
    sqlite = await Database.open(sqlite_url, clock)
    begun, go_on = threading.Event(), threading.Event()
    attempts = 0

    def holding(tx: Transaction) -> None:
        tx.expect_long_work()
        begun.set()
        assert go_on.wait(_GENEROUS)

    def queued(tx: Transaction) -> None:
        nonlocal attempts
        attempts += 1
        tx.expect_long_work()
        groups.add(tx, "a")

    first = asyncio.ensure_future(sqlite.run(holding))
    assert await asyncio.to_thread(begun.wait, _GENEROUS)
    second = asyncio.ensure_future(sqlite.run(queued))
    assert await sqlite.run(groups.names) == []
    assert attempts == 1
    second.cancel()
    go_on.set()
    async with asyncio.timeout(_GENEROUS):
        await first
        await sqlite.close()
    assert attempts == 1


async def _calls_of_writes_beside_a_long_work(sqlite: Database, number: int) -> int:
    """The calls that it takes until so many writes, submitted one after the other, are seen to have to wait."""
    begun, go_on = threading.Event(), threading.Event()
    calls = 0

    def holding(tx: Transaction) -> None:
        tx.expect_long_work()
        groups.add(tx, f"held {number}")
        begun.set()
        assert go_on.wait(_GENEROUS)

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    long = asyncio.ensure_future(sqlite.run(holding))
    assert await asyncio.to_thread(begun.wait, _GENEROUS)
    writes = []
    sys.setprofile(count)
    try:
        for one in range(number):
            writes.append(asyncio.ensure_future(sqlite.run(groups.adding(f"{number} {one}"))))
            await sqlite.run(lambda tx: tx.now)
    finally:
        sys.setprofile(None)
    go_on.set()
    await asyncio.gather(long, *writes)
    return calls


async def test_works_that_wait_for_a_long_one_are_not_looked_through_at_each_submit(sqlite: Database) -> None:
    few, many = [await _calls_of_writes_beside_a_long_work(sqlite, number) for number in (100, 800)]
    assert many < 10 * few


async def test_a_long_work_waits_for_the_lock_of_another_process(sqlite: Database, other: sqlite3.Connection) -> None:
    def work(tx: Transaction) -> None:
        tx.expect_long_work()
        groups.add(tx, "a")

    other.execute("BEGIN IMMEDIATE")
    long = asyncio.ensure_future(sqlite.run(work))
    assert await sqlite.read(groups.names) == []
    assert not long.done()
    other.execute("ROLLBACK")
    async with asyncio.timeout(_GENEROUS):
        await long
    assert await sqlite.run(groups.names) == ["a"]


async def test_what_waits_is_still_done_when_the_database_is_closed(sqlite_url: str, clock: ManualClock) -> None:
    def work(tx: Transaction) -> None:
        tx.expect_long_work()
        groups.add(tx, "long")

    database = await Database.open(sqlite_url, clock)
    calls = [asyncio.ensure_future(database.run(one)) for one in (work, groups.adding("short"))]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*calls)
    again = await Database.open(sqlite_url, clock)
    assert await again.run(groups.names) == ["long", "short"]
    await again.close()
