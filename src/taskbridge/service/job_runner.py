"""The runner of the server's own work: jobs that are rows, carried out as they fall due, on every node.

A job survives any crash; it is carried out and taken away in one transaction. A job that fails, for whatever reason, is
put back with fewer retries; without retries it stays as an incident. Only a database that is away is waited for. No
job keeps those behind it waiting. Jobs of types that this version of the program does not know are left to other nodes.
"""

import contextlib
import logging

import orjson

from taskbridge.engine.errors import EngineError
from taskbridge.service import project_jobs
from taskbridge.service.errors import ServiceError
from taskbridge.service.job_handlers import TYPES, WORK
from taskbridge.service.queue import JOBS, LOOK_AGAIN
from taskbridge.service.unit import Services, Unit
from taskbridge.store import batches, jobs
from taskbridge.store.errors import DatabaseClosed, DatabaseUnavailable, StoreError, TooSlow
from taskbridge.store.jobs import JobRow

log = logging.getLogger("taskbridge.jobs")

_PAUSE = 10_000  # milliseconds before a failed job is tried again
#: Milliseconds after which the runner looks again when a job that is due could not be had: another node has it.
_LOOK_AT_HELD = 1_000
_MOST_PER_LOOK = 50
#: The stored reason of a failure is cut to this, as the vendor does with messages of incidents.
_REASON_LENGTH = 666
#: Failures that say what is wrong with the job or its model; all others are logged with their traceback.
_FORESEEN = (ServiceError, EngineError, StoreError, ValueError)


class Runner:
    """Carries out jobs as they fall due. Several runners on several nodes share the work."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looked_at = 0  # the moment of the last look for jobs that are due

    async def run_and_wait(self) -> None:
        """Carry out what is due, then wait until there may be more. Raises StoreError while the database is away."""
        with self._services.database.signals.wait_for(JOBS, {""}) as waiter:
            while await self.run_due():
                pass
            clock = self._services.clock
            began = clock.elapsed()  # before the transaction's own moment: rather too early than too late
            pause = await self._services.run(lambda unit: _until_next(unit, self._looked_at))
            alarm = clock.call_after(began + pause - clock.elapsed(), waiter.wake)
            try:
                await waiter.wait()
            finally:
                alarm.cancel()

    async def run_due(self) -> int:
        """Carry out the jobs that are due now, some at most; returns how many were taken up.

        A job that can neither be carried out nor put back stays as it is. Those behind it have their turn before its
        error is raised.
        """
        due = await self._services.run(self._due)
        failure: Exception | None = None
        for job in due:
            try:
                await self.carry_out(job)
            except DatabaseClosed:
                raise
            except Exception as error:  # noqa: BLE001 - an edge of the process; it is raised below
                if not _away(error):
                    log.warning("job %s (%s) could not be put back: %s", job.id, job.type, _reason(error))
                failure = failure or error
        if failure is not None:
            raise failure
        return len(due)

    def _due(self, unit: Unit) -> list[JobRow]:
        self._looked_at = unit.tx.now
        return jobs.due(unit.tx, TYPES, _MOST_PER_LOOK, pause=_PAUSE)

    async def carry_out(self, job: JobRow) -> None:
        """Carry out one job that is due, or put it back when it fails; another runner may have been faster.

        Raises StoreError when the database is away; the job is then as it was.
        """
        self._services.jobs_under_way += 1
        try:
            await self._services.run(lambda unit: _do(unit, job))
        except Exception as error:  # an edge of the process: no job may end or block the runner
            if _away(error) or isinstance(error, DatabaseClosed):
                raise
            reason = _reason(error)
            unforeseen = None if isinstance(error, _FORESEEN) else error
            log.warning("job %s (%s) failed: %s", job.id, job.type, reason, exc_info=unforeseen)
            await self._services.run(lambda unit: _put_back(unit, job, reason))
        finally:
            self._services.jobs_under_way -= 1


def _away(error: Exception) -> bool:
    """Whether it is the database that failed, not this work."""
    return isinstance(error, DatabaseUnavailable) and not isinstance(error, TooSlow)


def _until_next(unit: Unit, looked_at: int) -> int:
    """Milliseconds until the runner that found nothing at a moment has to look again.

    A job that was due at that moment is held by another node; one that fell due since is not.
    """
    moment = jobs.next_due(unit.tx, TYPES)
    if moment is None:
        return LOOK_AGAIN
    if moment <= looked_at:
        return _LOOK_AT_HELD
    return min(max(0, moment - unit.tx.now), LOOK_AGAIN)


def _do(unit: Unit, job: JobRow) -> None:
    if not jobs.done(unit.tx, job.id):  # another node was faster
        return
    WORK[job.type](unit, job)
    if job.batch_id is not None:
        batches.progress(unit.tx, job.batch_id, completed=1)


def _reason(error: Exception) -> str:
    """The text of an error as both databases can store it; its class where it has none."""
    text = str(error) or type(error).__name__
    return text[:_REASON_LENGTH].encode(errors="replace").decode().replace("\0", "\ufffd")


def _put_back(unit: Unit, job: JobRow, reason: str) -> None:
    left = job.retries - 1
    due_at = unit.tx.now + (_PAUSE if left else 0)
    if not jobs.failed(unit.tx, job.id, retries=left, due_at=due_at, error=reason) or left:
        return
    if job.batch_id is not None:
        batches.progress(unit.tx, job.batch_id, failed=1)
    if job.type in project_jobs.WORK:
        with contextlib.suppress(KeyError, ValueError):  # a payload that cannot be read names no user's job
            project_jobs.given_up(unit, orjson.loads(job.payload), reason)
