"""The load of the crash test: workers that complete tasks and somebody who starts instances, and the ledger they keep.

What the server has acknowledged is a promise. A request whose connection broke may have been carried out or not; it is
sent again, as a careful client does, and both outcomes are right.
"""

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.crash.http import Connection

TOPIC = "steps"
KEY = "ThreeSteps"
LOCK_MS = 2_000
#: In place of an answer where the connection broke.
BROKEN: tuple[int, Any] = (0, None)
_OPEN_AT_MOST = 200


@dataclass
class Ledger:
    """What was acknowledged, by the ids of the API, and what may have happened. ``surprises`` must stay empty."""

    started: list[str] = field(default_factory=list)
    completed: dict[str, str] = field(default_factory=dict)
    attempts: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    broken_requests: int = 0
    surprises: list[str] = field(default_factory=list)

    def acknowledge(self, task_id: str, token: str) -> None:
        """The server said that this completion was applied."""
        if task_id in self.completed:
            self.surprises.append(f"{task_id} was completed twice: {self.completed[task_id]} and {token}")
        self.completed[task_id] = token


class Load:
    """Connections that keep the server busy. Whoever kills the server says when it is ``up``."""

    def __init__(self, port: int, ledger: Ledger) -> None:
        self._port = port
        self.ledger = ledger
        self.up = asyncio.Event()
        self.draining = False
        self._tokens = count(1)

    async def work(self, worker: str) -> None:
        """Fetch and complete; once ``draining`` is set, until nothing is left."""
        with contextlib.closing(Connection(self._port)) as connection:
            while True:
                last = self.draining
                tasks = await self._fetch(connection, worker, patient=last)
                for task in tasks:
                    await self._complete(connection, worker, task["id"], task["activityId"])
                if last and not tasks:
                    return

    async def start_instances(self) -> None:
        """Start instances while few are under way, until cancelled."""
        with contextlib.closing(Connection(self._port)) as connection:
            body = {"variables": {"passed": {"type": "Integer", "value": 0}}}
            while True:
                if len(self.ledger.started) * 3 - len(self.ledger.completed) > _OPEN_AT_MOST * 3:
                    await asyncio.sleep(0.01)
                    continue
                status, told = await self._send(connection, f"/process-definition/key/{KEY}/start", body)
                if self._is(status, 200, told):
                    self.ledger.started.append(told["id"])

    async def _fetch(self, connection: Connection, worker: str, *, patient: bool) -> list[Any]:
        # At the end the locks of answers that never arrived must run out first.
        body = {
            "workerId": worker,
            "maxTasks": 5,
            "topics": [{"topicName": TOPIC, "lockDuration": LOCK_MS}],
            "asyncResponseTimeout": LOCK_MS + 500 if patient else 100,
        }
        status, told = await self._send(connection, "/external-task/fetchAndLock", body)
        return told if self._is(status, 200, told) else []

    async def _complete(self, connection: Connection, worker: str, task_id: str, activity: str) -> None:
        token = f"{worker}-{next(self._tokens)}"
        body = {"workerId": worker, "variables": {f"by_{activity}": {"type": "String", "value": token}}}
        self.ledger.attempts[task_id].add(token)
        broken = False
        while (answer := await self._send(connection, f"/external-task/{task_id}/complete", body)) == BROKEN:
            broken = True
        status, told = answer
        if status == 204:
            self.ledger.acknowledge(task_id, token)
        elif status == 404:
            # The attempt whose answer got lost was carried out; or the lock ran out while the server was down, and
            # another worker has done the task.
            self._is(status, 404 if broken or len(self.ledger.attempts[task_id]) > 1 else 204, told)
        else:
            self._is(status, 400, told)  # the lock ran out, and another worker has the task

    async def _send(self, connection: Connection, path: str, body: object) -> tuple[int, Any]:
        """Status and JSON of the answer, or BROKEN."""
        await self.up.wait()
        try:
            return await connection.post(path, body)
        except (OSError, EOFError):
            self.ledger.broken_requests += 1
            return BROKEN

    def _is(self, status: int, expected: int, told: object) -> bool:
        if status not in (expected, BROKEN[0]):
            self.ledger.surprises.append(f"{status} instead of {expected}: {told}")
        return status == expected
