"""PostgreSQL: transactions side by side, what is tried again, and what is not."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from sqlalchemy import bindparam, select, text, update

from taskbridge.clock import ManualClock
from taskbridge.store import postgresql_threads
from taskbridge.store.database import Database
from taskbridge.store.errors import (
    Conflict,
    DatabaseUnavailable,
    Duplicate,
    LockTimeout,
    QueueTimeout,
    ReadTimeout,
    StatementFailed,
    StoreError,
    WriteTimeout,
)
from taskbridge.store.postgresql_connection import PostgresqlConnection
from taskbridge.store.postgresql_driver import SILENCE_SECONDS
from taskbridge.store.postgresql_threads import StoreThreads
from taskbridge.store.statements import Statement
from taskbridge.store.transaction import Transaction
from tests import patience
from tests.store import groups

pytestmark = pytest.mark.anyio

TERMINATE_ME = text("SELECT pg_terminate_backend(pg_backend_pid())")
RAISE = text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
SLEEP = text("SELECT 1 FROM pg_sleep(300)")
LOCK = Statement(select(groups.GROUP.c.label).where(groups.GROUP.c.name == bindparam("name")).with_for_update())
APPEND = Statement(
    update(groups.GROUP)
    .where(groups.GROUP.c.name == bindparam("group"))
    .values(label=groups.GROUP.c.label + bindparam("more", type_=groups.GROUP.c.label.type))
)
STATES = (
    b"SELECT state FROM pg_stat_activity WHERE datname = current_database()"
    b" AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
)
WAIT_SECONDS = patience.SECONDS


@pytest.fixture
async def postgresql(postgresql_url: str, clock: ManualClock, anyio_backend: str) -> AsyncIterator[Database]:
    opened = await Database.open(postgresql_url, clock, lock_timeout_ms=300)
    await opened.run(groups.adding_all("ab", label=""))
    yield opened
    await opened.close()


def _failing_first(
    times: int, fail: Callable[[Transaction], object]
) -> tuple[Callable[[Transaction], None], list[int]]:
    attempts: list[int] = []

    def work(tx: Transaction) -> None:
        attempts.append(1)
        tx.write(APPEND, {"group": "a", "more": "x"})
        if len(attempts) <= times:
            fail(tx)

    return work, attempts


async def test_a_serialization_failure_runs_the_work_again(postgresql: Database) -> None:
    work, attempts = _failing_first(2, lambda tx: tx.execute(RAISE))
    await postgresql.run(work)
    assert len(attempts) == 3
    assert (await postgresql.run(lambda tx: tx.one(groups.BY_NAME, {"name": "a"}))) == ("a", "x", None)


async def test_a_serialization_failure_that_does_not_end_is_a_conflict(postgresql: Database) -> None:
    work, _ = _failing_first(1000, lambda tx: tx.execute(RAISE))
    with pytest.raises(Conflict):
        await postgresql.run(work)


async def test_a_broken_connection_is_mended_and_the_work_run_again(postgresql: Database) -> None:
    work, attempts = _failing_first(1, lambda tx: tx.execute(TERMINATE_ME))
    await postgresql.run(work)
    assert len(attempts) == 2
    assert (await postgresql.run(lambda tx: tx.one(groups.BY_NAME, {"name": "a"}))) == ("a", "x", None)


async def test_connections_that_broke_while_idle_are_mended(postgresql: Database, postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    found = await asyncio.gather(*(postgresql.run(groups.names) for _ in range(8)))
    assert found == [["a", "b"]] * 8


async def test_a_dead_lock_is_dissolved_and_both_works_are_done(postgresql_url: str, clock: ManualClock) -> None:
    database = await Database.open(postgresql_url, clock)
    await database.run(groups.adding_all("ab", label=""))
    both_hold_one = threading.Barrier(2)

    def append(first: str, second: str) -> Callable[[Transaction], None]:
        attempts: list[int] = []

        def work(tx: Transaction) -> None:
            attempts.append(1)
            tx.write(APPEND, {"group": first, "more": "x"})
            if len(attempts) == 1:
                both_hold_one.wait(WAIT_SECONDS)
            tx.write(APPEND, {"group": second, "more": "x"})

        return work

    await asyncio.gather(database.run(append("a", "b")), database.run(append("b", "a")))
    assert [row.label for row in await database.run(lambda tx: tx.rows(groups.ALL))] == ["xx", "xx"]
    await database.close()


async def test_a_lock_that_is_held_too_long_is_a_timeout(postgresql: Database) -> None:
    held, free = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        tx.one(LOCK, {"name": "a"})
        held.set()
        assert free.wait(WAIT_SECONDS)

    def want(tx: Transaction) -> None:
        assert held.wait(WAIT_SECONDS)
        tx.one(LOCK, {"name": "a"})

    holder = asyncio.ensure_future(postgresql.run(hold))
    with pytest.raises(LockTimeout):
        await postgresql.run(want)
    free.set()
    await holder


async def test_an_error_that_a_work_swallowed_is_no_success(postgresql: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.write(APPEND, {"group": "a", "more": "x"})
        with pytest.raises(psycopg.errors.UniqueViolation):
            groups.add(tx, "a")

    with pytest.raises(StoreError, match="went on"):
        await postgresql.run(work)
    assert (await postgresql.run(lambda tx: tx.one(groups.BY_NAME, {"name": "a"}))) == ("a", "", None)


async def test_rows_handed_out_with_skip_locked_are_never_shared(postgresql_url: str, clock: ManualClock) -> None:
    nodes = [await Database.open(postgresql_url, clock, threads=3) for _ in range(2)]
    await nodes[0].run(groups.adding_all(f"{n:03}" for n in range(300)))
    taken: list[str] = []

    def take(tx: Transaction, worker: str) -> list[str]:
        found = [row.name for row in tx.rows(groups.FREE)]
        tx.write_many(groups.RELABEL, [{"group": name, "new_label": worker} for name in found])
        return found

    async def take_all(worker: int) -> None:
        while names := await nodes[worker % 2].run(lambda tx: take(tx, f"w{worker}")):
            taken.extend(names)

    await asyncio.gather(*(take_all(worker) for worker in range(8)))
    for node in nodes:
        await node.close()
    # A worker may find the last rows locked and go home early; what is left is free, and nothing was given twice.
    assert len(taken) == len(set(taken))
    assert len(taken) > 250


async def test_no_transaction_stays_open_while_there_is_no_work(postgresql_url: str, clock: ManualClock) -> None:
    """A COMMIT begins the next transaction when a work waits, and that work's caller may have gone."""
    database = await Database.open(postgresql_url, clock, threads=1)
    begun, go_on = threading.Event(), threading.Event()

    def work(_tx: Transaction) -> None:
        begun.set()
        assert go_on.wait(WAIT_SECONDS)

    first, second = asyncio.ensure_future(database.run(work)), asyncio.ensure_future(database.run(groups.names))
    await asyncio.to_thread(begun.wait, WAIT_SECONDS)
    second.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await first
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other:
        # The thread ends the transaction just after it answered, so this asks until it has.
        assert any(other.execute(STATES).fetchall() == [] for _ in range(2000))
    await database.close()


