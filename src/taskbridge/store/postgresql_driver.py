"""The driver's connection, with a bound on how long it waits for the server.

Made by the engine of the PostgreSQL backend. A server that hangs, or that a partition has cut off, cannot enforce its
own ``statement_timeout``, and nothing of TCP notices a machine whose kernel still acknowledges. So the client watches.
"""

import time
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

from taskbridge.store.availability import Availability

T = TypeVar("T")

#: Seconds of silence after which the server is asked whether it is alive.
SILENCE_SECONDS = 2.0
#: Seconds within which a notice must be sent, and a connection that listens must say that it lives.
ANSWER_SECONDS = 3.0
#: How often a wait looks up (seconds); the driver's own default.
_INTERVAL = 0.1
#: The driver converts this one at its public doors; ``Connection.wait`` is documented to raise it.
_WaitTimeout = errors._WaitTimeout


class NoAnswer(psycopg.OperationalError):
    """The server did not answer in time; the connection is closed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a connection waits for one answer: ``seconds``, and only while the server is alive."""

    availability: Availability
    seconds: float


class BoundedConnection(psycopg.Connection[Any]):
    """A connection whose waits end: with the answer, with its patience, or once the server is found to hang."""

    #: Set once the connection is prepared; migrations, which may take as long as they need, have none.
    patience: Patience | None = None

    def wait(self, gen: PQGen[T], interval: float = _INTERVAL, timeout: float | None = None) -> T:
        """Every round trip of the driver comes through here. Raises NoAnswer."""
        patience = self.patience
        if patience is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, SILENCE_SECONDS)
        except _WaitTimeout:
            return self._wait_on(gen, interval, patience)

    def _wait_on(self, gen: PQGen[T], interval: float, patience: Patience) -> T:
        give_up_at = time.monotonic() - SILENCE_SECONDS + patience.seconds
        while time.monotonic() < give_up_at and patience.availability.answers(self):
            try:
                return super().wait(gen, interval, SILENCE_SECONDS)
            except _WaitTimeout:
                continue
        self.pgconn.finish()
        raise NoAnswer("the database did not answer in time")


class BoundedAsyncConnection(psycopg.AsyncConnection[Any]):
    """The same for connections of the event loop, whose statements are all short: they must be answered in time."""

    async def wait(self, gen: PQGen[T], interval: float = _INTERVAL, timeout: float | None = None) -> T:
        """Every round trip of the driver comes through here. Raises NoAnswer."""
        if timeout is not None:  # waiting for notices, which may never come
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, ANSWER_SECONDS)
        except _WaitTimeout:
            self.pgconn.finish()
            raise NoAnswer("the database did not answer in time") from None
