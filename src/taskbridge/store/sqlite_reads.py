"""Reads on SQLite that may take long: in threads, on connections of their own, for a bounded time.

Made by ``SqliteBackend``. In write-ahead mode readers block no writer and are blocked by none.
"""

import asyncio
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from taskbridge.clock import Clock
from taskbridge.store.errors import ReadTimeout
from taskbridge.store.sqlite_connection import SqliteConnection
from taskbridge.store.sqlite_errors import is_refused_write, raise_translated
from taskbridge.store.sqlite_file import DatabaseFile
from taskbridge.store.transaction import Transaction, Work

THREADS = 2
#: So many instructions of SQLite's virtual machine are run between two looks at the time, a millisecond or two.
_INSTRUCTIONS = 20_000


class NoIds:
    """Ids on a connection that only reads: there are none."""

    def take(self, _fetch_block: object) -> int:
        """Raises NeedsToWrite."""
        raise NeedsToWrite


class NeedsToWrite(RuntimeError):
    """A work wants an id on a connection that only reads: it means to write."""

    def __init__(self) -> None:
        super().__init__("this work only reads, and needs no ids")


class SqliteReaders:
    """A few threads, each with a connection while it reads. Belongs to the event loop that it was made on."""

    def __init__(
        self, connections: list[SqliteConnection], clock: Clock, file: DatabaseFile, timeout_seconds: float
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self._file = file
        self._timeout = timeout_seconds
        self._threads = ThreadPoolExecutor(len(connections), thread_name_prefix="taskbridge-read")
        self._idle = connections

    def submit(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Run a work in a transaction that sees all that has been committed by now.

        The time that it waits for a thread counts towards its time limit, so this is also the limit of the wait.
        """
        return self._loop.run_in_executor(self._threads, self._read, work, time.monotonic() + self._timeout)

    async def close(self) -> None:
        """Let the reads end that were submitted, then close the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        while self._idle:
            self._idle.pop().close()

    def _read(self, work: Work[Any], deadline: float) -> object:
        if time.monotonic() >= deadline:
            raise ReadTimeout("too many queries are waiting")
        try:
            result = self._in_transaction(work, deadline)
        except StopIteration as error:  # no future takes it
            raise RuntimeError("the work raised StopIteration") from error
        except (sqlite3.Error, DBAPIError) as error:
            # An attempt to write is a mistake in the program, and no state of the database.
            if is_refused_write(error):
                raise
            raise_translated(error)
        self._file.check()
        return result

    def _in_transaction(self, work: Work[Any], deadline: float) -> object:
        connection = self._idle.pop()
        try:
            # Unlike an interruption from another thread, this cannot hit the next read by mistake.
            connection.driver.set_progress_handler(lambda: time.monotonic() >= deadline, _INSTRUCTIONS)
            connection.cursor.execute("BEGIN")
            return work(Transaction(connection.line(NoIds(), on_event_loop=False), self._clock.now()))
        finally:
            connection.roll_back()
            self._idle.append(connection)


def reading_connections(engine: Engine) -> list[SqliteConnection]:
    """A connection for each thread. All are opened at the start: later, to open a file that is gone would make one."""
    connections = [SqliteConnection(engine) for _ in range(THREADS)]
    for connection in connections:
        connection.only_read()
    return connections
