"""The PostgreSQL backend: a few threads, each with its own connection, run the waiting works, one transaction each.

Made by ``Database.open``. Transactions are READ COMMITTED. Works that must not meet lock the row of their instance
first; a dead-lock or a serialization failure runs the whole work again.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import Any

import psycopg
from sqlalchemy import Engine

from taskbridge.clock import Clock
from taskbridge.store.errors import DatabaseClosed, StoreError
from taskbridge.store.ids import BlockIds
from taskbridge.store.notices import Notices
from taskbridge.store.postgresql_connection import OutcomeUnknown, PostgresqlConnection, translate
from taskbridge.store.signals import Signals
from taskbridge.store.transaction import Transaction, Work
from taskbridge.store.works import Call


class PostgresqlBackend:
    """Hands works to its threads and their outcomes back to the event loop, as few times as possible."""

    def __init__(
        self,
        engine: Engine,
        connections: Sequence[PostgresqlConnection],
        clock: Clock,
        signals: Signals,
        notices: Notices,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._engine = engine
        self._clock = clock
        self._signals = signals
        self._notices = notices
        self._waiting: SimpleQueue[Call | None] = SimpleQueue()
        self._finished: deque[Call] = deque()
        self._delivery_scheduled = False
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, args=(connection,), name=f"taskbridge-store-{number}", daemon=True)
            for number, connection in enumerate(connections)
        ]
        for thread in self._threads:
            thread.start()

    @classmethod
    async def open(cls, engine: Engine, threads: int, clock: Clock, signals: Signals) -> "PostgresqlBackend":
        """Connect and listen. Raises DatabaseUnavailable."""
        _, connect_args = engine.dialect.create_connect_args(engine.url)
        notices = Notices(connect_args, signals)
        await notices.open()
        ids = BlockIds()
        connections = [await asyncio.to_thread(PostgresqlConnection, engine, ids) for _ in range(threads)]
        return cls(engine, connections, clock, signals, notices)

    def submit(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Queue a work; the future ends after the commit."""
        if self._closed:
            raise DatabaseClosed
        call = Call(work, self._loop.create_future())
        self._waiting.put(call)
        return call.future

    def read(self, work: Work[Any]) -> asyncio.Future[Any]:
        """Queue a work that only reads."""
        return self.submit(work)

    def others_wrote(self) -> bool:
        """Never so: other processes send signals."""
        return False

    def other_processes(self) -> bool:
        """Not looked for: several servers are usual."""
        return False

    async def close(self) -> None:
        """Run what waits, then close all connections."""
        self._closed = True
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._deliver()
        await self._notices.close()
        self._engine.dispose()

    def _serve(self, connection: PostgresqlConnection) -> None:
        """A thread's life."""
        while (call := self._next(connection)) is not None:
            if not call.future.cancelled():
                self._perform(connection, call)
                self._hand_back(call)
        connection.close()

    def _next(self, connection: PostgresqlConnection) -> Call | None:
        try:
            return self._waiting.get_nowait()
        except Empty:
            connection.rest()
            return self._waiting.get()

    def _perform(self, connection: PostgresqlConnection, call: Call) -> None:
        """Run the work until it is committed or has finally failed."""
        mended = False
        while True:
            try:
                if connection.broken:
                    connection.mend()
                self._attempt(connection, call)
            except (psycopg.Error, StoreError) as error:
                connection.roll_back()
                call.error = error
            if call.error is None:
                return
            call.error = translate(call.error)
            if connection.broken and not mended and not isinstance(call.error, OutcomeUnknown):
                mended = True
            elif not call.may_try_again:
                return

    def _attempt(self, connection: PostgresqlConnection, call: Call) -> None:
        """One transaction."""
        connection.begin()
        if call.attempt(Transaction(connection.line, self._clock.now())):
            connection.commit(and_begin=not self._waiting.empty())
        else:
            connection.roll_back()

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
