"""Prints how late jobs are carried out on an idle node, and how fast many that are due at once: SQLite and PostgreSQL.

Run by hand, from anywhere; takes about two minutes and leaves nothing behind.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from bench import servers
from taskbridge.service import job_handlers
from taskbridge.service.background import repeating
from taskbridge.service.job_runner import Runner
from taskbridge.service.unit import Services, Unit, opened
from taskbridge.settings import Settings
from taskbridge.store.jobs import JobRow

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.bpmn import model
from tests.service.deploying import deployed
from tests.service.process_jobs import TYPE, note, schedule, start_many

_DUE_IN = 1_000


class Times(NamedTuple):
    """What was measured on one database."""

    lateness: list[float]  # milliseconds of single jobs on an idle node
    drained: float  # seconds until many were done
    request: float  # milliseconds of the slowest small transaction meanwhile


@asynccontextmanager
async def _node(database_url: str) -> AsyncIterator[Services]:
    async with (
        opened(Settings(database_url=database_url)) as services,
        repeating("the job runner", services.clock, Runner(services).run_and_wait),
    ):
        yield services


async def measured(database_url: str, jobs: int, rounds: int) -> Times:
    """Measure with one node that does nothing else."""
    done = asyncio.Event()
    left = 0

    def note_and_count(unit: Unit, job: JobRow) -> None:
        note(unit, job)
        unit.tx.after_commit(count)

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            done.set()

    job_handlers.WORK[TYPE] = note_and_count
    async with _node(database_url) as services:
        definition = await deployed(services, model("P1"))
        instances = await start_many(services, definition, jobs)

        lateness = []
        for _ in range(rounds):
            left = 1
            done.clear()
            due_at = services.clock.now() + _DUE_IN
            await schedule(services, definition, instances[:1], due_at)
            await done.wait()
            lateness.append(float(services.clock.now() - due_at))
        left = jobs
        done.clear()
        due_at = services.clock.now() + jobs + _DUE_IN  # they are written in less than a millisecond each
        await schedule(services, definition, instances, due_at)
        await asyncio.sleep(max(0, due_at - services.clock.now()) / 1000)
        begun, slowest = time.perf_counter(), 0.0
        while not done.is_set():
            asked = time.perf_counter()
            await services.run(lambda unit: unit.tx.new_id())
            slowest = max(slowest, time.perf_counter() - asked)
            await asyncio.sleep(0.01)
        return Times(lateness, time.perf_counter() - begun, slowest * 1000)


def main() -> None:
    """Measure both databases and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tb-") as place:
        folder = Path(place)
        found = {"SQLite": asyncio.run(measured(f"sqlite:///{folder}/jobs.db", given.jobs, given.rounds))}
        with servers.postgresql(folder) as (server, _):
            url = servers.new_database(server, "jobs")
            found["PostgreSQL"] = asyncio.run(measured(url, given.jobs, given.rounds))
    for name, times in found.items():
        late = f"median {statistics.median(times.lateness):.0f} ms, at most {max(times.lateness):.0f} ms"
        print(f"{name}: a job due in 1 s on an idle node is done late by: {late}")
        print(
            f"{name}: {given.jobs:,} jobs of as many instances that fall due at once are done in {times.drained:.1f} s;"
            f" the slowest of the small transactions meanwhile took {times.request:.0f} ms"
        )


if __name__ == "__main__":
    main()
