"""The SQLite backend: works run on the event loop, those that wait at the same moment share one commit.

Made by ``Database.open``. One connection writes and reads; BEGIN and COMMIT are sent by hand, because the driver's own
transaction control begins too late: a SELECT would run outside and two requests could read the same free task.
"""

import asyncio
import sqlite3
import time
from collections import deque
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from taskbridge.clock import Clock
from taskbridge.store.errors import (
    DatabaseClosed,
    DatabaseUnavailable,
    Duplicate,
    InvalidUrl,
    LockTimeout,
    MissingReference,
)
from taskbridge.store.ids import CountedIds
from taskbridge.store.signals import Signals
from taskbridge.store.transaction import Line, Transaction, Work
from taskbridge.store.works import Call

#: So many works share a commit at most; more would only make the first of them wait longer.
BATCH = 128
BUSY_TIMEOUT_MS = 5000
_PAUSE_MS = 10
#: Pages in the write-ahead log before it is copied into the file. Larger means rarer and longer pauses.
CHECKPOINT_PAGES = 4000

_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_MISSING = {sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_LOCKED}
_UNAVAILABLE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def sqlite_engine(url: URL, *, synchronous: str = "FULL") -> Engine:
    """An engine whose connections never begin or commit by themselves. Makes the file's folder.

    Raises InvalidUrl for a database in memory (a second connection would see another database), DatabaseUnavailable
    where the folder cannot be made.
    """
    if not url.database or url.database == ":memory:":
        raise InvalidUrl("SQLite needs a file, for example sqlite:///taskbridge.db")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(f"the folder of {url.database} cannot be made: {error.strerror}") from error
    # Values are business data: an error that is logged tells the statement without them.
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        _log_ahead(connection)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys = ON")
        # Patterns mean the same on both databases.
        connection.execute("PRAGMA case_sensitive_like = ON")

    return engine


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Write ahead. SQLite does not always wait, whatever its timeout, when several connections switch a new file."""
    connection.execute("PRAGMA busy_timeout = 0")
    for attempts_left in reversed(range(BUSY_TIMEOUT_MS // _PAUSE_MS)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The low byte is the kind: the file may be busy for several reasons, recovery after a crash among them.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not attempts_left:
                raise
        time.sleep(_PAUSE_MS / 1000)


class SqliteBackend:
    """Queues works and runs them in batches. Belongs to one event loop."""

    def __init__(self, connection: Connection, clock: Clock, signals: Signals) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self._signals = signals
        self._connection = connection
        self._driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        self._cursor = self._driver.cursor()
        self._ids = CountedIds(self._driver)
        self._line = Line(
            "sqlite",
            self._cursor,
            connection,
            self._ids,
            next_block=_no_blocks,
            send=self._cursor.execute,
            flush=_nothing_waits,
        )
        self._seen_version: int = self._driver.execute("PRAGMA data_version").fetchone()[0]
        self._waiting: deque[Call] = deque()
        self._scheduled = False
        self._closed = False

    def submit(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Queue a work; the future ends after the commit."""
        if self._closed:
            raise DatabaseClosed
        call = Call(work, self._loop.create_future())
        self._waiting.append(call)
        self._schedule()
        return call.future

    def others_wrote(self) -> bool:
        """Whether another connection has committed to the file since the last call."""
        version: int = self._driver.execute("PRAGMA data_version").fetchone()[0]
        seen, self._seen_version = self._seen_version, version
        return version != seen

    async def close(self) -> None:
        """Run what waits, then close the file."""
        self._closed = True
        while self._waiting:
            self._flush()
        self._cursor.close()
        self._connection.close()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        if batch := self._take():
            self._run(batch)
        if self._waiting:
            self._schedule()

    def _take(self) -> list[Call]:
        """The next works whose callers are still there."""
        batch: list[Call] = []
        while self._waiting and len(batch) < BATCH:
            call = self._waiting.popleft()
            if not call.future.cancelled():
                batch.append(call)
        return batch

    def _run(self, batch: list[Call]) -> None:
        try:
            self._commit(batch)
        except sqlite3.Error as error:
            # The works that ran well are lost together with the others; each caller learns why.
            for call in batch:
                call.error = error
        finally:
            # Also when the process is told to stop in the middle of a work: nothing half-done may stay open.
            self._roll_back()
        for call in batch:
            self._finish(call)

    def _commit(self, batch: list[Call]) -> None:
        execute = self._cursor.execute
        execute("BEGIN IMMEDIATE")
        if not self._attempt_all(batch):
            self._roll_back()
            execute("BEGIN IMMEDIATE")
            for call in batch:
                self._attempt_in_savepoint(call)
        if all(call.error is not None for call in batch):
            return
        self._ids.persist()
        execute("COMMIT")
        self._ids.end(committed=True)

    def _attempt_all(self, batch: list[Call]) -> bool:
        """Run the works one after the other. False when one of several failed after it had written: run all again.

        Statements cost half as much again inside a savepoint, and a work that fails has hardly ever written before.
        """
        alone = len(batch) == 1
        for call in batch:
            before = self._driver.total_changes
            done = call.attempt(Transaction(self._line, self._clock.now()))
            untouched = done or alone or self._driver.total_changes == before
            if not (untouched and self._driver.in_transaction):
                return False
        return True

    def _roll_back(self) -> None:
        if self._driver.in_transaction:
            self._driver.rollback()
        self._ids.end(committed=False)

    def _attempt_in_savepoint(self, call: Call) -> None:
        execute = self._cursor.execute
        execute("SAVEPOINT work")
        if not call.attempt(Transaction(self._line, self._clock.now())):
            # Raises when the error has ended the whole transaction (disk full): then all works of the batch are lost.
            execute("ROLLBACK TO work")
        execute("RELEASE work")

    def _finish(self, call: Call) -> None:
        if call.may_try_again:
            self._waiting.append(call)
            return
        if call.error is not None:
            call.error = _translate(call.error)
        elif call.transaction is not None:
            for channel, payload in call.transaction.signals:
                self._signals.deliver(channel, payload)
            for callback in call.transaction.callbacks:
                self._loop.call_soon(callback)
        call.settle()


def _translate(error: BaseException) -> BaseException:
    """The store's own error for what the driver said; anything else is left as it is."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return error
    code = getattr(cause, "sqlite_errorcode", None)
    for codes, kind in (
        (_UNIQUE, Duplicate),
        (_MISSING, MissingReference),
        (_LOCKED, LockTimeout),
        (_UNAVAILABLE, DatabaseUnavailable),
    ):
        if code in codes:
            translated = kind(str(cause))
            translated.__cause__ = cause
            return translated
    return error


def _no_blocks() -> int:
    raise AssertionError("ids are counted in memory")


def _nothing_waits() -> None:
    """Statements are run at once: there is no way to the database that could be saved."""
