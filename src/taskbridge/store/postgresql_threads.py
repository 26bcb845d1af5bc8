"""Threads that run works on PostgreSQL, each with a connection of its own, and the queue they share.

Made by the PostgreSQL backend, once for works that write and once for those that only read, so that slow lists keep no
completion waiting. A thread never ends by an error: whatever happens, the caller is answered and the thread goes on.
"""

import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

import psycopg

from taskbridge.clock import Clock
from taskbridge.store.errors import QueueTimeout, StoreError
from taskbridge.store.postgresql_connection import OutcomeUnknown, PostgresqlConnection
from taskbridge.store.transaction import Transaction
from taskbridge.store.works import Call

log = logging.getLogger("taskbridge.store")


def end_process() -> None:
    """Stop the program as a signal from outside does, so that whoever supervises it starts another."""
    os.kill(os.getpid(), signal.SIGTERM)


class StoreThreads:
    """Some threads and the calls that wait for them; ``hand_back`` is given each call once it has an outcome."""

    def __init__(
        self,
        name: str,
        connections: Sequence[PostgresqlConnection],
        clock: Clock,
        hand_back: Callable[[Call], None],
    ) -> None:
        self.connections = connections
        self._clock = clock
        self._hand_back = hand_back
        self._waiting: deque[Call] = deque()
        # One token per call that was put into the queue: True; False ends a thread.
        self._tokens: SimpleQueue[bool] = SimpleQueue()
        self._closing = False
        self._running = len(connections)
        self._counting = threading.Lock()
        self._threads = [
            threading.Thread(target=self._live, args=(connection,), name=f"taskbridge-{name}-{number}", daemon=True)
            for number, connection in enumerate(connections)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, call: Call) -> None:
        """Have a call carried out by the next thread that is free."""
        self._waiting.append(call)
        self._tokens.put(True)

    @property
    def waiting(self) -> int:
        """How many calls no thread has taken up yet."""
        return len(self._waiting)

    def expire(self, before: float) -> bool:
        """Answer the calls that have waited since ``before`` or longer; whether others still wait."""
        while self._waiting and (self._running == 0 or self._waiting[0].submitted <= before):
            try:
                call = self._waiting.popleft()
            except IndexError:  # a thread was faster
                break
            call.error = QueueTimeout("no connection to the database became free in time")
            self._hand_back(call)
        return bool(self._waiting)

    def finish(self) -> None:
        """Let the threads end once nothing waits."""
        self._closing = True
        for _ in self._threads:
            self._tokens.put(False)

    def join(self) -> None:
        """Wait until the threads have ended."""
        for thread in self._threads:
            thread.join()

    def _live(self, connection: PostgresqlConnection) -> None:
        """A thread's life. Should all threads end in spite of everything, the process must not stay."""
        try:
            while self._serve_safely(connection):
                pass
        finally:
            with self._counting:
                self._running -= 1
            if not self._closing and self._running == 0:
                end_process()
            connection.close()

    def _serve_safely(self, connection: PostgresqlConnection) -> bool:
        try:
            return self._serve_next(connection)
        except BaseException:
            log.exception("an unexpected error in %s", threading.current_thread().name)
            connection.close()
            return True

    def _serve_next(self, connection: PostgresqlConnection) -> bool:
        """Carry out the next call; False when the thread shall end."""
        if not self._next_token(connection):
            return False
        try:
            call = self._waiting.popleft()
        except IndexError:  # it had waited for too long, and was answered
            return True
        if call.future.cancelled():
            return True
        try:
            self._perform(connection, call)
        except BaseException as error:
            call.error = error
            raise
        finally:
            self._hand_back(call)
        return True

    def _next_token(self, connection: PostgresqlConnection) -> bool:
        try:
            return self._tokens.get_nowait()
        except Empty:
            connection.rest()
            return self._tokens.get()

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
            call.error = connection.translate(call.error)
            if connection.broken and not mended and not isinstance(call.error, OutcomeUnknown):
                mended = True
            elif not call.may_try_again:
                return

    def _attempt(self, connection: PostgresqlConnection, call: Call) -> None:
        """One transaction."""
        connection.begin()
        if call.attempt(Transaction(connection.line, self._clock.now())):
            connection.commit(and_begin=bool(self._waiting))
        else:
            connection.roll_back()
