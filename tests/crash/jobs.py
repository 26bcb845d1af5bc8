"""Timers that are due while the nodes that carry them out are killed and started again: each has to fire once.

Called by the tests and, at length, by ``scripts/kill_job_nodes.py``.
"""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from taskbridge.service.unit import Services, Unit, opened
from taskbridge.settings import Settings
from taskbridge.store.activities import ACTIVITY
from taskbridge.store.jobs import JOB
from tests import patience
from tests.bpmn import model
from tests.service.deploying import deployed
from tests.service.process_jobs import start_many

_ROOT = Path(__file__).parents[2]


@dataclass
class Outcome:
    """What became of the timers. ``times_done`` counts them by how often they fired."""

    kills: int = 0
    seconds: float = 0.0
    left: int = 0
    times_done: Counter[int] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.times_done.total():,} timers in {self.seconds:.1f} s, {self.kills} kills: "
            + ", ".join(f"{number:,} fired {times} times" for times, number in sorted(self.times_done.items()))
            + f"; {self.left} left"
        )


class _Nodes:
    """Processes that carry out jobs on one database."""

    def __init__(self, database_url: str, number: int, log: Path) -> None:
        self._command = [sys.executable, "-m", "tests.crash.job_node", database_url]
        self._log = log
        self._nodes = [self._started() for _ in range(number)]

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(self._command, cwd=_ROOT, stdout=log, stderr=log)

    async def kill(self, number: int) -> None:
        """SIGKILL for a node, and another in its place."""
        self._nodes[number].kill()
        await asyncio.to_thread(self._nodes[number].wait)
        self._nodes[number] = self._started()

    async def end(self) -> None:
        """No node is left."""
        for node in self._nodes:
            node.kill()
            await asyncio.to_thread(node.wait)


async def run(database_url: str, log: Path, *, jobs: int, kills: int, nodes: int = 2, seed: int = 1) -> Outcome:
    """Let timers be due at once, and kill a node again and again until all have fired."""
    chance, outcome = random.Random(seed), Outcome()
    async with opened(Settings(database_url=database_url)) as services:
        definition = await deployed(services, model("Overdue"))
        await start_many(services, definition, jobs)
        async with _running(_Nodes(database_url, nodes, log)) as running:
            begun = time.monotonic()
            for number in range(kills):
                goal = jobs - jobs * (number + 1) // (kills + 1)
                outcome.left = await _until_left(services, goal)
                if not outcome.left:
                    break
                await running.kill(chance.randrange(nodes))
                outcome.kills += 1
            outcome.left = await _until_left(services, 0)
            outcome.seconds = time.monotonic() - begun
        outcome.times_done = Counter(await _done(services))
    return outcome


@asynccontextmanager
async def _running(nodes: _Nodes) -> AsyncIterator[_Nodes]:
    try:
        yield nodes
    finally:
        await nodes.end()


async def _until_left(services: Services, goal: int) -> int:
    """Return how many jobs are left once they are so few."""
    query = select(func.count()).select_from(JOB)
    async with asyncio.timeout(10 * patience.SECONDS):
        while (left := (await services.run(lambda unit: unit.tx.select(query)))[0][0]) > goal:
            await asyncio.sleep(0.02)
    return int(left)


async def _done(services: Services) -> list[int]:
    """How often each instance went on: how many tasks it has behind its timer, whatever became of them."""

    def work(unit: Unit) -> list[int]:
        unit.tx.expect_long_work()
        fired = select(func.count()).where(ACTIVITY.c.node_id == "after").group_by(ACTIVITY.c.instance_id)
        return [row[0] for row in unit.tx.select(fired)]

    return await services.run(work)
