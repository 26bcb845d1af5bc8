"""The runner of the server's own work: jobs that are rows, carried out as they fall due, on every node.

A job survives any crash; it is carried out and taken away in one transaction. Jobs of one instance are carried out one
after the other: a job needs the lock of its root instance, and one whose instance is held is left for a while. A job
that fails, for whatever reason, is put back with fewer retries (``job_failures``). Only a database that is away is
waited for. No job keeps those behind it waiting. Jobs of types that this version of the program does not know are left
to other nodes.
"""

import asyncio
import enum
import logging
from collections.abc import Iterable, Iterator, Sequence

from taskbridge.service import job_failures
from taskbridge.service.job_handlers import WORK, carry_out
from taskbridge.service.queue import JOBS, LOOK_AGAIN
from taskbridge.service.unit import Services, Unit
from taskbridge.store import definitions, due_jobs, instances
from taskbridge.store.due_jobs import START, Candidate, Look, Place
from taskbridge.store.errors import DatabaseClosed

log = logging.getLogger("taskbridge.jobs")

#: Milliseconds after which the runner looks again when a job had to be left; doubled each time.
_FIRST_PAUSE = 25
#: Jobs of each kind that one look may find.
_MOST_PER_LOOK = 50
#: Jobs that are under way at the same time on SQLite, where they share commits.
_SHARING_COMMITS = 32


class Outcome(enum.Enum):
    """What became of a job that was found due."""

    DONE = "done"
    FAILED = "failed"  # and put back
    LEFT = "left"  # another transaction has it or its instance, or has had it


class Runner:
    """Carries out jobs as they fall due. Several runners on several nodes share the work."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next_due: int | None = None  # of the jobs that were not due at the last look
        self._looked_at = 0  # by ``Clock.elapsed``, before the last look
        self._now = 0  # the moment of the last look
        self._left = False  # whether the last round met a job that it had to leave
        self._pause = _FIRST_PAUSE

    async def run_and_wait(self) -> None:
        """Carry out what is due, then wait until there may be more. Raises StoreError while the database is away."""
        clock = self._services.clock
        with self._services.database.signals.wait_for(JOBS, {""}) as waiter:
            while await self.run_due():
                pass
            alarm = clock.call_after(self._looked_at + self._until_next() - clock.elapsed(), waiter.wake)
            try:
                await waiter.wait()
            finally:
                alarm.cancel()

    async def run_due(self) -> bool:
        """One round through the jobs that are due; whether anything came of any of them.

        A job that can neither be carried out nor put back stays as it is. Those behind it have their turn before its
        error is raised. While new jobs come faster than they are done the round does not end: once a second those at
        the front, which failed or had to be left, have another turn.
        """
        places: Sequence[Place] = START
        round_ = _Round(self)
        began = self._services.clock.elapsed()
        while found := (await self._look(places)).candidates:
            places = due_jobs.places_after(found, places)
            await round_.carry_out(found)
            if self._services.clock.elapsed() - began > LOOK_AGAIN:
                began = self._services.clock.elapsed()
                await round_.carry_out((await self._look(START)).candidates)
        self._left = Outcome.LEFT in round_.outcomes
        if round_.failure is not None:
            raise round_.failure
        return not round_.outcomes <= {Outcome.LEFT}

    @property
    def at_the_same_time(self) -> int:
        """How many jobs may be under way at the same time; on PostgreSQL one connection is left for requests."""
        if self._services.database.dialect == "sqlite":
            return _SHARING_COMMITS
        return max(1, self._services.database_threads - 1)

    async def _look(self, places: Sequence[Place]) -> Look:
        def work(unit: Unit) -> Look:
            self._now = unit.tx.now
            return due_jobs.look(unit.tx, tuple(WORK), _MOST_PER_LOOK, pause=job_failures.PAUSE, after=places)

        self._looked_at = self._services.clock.elapsed()  # before the transaction's moment: rather early than late
        look = await self._services.run(work)
        self._next_due = look.next_due
        return look

    def _until_next(self) -> int:
        """Milliseconds from the last look until the next."""
        pause = LOOK_AGAIN
        if self._left:
            pause, self._pause = self._pause, min(2 * self._pause, LOOK_AGAIN)
        else:
            self._pause = _FIRST_PAUSE
        return pause if self._next_due is None else min(pause, self._next_due - self._now)

    async def carry_out(self, job: Candidate) -> Outcome:
        """Carry out one job that is due, or put it back when it fails.

        Raises StoreError when the database is away; the job is then as it was.
        """
        self._services.jobs_under_way += 1
        try:
            return await self._services.run(lambda unit: _do(unit, job))
        except Exception as error:  # an edge of the process: no job may end or block the runner
            if job_failures.is_away(error):
                raise
            await job_failures.put_back(self._services, job, error)
            return Outcome.FAILED
        finally:
            self._services.jobs_under_way -= 1


class _Round:
    """What came of the jobs of a round, and the first error of those that could not be put back."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.outcomes: set[Outcome] = set()
        self.failure: Exception | None = None

    async def carry_out(self, found: Sequence[Candidate]) -> None:
        """Carry out jobs together, those of one instance one after the other; raises DatabaseClosed."""
        lanes = iter(_lanes(found))
        await asyncio.gather(*(self._work_off(lanes) for _ in range(min(len(found), self._runner.at_the_same_time))))
        if isinstance(self.failure, DatabaseClosed):
            raise self.failure

    async def _work_off(self, lanes: Iterator[Sequence[Candidate]]) -> None:
        for lane in lanes:
            for job in lane:
                if isinstance(self.failure, DatabaseClosed):
                    return
                await self._attempt(job)

    async def _attempt(self, job: Candidate) -> None:
        try:
            self.outcomes.add(await self._runner.carry_out(job))
        except Exception as error:  # noqa: BLE001 - an edge of the process; the round's caller raises it
            if not job_failures.is_away(error):
                log.warning("job %s (%s) could not be put back: %s", job.id, job.type, job_failures.reason(error))
            if self.failure is None or isinstance(error, DatabaseClosed):
                self.failure = error


def _lanes(found: Iterable[Candidate]) -> list[list[Candidate]]:
    """Jobs that must not run at the same time, together; those of a higher priority first."""
    lanes: dict[tuple[bool, int], list[Candidate]] = {}
    for job in sorted(found, key=lambda job: -job.priority):
        key = (True, job.id) if job.root_id is None else (False, job.root_id)
        lanes.setdefault(key, []).append(job)
    return list(lanes.values())


def _do(unit: Unit, candidate: Candidate) -> Outcome:
    if not _locked(unit, candidate):
        return Outcome.LEFT
    job = due_jobs.take(unit.tx, candidate)
    if job is None:
        return Outcome.LEFT
    carry_out(unit, job)
    return Outcome.DONE


def _locked(unit: Unit, candidate: Candidate) -> bool:
    """Lock what a job's transaction locks before the job: its root instance, or the definition that it starts."""
    if candidate.root_id is not None:
        return instances.try_lock_root(unit.tx, candidate.root_id)
    return candidate.definition_id is None or definitions.try_hold(unit.tx, candidate.definition_id)