async def test_statements_sent_along_are_seen_by_the_next_one(postgresql: Database) -> None:
    def work(tx: Transaction) -> list[str | None]:
        tx.send(APPEND, {"group": "a", "more": "x"})
        tx.send(APPEND, {"group": "a", "more": "y"})
        seen = [tx.rows(groups.ALL)[0].label]
        tx.send(APPEND, {"group": "a", "more": "z"})
        return [*seen, tx.select(select(groups.GROUP.c.label).order_by(groups.GROUP.c.name))[0][0]]

    assert await postgresql.run(work) == ["xy", "xyz"]


async def test_statements_sent_along_at_the_end_are_committed(postgresql: Database) -> None:
    works = [postgresql.run(lambda tx: tx.send(APPEND, {"group": "a", "more": "x"})) for _ in range(20)]
    await asyncio.gather(*works)
    assert (await postgresql.run(lambda tx: tx.one(groups.BY_NAME, {"name": "a"}))) == ("a", "x" * 20, None)


async def test_a_statement_sent_along_that_fails_fails_its_work_only(postgresql: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.write(APPEND, {"group": "b", "more": "x"})
        tx.send(groups.INSERT, {"name": "a", "label": None, "type": None})

    works = [postgresql.run(work), *(postgresql.run(groups.adding(f"{n}")) for n in range(8))]
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Duplicate, *[type(None)] * 8]
    assert (await postgresql.run(lambda tx: tx.one(groups.BY_NAME, {"name": "b"}))) == ("b", "", None)


