"""The SQLite backend: works run on the event loop, those that wait at the same moment share one commit.

Made by ``Database.open``. One connection writes. While it may not be used, because another process holds the lock of
the file or because a long work writes in a thread, works that turn out only to read are answered from a second one.
What long works read before they write, they read on a third one.
"""

import asyncio
import contextvars
import sqlite3
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from taskbridge.clock import Clock
from taskbridge.store.errors import Conflict, DatabaseBusy, DatabaseClosed, DatabaseUnavailable, StoreError
from taskbridge.store.ids import BlockIds, CountedIds
from taskbridge.store.signals import Signals
from taskbridge.store.sqlite_connection import LOCK_TIMEOUT_MS, SqliteConnection
from taskbridge.store.sqlite_errors import is_busy, is_refused_write, raise_translated, translate
from taskbridge.store.sqlite_file import DatabaseFile
from taskbridge.store.sqlite_long_works import LongTransaction, Outdated
from taskbridge.store.sqlite_reads import THREADS, NeedsToWrite, NoIds, SqliteReaders, reading_connections
from taskbridge.store.statistics import Statistics
from taskbridge.store.transaction import Line, LongWork, Transaction, Work
from taskbridge.store.works import Call

#: So many works share a commit at most; more would only make the first of them wait longer.
BATCH = 128
#: Seconds until the lock of the file is asked for again: the first time, and at most.
_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.05


class _Queued(Call):
    """A call, and what became of it while the lock was not to be had: no slots, because most calls set neither."""

    #: Of the event loop's clock; set when the lock is first refused.
    deadline: float | None = None
    #: Whether it was seen to write.
    needs_lock = False


