"""SQLite: shared commits, and the write lock that is held before the first read."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.sqlite_connection import sqlite_engine
from taskbridge.store.transaction import Transaction
from tests.store import groups

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sqlite(sqlite_url: str, clock: ManualClock, anyio_backend: str) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_url, clock)
    yield opened
    await opened.close()


def _statements_of(database: Database) -> list[str]:
    """What the connection is told from now on."""
    told: list[str] = []
    database._backend._driver.set_trace_callback(told.append)  # type: ignore[attr-defined]
    return told


def _file(url: str) -> str:
    name = make_url(url).database
    assert name is not None
    return name


async def test_works_that_wait_together_share_a_commit(sqlite: Database) -> None:
    told = _statements_of(sqlite)
    await asyncio.gather(*(sqlite.run(groups.adding(f"{n}")) for n in range(20)))
    assert told.count("BEGIN IMMEDIATE") == told.count("COMMIT") == 1
    assert told.count("SAVEPOINT work") == 0


async def test_only_a_work_that_fails_after_it_has_written_makes_savepoints_needed(sqlite: Database) -> None:
    def fail(tx: Transaction) -> None:
        raise ValueError(groups.names(tx))

    def write_and_fail(tx: Transaction) -> None:
        groups.add(tx, "wrong")
        raise ValueError(groups.names(tx))

    for work, savepoints in ((fail, 0), (write_and_fail, 3)):
        told = _statements_of(sqlite)
        works = (groups.adding(f"{work.__name__} 1"), work, groups.adding(f"{work.__name__} 2"))
        answers = await asyncio.gather(*map(sqlite.run, works), return_exceptions=True)
        assert [type(answer) for answer in answers] == [type(None), ValueError, type(None)]
        assert told.count("SAVEPOINT work") == savepoints
        assert told.count("COMMIT") == 1
    assert await sqlite.run(groups.names) == ["fail 1", "fail 2", "write_and_fail 1", "write_and_fail 2"]


async def test_a_work_alone_needs_no_savepoint(sqlite: Database) -> None:
    told = _statements_of(sqlite)
    await sqlite.run(lambda tx: groups.add(tx, "a"))
    assert [text.split()[0] for text in told] == ["BEGIN", "INSERT", "COMMIT"]


async def test_a_batch_is_bounded(sqlite: Database) -> None:
    told = _statements_of(sqlite)
    await asyncio.gather(*(sqlite.run(groups.adding(f"{n}")) for n in range(300)))
    assert told.count("COMMIT") == 3


async def test_a_caller_is_answered_only_after_the_commit(sqlite: Database, sqlite_url: str) -> None:
    await asyncio.gather(*(sqlite.run(groups.adding(f"{n}")) for n in range(5)))
    with sqlite3.connect(_file(sqlite_url)) as other:
        assert other.execute("SELECT count(*) FROM user_group").fetchone() == (5,)
    other.close()


async def test_a_work_that_began_is_committed_although_its_caller_has_gone(sqlite: Database) -> None:
    def work(tx: Transaction) -> None:
        groups.add(tx, "a")
        task.cancel()

    task = asyncio.ensure_future(sqlite.run(work))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await sqlite.run(groups.names) == ["a"]


async def test_a_commit_that_fails_fails_every_work_of_it(sqlite: Database) -> None:
    def end_the_transaction(tx: Transaction) -> None:
        tx._cursor.execute("ROLLBACK", {})

    works = [sqlite.run(lambda tx: groups.add(tx, "a")), sqlite.run(end_the_transaction)]
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert all(isinstance(outcome, sqlite3.OperationalError) for outcome in outcomes)
    assert await sqlite.run(groups.names) == []


async def test_a_work_holds_the_write_lock_before_its_first_read(sqlite: Database, sqlite_url: str) -> None:
    other = sqlite3.connect(_file(sqlite_url), timeout=0, isolation_level=None)

    def work(_tx: Transaction) -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    await sqlite.run(work)
    other.close()


async def test_commits_are_synchronised_and_logged_ahead(sqlite: Database) -> None:
    def pragma(tx: Transaction, name: str) -> object:
        tx._cursor.execute(f"PRAGMA {name}", {})
        return tx._cursor.fetchall()[0][0]

    assert await sqlite.run(lambda tx: (pragma(tx, "journal_mode"), pragma(tx, "synchronous"))) == ("wal", 2)


def _label_three(tx: Transaction, worker: str) -> list[str]:
    found = tx.rows(groups.FREE)
    for row in found:
        tx.write(groups.RELABEL, {"group": row.name, "new_label": worker})
    return [row.name for row in found]


def test_reading_then_writing_never_hands_a_row_to_two(sqlite_url: str, clock: ManualClock) -> None:
    """With the driver's own BEGIN the reads ran outside the transaction; most rows were handed out several times."""
    taken: list[str] = []

    async def take_all(worker: str) -> None:
        database = await Database.open(sqlite_url, clock)
        while names := await database.run(lambda tx: _label_three(tx, worker)):
            taken.extend(names)
        await database.close()

    async def fill() -> None:
        database = await Database.open(sqlite_url, clock)
        await database.run(groups.adding_all(f"{n:03}" for n in range(300)))
        await database.close()

    asyncio.run(fill())
    workers = [threading.Thread(target=lambda n=n: asyncio.run(take_all(f"w{n}"))) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == [f"{n:03}" for n in range(300)]


def test_a_file_that_is_read_while_it_is_switched_to_writing_ahead_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    other.execute("CREATE TABLE anything (id INTEGER)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM anything").fetchall()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        other.rollback()

    monkeypatch.setattr("time.sleep", pause)
    with sqlite_engine(make_url(f"sqlite:///{tmp_path}/new.db")).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    assert len(pauses) == 1
    other.close()
