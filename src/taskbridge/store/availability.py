"""Whether a PostgreSQL server answers, as all connections of this process have found together. Safe from any thread.

Used by the PostgreSQL backend only. It decides who may try to connect again and when, so that an outage costs each
request nothing, and tells a server that hangs from a statement that takes long.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

from taskbridge.store.errors import DatabaseUnavailable

#: Seconds between two tries to connect: at first, and at most. Each pause is drawn anew from its upper half, so that
#: the nodes of a database that comes back do not all knock at the same moment.
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 0.5
#: A server that let somebody connect so many seconds ago does not hang.
_FRESH_SECONDS = 2.0


def pause_before(attempt: int) -> float:
    """Seconds to wait before a further attempt (0 is the first of an outage), with jitter."""
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(attempt, 10))
    return longest * random.uniform(0.5, 1)


class Availability:
    """What is known of the server. ``probe`` connects to the host of a connection that is silent, and hangs up."""

    def __init__(self, probe: Callable[[psycopg.Connection[Any]], None]) -> None:
        self._probe = probe
        self._state = threading.Lock()
        self._probing = threading.Lock()
        self._failures = 0
        self._hangs = False
        self._reason = ""
        self._try_again_at = 0.0
        self._trying = False
        self._answered_at = 0.0

    def admit(self) -> None:
        """Let the caller try to connect; who is admitted calls ``succeeded`` or ``failed``.

        While the server is away one caller at a time is admitted, after a pause that grows; the others are answered at
        once. Raises DatabaseUnavailable.
        """
        with self._state:
            if not self._failures:
                return
            if self._trying or time.monotonic() < self._try_again_at:
                raise DatabaseUnavailable(self._reason)
            self._trying = True

    def succeeded(self) -> None:
        """The server let somebody connect: everybody may."""
        with self._state:
            self._failures = 0
            self._hangs = False
            self._trying = False
            self._answered_at = time.monotonic()

    def failed(self, reason: str, *, hangs: bool = False) -> None:
        """The server let the caller not connect; ``hangs`` says that it did not even refuse."""
        with self._state:
            self._hangs = hangs
            self._try_again_at = time.monotonic() + pause_before(self._failures)
            self._failures += 1
            self._reason = reason
            self._trying = False

    def answers(self, silent: psycopg.Connection[Any]) -> bool:
        """Whether the server is alive although it is silent on this connection. Connects to find out.

        Only a try that ran out of time tells that it hangs. Whatever refuses the try at once is alive, or is gone in a
        way that breaks the silent connection too.
        """
        with self._probing:  # those who ask at the same moment share the answer
            if self._hangs:
                return False
            if time.monotonic() - self._answered_at < _FRESH_SECONDS:
                return True
            try:
                self._probe(silent)
            except psycopg.errors.ConnectionTimeout:
                self.failed("the database does not answer", hangs=True)
                return False
            except psycopg.Error:
                self._answered_at = time.monotonic()
                return True
            self.succeeded()
            return True
