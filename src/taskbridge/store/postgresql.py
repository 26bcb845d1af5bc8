"""The PostgreSQL backend: a few threads, each with its own connection, run the waiting works, one transaction each.

Made by ``Database.open``. Transactions are READ COMMITTED. Works that must not meet lock the row of their instance
first; a dead-lock or a serialization failure runs the whole work again.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy import URL

from taskbridge.clock import Clock
from taskbridge.store.availability import Availability
from taskbridge.store.database_clock import DatabaseClock
from taskbridge.store.errors import DatabaseClosed
from taskbridge.store.ids import BlockIds
from taskbridge.store.limits import Limits
from taskbridge.store.notices import Notices
from taskbridge.store.outages import Outages
from taskbridge.store.postgresql_connection import PostgresqlConnection, Server, Session, postgresql_engine
from taskbridge.store.postgresql_threads import StoreThreads
from taskbridge.store.postgresql_url import connection_arguments
from taskbridge.store.signals import Signals
from taskbridge.store.statistics import Statistics
from taskbridge.store.transaction import Transaction, Work
from taskbridge.store.works import Call

#: How often the calls that wait for a thread are looked at (seconds).
_LOOK_SECONDS = 0.5


class PostgresqlBackend:
    """Hands works to its threads and their outcomes back to the event loop, as few times as possible."""

    def __init__(
        self,
        server: Server,
        clock: Clock,
        signals: Signals,
        notices: Notices,
        connections: tuple[Sequence[PostgresqlConnection], Sequence[PostgresqlConnection]],
        queue_timeout: float,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = server
        self._signals = signals
        self._notices = notices
        self._queue_seconds = queue_timeout
        self._finished: deque[Call] = deque()
        self._delivery_scheduled = False
        self._watching = False
        self._closed = False
        writing, reading = connections
        self._writers = StoreThreads("store", writing, clock, self._hand_back)
        self._readers = StoreThreads("lists", reading, clock, self._hand_back)
        self.clock = clock

    @classmethod
    async def open(
        cls, url: URL, limits: Limits, clock: Clock, signals: Signals, outages: Outages
    ) -> "PostgresqlBackend":
        """Connect and listen. Raises DatabaseUnavailable, and InvalidUrl."""
        arguments = connection_arguments(url)
        availability = Availability(lambda silent: _probe(arguments, silent))
        engine = postgresql_engine(url, lock_timeout_ms=limits.lock_timeout, availability=availability)
        measured = DatabaseClock(clock) if clock.adjustable else None
        server = Server(engine, BlockIds(), availability, measured)
        notices = Notices(arguments, signals, availability, outages)
        await notices.open()
        sessions = [Session(limits.write_timeout, limits.lock_timeout)] * limits.threads
        sessions += [Session(limits.read_timeout, read_only=True)] * limits.read_threads
        connections: list[PostgresqlConnection] = []
        try:
            for session in sessions:
                connections.append(await asyncio.to_thread(PostgresqlConnection, server, session))
        except BaseException:
            for connection in connections:
                connection.close()
            await notices.close()
            raise
        writing, reading = connections[: limits.threads], connections[limits.threads :]
        return cls(server, measured or clock, signals, notices, (writing, reading), limits.queue_timeout)

    def submit(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Queue a work; the future ends after the commit."""
        return self._put(self._writers, work)

    def read(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Queue a work that only reads, for the threads of its kind."""
        return self._put(self._readers, work)

    def others_wrote(self) -> bool:
        """Never so: other processes send signals."""
        return False

    def other_processes(self) -> bool:
        """Not looked for: several servers are usual."""
        return False

    def statistics(self) -> Statistics:
        """What it has done so far, and what waits. Each work that may write has a COMMIT of its own."""
        kinds = (self._writers, self._readers)
        connections = [connection for threads in kinds for connection in threads.connections]
        commits = sum(connection.commits for connection in self._writers.connections)
        broken = sum(connection.broken for connection in connections)
        return Statistics(commits, commits, sum(threads.waiting for threads in kinds), len(connections), broken)

    async def close(self) -> None:
        """Run what waits, then close all connections."""
        self._closed = True
        for threads in (self._writers, self._readers):
            threads.finish()
        for threads in (self._writers, self._readers):
            await asyncio.to_thread(threads.join)
        self._deliver()
        await self._notices.close()
        self._server.engine.dispose()

    def _put(self, threads: StoreThreads, work: Work[Any]) -> asyncio.Future[Any]:
        if self._closed:
            raise DatabaseClosed
        call = Call(work, self._loop.create_future(), time.monotonic())
        threads.put(call)
        if not self._watching:
            self._watching = True
            self._loop.call_later(_LOOK_SECONDS, self._look)
        return call.future

    def _look(self) -> None:
        """Answer the calls that no thread took up in time, also when all threads are held up by the database."""
        oldest = time.monotonic() - self._queue_seconds
        waiting = [threads.expire(oldest) for threads in (self._writers, self._readers)]
        self._watching = any(waiting)
        if self._watching:
            self._loop.call_later(_LOOK_SECONDS, self._look)

    def _hand_back(self, call: Call) -> None:
        # Outcomes of all threads share the hops to the event loop: only the first one since the last delivery hops.
        self._finished.append(call)
        if not self._delivery_scheduled:
            self._delivery_scheduled = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._delivery_scheduled = False
        while self._finished:
            call = self._finished.popleft()
            if call.error is None and call.transaction is not None:
                self._announce(call.transaction)
            call.settle()

    def _announce(self, transaction: Transaction) -> None:
        for channel, payload in transaction.signals:
            self._signals.deliver(channel, payload)
            self._notices.publish(channel, payload)
        for callback in transaction.callbacks:
            self._loop.call_soon(callback)


def _probe(arguments: dict[str, Any], silent: psycopg.Connection[Any]) -> None:
    """Connect to the host of a silent connection, and hang up."""
    info = silent.info
    there = {**arguments, "host": info.host, "port": str(info.port), "target_session_attrs": "any"}
    there.pop("hostaddr", None)
    psycopg.connect(**there).close()
