"""Works and their transactions, the same on both databases."""

import asyncio
import threading

import pytest

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.errors import Conflict, DatabaseClosed, DatabaseUnavailable, Duplicate
from taskbridge.store.transaction import LockedByOthers, Transaction
from taskbridge.store.works import ATTEMPTS
from tests.store import groups

pytestmark = pytest.mark.anyio


class Refused(Exception):
    """A work's own error."""


def _add_and_refuse(tx: Transaction) -> None:
    groups.add(tx, "refused")
    tx.signal("groups", "refused")
    tx.after_commit(lambda: pytest.fail("called back although nothing was committed"))
    raise Refused


async def test_a_failing_work_leaves_the_others(database: Database) -> None:
    works = [
        database.run(lambda tx: groups.add(tx, "a")),
        database.run(_add_and_refuse),
        database.run(lambda tx: groups.add(tx, "b")),
    ]
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), Refused, type(None)]
    assert await database.run(groups.names) == ["a", "b"]


async def test_a_failing_work_alone_leaves_nothing(database: Database) -> None:
    with pytest.raises(Refused):
        await database.run(_add_and_refuse)
    assert await database.run(groups.names) == []


class Unusual(BaseException):
    """An error that ordinary handlers do not catch."""


async def test_a_caller_gets_whatever_its_work_raises(database: Database) -> None:
    def stop(_tx: Transaction) -> None:
        next(iter([]))

    def fail(_tx: Transaction) -> None:
        raise Unusual

    with pytest.raises(RuntimeError, match="StopIteration"):
        await database.run(stop)
    with pytest.raises(Unusual):
        await database.run(fail)
    assert await database.run(groups.names) == []


async def test_a_duplicate_key_is_named(database: Database) -> None:
    await database.run(lambda tx: groups.add(tx, "a"))
    with pytest.raises(Duplicate):
        await database.run(lambda tx: groups.add(tx, "a"))


async def test_a_conflict_runs_the_whole_work_again(database: Database) -> None:
    attempts: list[int] = []

    def work(tx: Transaction) -> int:
        attempts.append(1)
        groups.add(tx, f"attempt {len(attempts)}")
        if len(attempts) < 3:
            raise Conflict
        return len(attempts)

    assert await database.run(work) == 3
    assert await database.run(groups.names) == ["attempt 3"]


async def test_a_work_that_others_stand_in_the_way_of_is_run_again_with_its_locks(database: Database) -> None:
    locked: list[int] = []
    attempts: list[int] = []

    def work(tx: Transaction) -> list[int]:
        attempts.append(len(locked))
        if len(attempts) < 3:
            raise LockedByOthers(lambda _: locked.append(len(attempts)))
        return locked

    assert await database.run(work) == [1, 2]
    assert attempts == [0, 1, 2]  # each time after what the attempt before asked for


async def test_a_work_that_others_stand_in_the_way_of_again_and_again_is_a_conflict(database: Database) -> None:
    def work(tx: Transaction) -> None:
        raise LockedByOthers(lambda _: None)

    with pytest.raises(Conflict):
        await database.run(work)


async def test_a_conflict_that_does_not_end_is_shown(database: Database) -> None:
    attempts: list[int] = []

    def work(tx: Transaction) -> None:
        attempts.append(1)
        raise Conflict

    with pytest.raises(Conflict):
        await database.run(work)
    assert len(attempts) == ATTEMPTS


async def test_the_work_of_a_caller_that_left_before_it_began_is_not_run(database: Database) -> None:
    async def ask() -> None:
        await database.run(lambda tx: groups.add(tx, "unwanted"))

    # As many works as all threads can hold wait before this one.
    before = [asyncio.ensure_future(database.run(groups.adding(f"before {n}"))) for n in range(200)]
    task = asyncio.ensure_future(ask())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.gather(*before)
    assert "unwanted" not in await database.run(groups.names)


async def test_callbacks_and_signals_come_after_the_commit(database: Database) -> None:
    called = asyncio.Event()

    def work(tx: Transaction) -> None:
        groups.add(tx, "a")
        tx.signal("groups", "a")
        tx.after_commit(called.set)
        assert not called.is_set()

    with database.signals.wait_for("groups", {"a"}) as waiter:
        await database.run(work)
        await asyncio.wait_for(called.wait(), 5)
        assert await waiter.wait(5)


async def test_a_failing_work_signals_nobody(database: Database) -> None:
    with database.signals.wait_for("groups", {"refused"}) as waiter:
        with pytest.raises(Refused):
            await database.run(_add_and_refuse)
        assert not await waiter.wait(0)


async def test_the_moment_is_the_clocks(database: Database, clock: ManualClock) -> None:
    before = await database.run(lambda tx: tx.now)
    clock.advance(5)
    assert await database.run(lambda tx: tx.now) == before + 5


async def test_closing_runs_what_waits_and_refuses_what_comes(database_url: str, clock: ManualClock) -> None:
    database = await Database.open(database_url, clock)
    waiting = [asyncio.ensure_future(database.run(groups.adding(f"{n:03}"))) for n in range(300)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*waiting)
    with pytest.raises(DatabaseClosed):
        await database.run(groups.names)
    again = await Database.open(database_url, clock)
    assert len(await again.run(groups.names)) == 300
    await again.close()


async def test_an_unknown_kind_of_database_is_refused(clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="mysql"):
        await Database.open("mysql://nowhere/nothing", clock)


async def test_a_server_that_is_not_there_is_named_so(clock: ManualClock) -> None:
    with pytest.raises(DatabaseUnavailable):
        await Database.open("postgresql+psycopg://nobody@127.0.0.1:1/nothing", clock)


async def test_sqlite_in_memory_is_refused(clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="file"):
        await Database.open("sqlite://", clock)


async def test_a_read_sees_one_moment(database: Database) -> None:
    first_read, go_on = threading.Event(), threading.Event()

    def reading(tx: Transaction) -> tuple[list[str], list[str]]:
        before = groups.names(tx)
        first_read.set()
        assert go_on.wait(60)
        return before, groups.names(tx)

    read = asyncio.ensure_future(database.read(reading))
    assert await asyncio.to_thread(first_read.wait, 60)
    await database.run(groups.adding("a"))
    go_on.set()
    assert await read == ([], [])
    assert await database.read(groups.names) == ["a"]
