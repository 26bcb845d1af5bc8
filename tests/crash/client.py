"""Sends requests to any of several servers, and says of each when it was sent and what is known of its outcome.

Used by the fault tests only.
"""

import contextlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from tests.crash.history import Outcome
from tests.crash.http import PATIENCE, BrokenError, Connection, NotSentError

BASE = "/engine-rest"
#: Camunda has 500 for some things that are not there.
_MISSING = ("Cannot find", "doesn't exist", "does not exist")


class Known(TypedDict):
    """What every operation of a history has."""

    called: float
    answered: float
    outcome: Outcome


@dataclass(frozen=True)
class Answer:
    """An answer; status 0 when there was none."""

    called: float
    answered: float
    outcome: Outcome
    status: int
    body: Any

    @property
    def known(self) -> Known:
        """For the history."""
        return {"called": self.called, "answered": self.answered, "outcome": self.outcome}

    def __str__(self) -> str:
        return f"{self.status}: {self.body}"


class Client:
    """One connection to each of several servers; sends one request after the other."""

    def __init__(self, ports: Sequence[int], choice: random.Random) -> None:
        self._connections = [Connection(port) for port in ports]
        self._choice = choice

    async def send(self, method: str, path: str, body: object = None, *, patience: float = PATIENCE) -> Answer:
        """Send a request to one of the servers that listen. Raises NotSentError when none does."""
        connections = self._choice.sample(self._connections, len(self._connections))
        for connection in connections:
            called = time.monotonic()
            try:
                status, answer = await connection.send(method, f"{BASE}{path}", body, patience=patience)
            except NotSentError:
                continue
            except BrokenError as error:
                return Answer(called, time.monotonic(), Outcome.UNKNOWN, 0, str(error))
            return Answer(called, time.monotonic(), _outcome(status, answer), status, answer)
        raise NotSentError("none of the servers listens")

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.close()


def _outcome(status: int, body: object) -> Outcome:
    if status < 400:
        return Outcome.DONE
    if status < 500:
        return Outcome.REFUSED
    message = (body.get("message") or "") if isinstance(body, dict) else ""
    return Outcome.REFUSED if any(each in message for each in _MISSING) else Outcome.UNKNOWN