async def test_statements_sent_along_by_a_work_that_failed_are_forgotten(postgresql: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.send(APPEND, {"group": "a", "more": "x"})
        raise LookupError

    with pytest.raises(LookupError):
        await postgresql.run(work)
    found = await asyncio.gather(*(postgresql.run(lambda tx: tx.rows(groups.ALL)[0].label) for _ in range(8)))
    assert found == [""] * 8


async def test_works_run_side_by_side(postgresql: Database) -> None:
    meeting = threading.Barrier(3)
    await asyncio.gather(*(postgresql.run(lambda _tx: meeting.wait(WAIT_SECONDS)) for _ in range(3)))


async def test_slow_reads_stop_no_work_and_are_ended(postgresql_url: str, clock: ManualClock) -> None:
    database = await Database.open(postgresql_url, clock, read_timeout=0.5)
    slow = [asyncio.ensure_future(database.read(lambda tx: tx.select(SLEEP))) for _ in range(4)]
    # As many works as there are connections meet while the reads go on.
    meeting = threading.Barrier(4)
    await asyncio.gather(*(database.run(lambda _tx: meeting.wait(WAIT_SECONDS)) for _ in range(4)))
    outcomes = await asyncio.gather(*slow, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {ReadTimeout}
    assert await database.read(groups.names) == []
    await database.close()


async def test_a_read_sees_what_was_committed_before_it(postgresql: Database) -> None:
    for number in range(50):
        await postgresql.run(groups.adding(f"x{number:02}"))
        assert len(await postgresql.read(groups.names)) == 3 + number


async def test_a_read_cannot_write(postgresql: Database) -> None:
    with pytest.raises(StatementFailed, match="25006"):
        await postgresql.read(groups.adding("c"))
    assert await postgresql.read(groups.names) == ["a", "b"]


async def test_a_statement_that_runs_for_too_long_is_ended(postgresql_url: str, clock: ManualClock) -> None:
    database = await Database.open(postgresql_url, clock, write_timeout=0.2)
    with pytest.raises(WriteTimeout):
        await database.run(lambda tx: tx.select(SLEEP))
    assert await database.run(groups.names) == []
    await database.close()


async def test_a_slow_statement_on_a_server_that_lives_is_waited_for(postgresql: Database) -> None:
    """Longer than the silence after which the server is asked whether it is alive."""
    seconds = SILENCE_SECONDS + 0.5
    slow = text(f"SELECT 1 FROM pg_sleep({seconds})")
    assert await postgresql.run(lambda tx: tx.select(slow)) == [(1,)]
    assert await postgresql.read(lambda tx: tx.select(slow)) == [(1,)]


async def test_a_work_that_no_connection_is_free_for_is_answered(postgresql_url: str, clock: ManualClock) -> None:
    database = await Database.open(postgresql_url, clock, threads=1, queue_timeout=0.2)
    free = threading.Event()
    holder = asyncio.ensure_future(database.run(lambda _tx: free.wait(WAIT_SECONDS)))
    waiting = [database.run(groups.names) for _ in range(3)]
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {QueueTimeout}
    free.set()
    assert await holder
    assert await database.run(groups.names) == []
    await database.close()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda tx: tx.select(text("SELECT no_such_column")),
        lambda tx: tx.select(text("SELECT 1 / 0")),
        lambda tx: tx.select(select(groups.GROUP.c.name).where(groups.GROUP.c.name.in_(["x"] * 70_000))),
        lambda tx: groups.add(tx, "a\0b"),
    ],
    ids=["unknown column", "division by zero", "too many parameters", "a character that it cannot keep"],
)
async def test_a_statement_that_the_database_refuses_does_not_mean_that_it_is_away(
    postgresql: Database, wrong: Callable[[Transaction], object]
) -> None:
    with pytest.raises(StatementFailed) as caught:
        await postgresql.run(wrong)
    assert "SELECT" not in str(caught.value)
    assert await postgresql.run(groups.names) == ["a", "b"]