class SqliteBackend:
    """Queues works and runs them in batches. Belongs to one event loop."""

    def __init__(self, opened: "_Opened", clock: Clock, signals: Signals, read_timeout: float) -> None:
        self._loop = asyncio.get_running_loop()
        self.clock = clock
        self._signals = signals
        self._connection = opened.writing
        self._driver = opened.writing.driver
        self._cursor = opened.writing.cursor
        self._ids = opened.ids
        self._line = opened.writing.line(opened.ids, on_event_loop=True)
        self._line_in_thread = opened.writing.line(opened.ids, on_event_loop=False)
        self._seen_version = opened.version
        self._reading = opened.reading
        self._reading_line = opened.reading.line(NoIds(), on_event_loop=True)
        self._file = DatabaseFile(opened.writing.file_name())
        self._readers = SqliteReaders(opened.in_threads, clock, self._file, read_timeout)
        self._waiting: deque[_Queued] = deque()
        #: What has waited longest: seen to write while the lock was not to be had, so that readers need not look here.
        self._writing: deque[_Queued] = deque()
        self._long: deque[_Queued] = deque()
        self._beside = opened.beside
        self._long_works = ThreadPoolExecutor(1, thread_name_prefix="taskbridge-long-work")
        self._runs_long = False  # whether a long work is run
        self._lent = False  # whether it has the connection that writes
        self._commits = self._works = 0
        self._pause = _FIRST_PAUSE
        self._scheduled = False
        self._closed = False
        #: Works of many callers run together: none of them may pass for the one who happened to have them run.
        self._context = contextvars.Context()

    @classmethod
    async def open(cls, engine: Engine, clock: Clock, signals: Signals, read_timeout: float) -> "SqliteBackend":
        """Connect to a file whose schema is current; reads may take ``read_timeout`` seconds.

        Raises DatabaseUnavailable.
        """
        try:
            opened = await asyncio.to_thread(_Opened, engine)
        except (sqlite3.Error, DBAPIError) as error:
            raise_translated(error)
        return cls(opened, clock, signals, read_timeout)

    def submit(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Queue a work; the future ends after the commit."""
        if self._closed:
            raise DatabaseClosed
        call = _Queued(work, self._loop.create_future())
        self._waiting.append(call)
        self._schedule()
        return call.future

    def read(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Run a work that only reads, in a thread."""
        if self._closed:
            raise DatabaseClosed
        return self._readers.submit(work)

    def others_wrote(self) -> bool:
        """Whether another connection has committed to the file since the last call that could see it."""
        if self._lent:
            return False
        try:
            version = _version(self._driver)
        except sqlite3.Error:  # unknown for now; the next work meets the error too
            return False
        seen, self._seen_version = self._seen_version, version
        return version != seen

    def other_processes(self) -> bool:
        """Whether another process has the file open, where the system tells."""
        return self._file.other_processes()

    def statistics(self) -> Statistics:
        """What it has done so far, and what waits. Two connections serve the event loop, the others what is large."""
        waiting = len(self._waiting) + len(self._writing) + len(self._long)
        return Statistics(self._commits, self._works, waiting, connections=3 + THREADS, broken=0)

    async def close(self) -> None:
        """Run what waits, then close the file."""
        self._closed = True
        while self._waiting or self._writing or self._long or self._runs_long:
            self._flush()
            await asyncio.sleep(_FIRST_PAUSE if self._runs_long or self._waiting or self._writing else 0)
        self._long_works.shutdown()
        await self._readers.close()
        self._reading.close()
        self._beside.close()
        self._connection.close()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._flush, context=self._context)

    def _flush(self) -> None:
        self._scheduled = False
        if self._lent:
            self._answer_readers()
        elif (batch := self._take()) and not self._run(batch):
            self._try_again(batch)
        else:
            if self._long and not self._runs_long and (call := self._next_long()):
                self._begin_long(call)
            if self._waiting or self._writing:
                self._schedule()

    def _take(self) -> list[_Queued]:
        """The next works whose callers are still there."""
        batch: list[_Queued] = []
        for queue in (self._writing, self._waiting):
            while queue and len(batch) < BATCH:
                call = queue.popleft()
                if not call.future.cancelled():
                    batch.append(call)
        return batch

    def _next_long(self) -> _Queued | None:
        """The next long work whose caller is still there."""
        while self._long:
            call = self._long.popleft()
            if not call.future.cancelled():
                return call
        return None

    def _run(self, batch: list[_Queued]) -> bool:
        """Run works and answer them; False when another process has the lock, and nothing has happened."""
        try:
            self._commit(batch, self._line)
        except (sqlite3.Error, StoreError) as error:
            if is_busy(error):
                return False
            # The works that ran well are lost together with the others; each caller learns why. What only reads needs
            # no file that can be written.
            batch = [call for call in batch if not (is_refused_write(error) and self._answered(call))]
            for call in batch:
                call.error = error
        finally:
            # Also when the process is told to stop in the middle of a work: nothing half-done may stay open.
            self._roll_back()
        self._pause = _FIRST_PAUSE
        for call in batch:
            self._finish(call)
        return True

    def _commit(self, batch: list[_Queued], line: Line) -> None:
        """Run works in one transaction. Each has its outcome then, and all are lost when this raises."""
        execute = self._cursor.execute
        self._begin()
        if not self._attempt_all(batch, line):
            self._roll_back()
            execute("BEGIN IMMEDIATE")
            for call in batch:
                self._attempt_in_savepoint(call, line)
        if any(call.error is None for call in batch):
            self._end(len(batch))

    def _begin(self) -> None:
        if self._file.missing:
            self._file.check()
        self._cursor.execute("BEGIN IMMEDIATE")

    def _end(self, works: int) -> None:
        self._ids.persist()
        self._cursor.execute("COMMIT")
        self._commits += 1
        self._works += works
        self._ids.end(committed=True)
        self._file.check()

    def _attempt_all(self, batch: list[_Queued], line: Line) -> bool:
        """Run the works one after the other. False when one of several failed after it had written: run all again.

        Statements cost half as much again inside a savepoint, and a work that fails has hardly ever written before.
        """
        alone = len(batch) == 1
        for call in batch:
            before = self._driver.total_changes
            done = call.attempt(Transaction(line, self.clock.now()))
            untouched = done or alone or self._driver.total_changes == before
            if not (untouched and self._driver.in_transaction):
                return False
        return True

    def _roll_back(self) -> None:
        self._connection.roll_back()
        self._ids.end(committed=False)

    def _attempt_in_savepoint(self, call: _Queued, line: Line) -> None:
        execute = self._cursor.execute
        execute("SAVEPOINT work")
        if not call.attempt(Transaction(line, self.clock.now())):
            if call.error is not None and not self._driver.in_transaction:
                # The error has ended the whole transaction (disk full): all works of the batch are lost with it.
                error = translate(call.error)
                raise error if isinstance(error, StoreError) else sqlite3.OperationalError("the transaction was ended")
            execute("ROLLBACK TO work")
        execute("RELEASE work")

    def _finish(self, call: _Queued) -> None:
        if call.may_try_again:
            self._waiting.append(call)
            return
        if isinstance(call.error, LongWork):
            if not call.future.cancelled():
                self._long.append(call)
            return
        if call.error is not None:
            call.error = translate(call.error)
        elif call.transaction is not None:
            for channel, payload in call.transaction.signals:
                self._signals.deliver(channel, payload)
            for callback in call.transaction.callbacks:
                self._loop.call_soon(callback)
        call.settle()

    def _try_again(self, batch: list[_Queued]) -> None:
        """Put works back and ask for the lock again after a pause; those that have waited too long fail."""
        self._writing.extendleft(call for call in reversed(batch) if call.needs_lock)
        self._waiting.extendleft(call for call in reversed(batch) if not call.needs_lock)
        self._answer_readers()
        now = self._loop.time()
        for queue in (self._writing, self._waiting):
            self._end_overdue(queue, now)
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_later(self._pause, self._flush, context=self._context)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _end_overdue(self, queue: deque[_Queued], now: float) -> None:
        for call in queue:
            if call.deadline is None:
                call.deadline = now + LOCK_TIMEOUT_MS / 1000
        while queue and (queue[0].deadline or now) <= now:
            call = queue.popleft()
            call.error = DatabaseBusy("the database is locked by another process")
            self._finish(call)

    def _answer_readers(self) -> None:
        """Try waiting works on the connection that only reads, each once; those that write go on waiting."""
        for _ in range(min(len(self._waiting), BATCH)):
            call = self._waiting.popleft()
            if not call.future.cancelled() and not self._answered(call):
                call.needs_lock = True
                self._writing.append(call)
        if self._waiting:
            self._schedule()

    def _answered(self, call: _Queued) -> bool:
        """Run a work on the connection that only reads, and answer it; False when it would write."""
        try:
            self._reading.cursor.execute("BEGIN")
            call.attempt(Transaction(self._reading_line, self.clock.now()))
            self._file.check()
        except DatabaseUnavailable as missing:
            call.error = missing
        finally:
            self._reading.roll_back()
        error = call.error
        if isinstance(error, NeedsToWrite | Conflict) or (error and (is_refused_write(error) or is_busy(error))):
            return False
        self._finish(call)
        return True

    def _begin_long(self, call: _Queued) -> None:
        """Run a long work in a thread, which has the connection that writes to itself while it needs the lock."""
        self._runs_long = True
        running = self._loop.run_in_executor(self._long_works, self._run_long, call)
        running.add_done_callback(lambda done: self._end_long(call, done.exception()))

    def _run_long(self, call: _Queued) -> None:
        if call.future.cancelled():
            return
        try:
            if not self._done_beside_others(call):
                self._commit([call], self._line_in_thread)
        except (sqlite3.Error, StoreError) as error:
            call.error = error
        finally:
            self._beside.roll_back()
            if self._lent:
                self._roll_back()
                self._connection.wait_for_locks(0)

    def _done_beside_others(self, call: _Queued) -> bool:
        """Run a work that takes the lock when it has to; False where others came first, and it has the lock now."""
        line = self._beside.line(BlockIds(), on_event_loop=False, next_block=self._block)
        transaction = LongTransaction(line, self.clock.now(), self._lock_in_thread)
        self._beside.cursor.execute("BEGIN")
        if call.attempt(transaction):
            try:
                if transaction.finish():
                    self._end(1)
            except Outdated as error:
                call.error = error
        if isinstance(call.error, Outdated):
            self._roll_back()
            return False
        return True

    def _lock_in_thread(self) -> Line:
        """Wait until the event loop does not use the connection that writes, and begin a transaction on it."""
        asyncio.run_coroutine_threadsafe(self._lend(), self._loop).result()
        self._connection.wait_for_locks(LOCK_TIMEOUT_MS)
        self._begin()
        return self._line_in_thread

    async def _lend(self) -> None:
        self._lent = True

    def _block(self) -> int:
        """The first of a block of ids, for a thread."""
        return asyncio.run_coroutine_threadsafe(self._taken_block(), self._loop).result()

    async def _taken_block(self) -> int:
        call = _Queued(lambda _: self._ids.take_block(), self._loop.create_future())
        self._waiting.append(call)
        self._schedule()
        first: int = await call.future
        return first

    def _end_long(self, call: _Queued, error: BaseException | None) -> None:
        self._lent = self._runs_long = False
        call.error = error or call.error
        self._finish(call)
        self._schedule()


class _Opened:
    """All connections. Made in a thread: until those of the event loop are set up they may wait for locks."""

    def __init__(self, engine: Engine) -> None:
        self.writing = SqliteConnection(engine)
        self.ids = CountedIds(self.writing.driver)
        self.version = _version(self.writing.driver)
        self.reading, self.beside = SqliteConnection(engine), SqliteConnection(engine)
        for connection in (self.reading, self.beside):
            connection.only_read()
        self.in_threads = reading_connections(engine)
        for connection in (self.writing, self.reading):
            connection.wait_for_locks(0)


def _version(driver: sqlite3.Connection) -> int:
    """A number that changes when another connection commits."""
    version: int = driver.execute("PRAGMA data_version").fetchone()[0]
    return version