async def test_a_server_that_is_no_primary_any_more_is_left(postgresql: Database) -> None:
    work, attempts = _failing_first(1, lambda tx: tx.execute(text("SET TRANSACTION READ ONLY")))

    def write_then(tx: Transaction) -> None:
        work(tx)
        groups.add(tx, "c")

    await postgresql.run(write_then)
    assert len(attempts) == 2
    assert await postgresql.run(groups.names) == ["a", "b", "c"]


async def test_whatever_goes_wrong_in_a_thread_it_answers_and_lives_on(
    postgresql: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_connection: PostgresqlConnection) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(PostgresqlConnection, "begin", fail)
        works = [postgresql.run(groups.names) for _ in range(20)]
        outcomes = await asyncio.wait_for(asyncio.gather(*works, return_exceptions=True), WAIT_SECONDS)
    assert {type(outcome) for outcome in outcomes} == {ZeroDivisionError}
    assert {record.getMessage().rpartition("-")[0] for record in caplog.records} == {
        "an unexpected error in taskbridge-store"
    }
    assert await asyncio.gather(*(postgresql.run(groups.names) for _ in range(8))) == [["a", "b"]] * 8


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_process_whose_threads_are_gone_ends_itself(
    postgresql_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_threads: StoreThreads, _connection: PostgresqlConnection) -> bool:
        raise SystemError

    database = await Database.open(postgresql_url, clock, threads=2)
    ended = threading.Event()
    monkeypatch.setattr(postgresql_threads, "end_process", ended.set)
    with monkeypatch.context() as patch:
        patch.setattr(StoreThreads, "_serve_safely", break_down)
        # Each thread finishes the work it waits for before it breaks down.
        await asyncio.gather(*(database.run(groups.names) for _ in range(2)))
        assert await asyncio.to_thread(ended.wait, WAIT_SECONDS)
    with pytest.raises(DatabaseUnavailable):
        await database.run(groups.names)
    await database.close()


SETTINGS = ("lock_timeout", "statement_timeout", "enable_seqscan", "jit")


async def test_connections_have_the_settings_of_their_kind(postgresql_url: str, clock: ManualClock) -> None:
    def settings(tx: Transaction) -> dict[str, str]:
        return {name: tx.select(text(f"SHOW {name}"))[0][0] for name in SETTINGS}

    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET jit = on', current_database()); END $$")
    database = await Database.open(
        postgresql_url, clock, threads=1, read_threads=1, lock_timeout_ms=300, write_timeout=20, read_timeout=10
    )
    assert await database.run(settings) == {
        "lock_timeout": "300ms",
        "statement_timeout": "20s",
        "enable_seqscan": "off",
        "jit": "off",
    }
    assert await database.read(settings) == {
        "lock_timeout": "0",
        "statement_timeout": "10s",
        "enable_seqscan": "on",
        "jit": "on",
    }
    await database.close()
