"""What can be set of jobs: the same for timers, asynchronous continuations and the parts of batches.

Everything here holds the trees of the jobs before it changes them, as the runner does. ``job_execution`` carries jobs
out by hand.
"""

import enum
from collections.abc import Sequence

from sqlalchemy import ColumnElement

from taskbridge.service import incidents
from taskbridge.service.errors import NotFound
from taskbridge.service.queue import stored_due, wake
from taskbridge.service.unit import Unit
from taskbridge.store import batches, instances, jobs
from taskbridge.store import incidents as stored_incidents
from taskbridge.store.jobs import JobRow


class Keep(enum.Enum):
    """For a due date that stays as it is; None takes it away."""

    KEEP = "keep"


KEEP = Keep.KEEP


def get(unit: Unit, job_id: int) -> JobRow:
    """One job; raises NotFound."""
    row = jobs.get(unit.tx, job_id)
    if row is None:
        raise NotFound("job", job_id)
    return row


def hold(unit: Unit, job_ids: Sequence[int]) -> list[JobRow]:
    """Jobs with the locks of their trees, so that no runner carries them out meanwhile; raises NotFound."""
    chosen = jobs.of_ids(job_ids)
    instances.lock_roots(unit.tx, jobs.roots(unit.tx, chosen))
    rows = jobs.find(unit.tx, chosen) if job_ids else []
    missing = set(job_ids) - {row.id for row in rows}
    if missing:
        raise NotFound("job", min(missing))
    return rows


def stacktrace(unit: Unit, job_id: int) -> str | None:
    """How the job failed last, None where it has not; raises NotFound."""
    return get(unit, job_id).error_details


def delete(unit: Unit, job_id: int) -> None:
    """Take a job away, so that it is never carried out; what waits for it goes on waiting. Raises NotFound."""
    (row,) = hold(unit, [job_id])
    jobs.delete_one(unit.tx, job_id)
    if row.batch_id is not None:
        batches.progress(unit.tx, row.batch_id, completed=1, failed=-1 if row.retries <= 0 else 0)


def set_retries(unit: Unit, job_ids: Sequence[int], retries: int, due_at: int | Keep | None = KEEP) -> None:
    """Set how often jobs may still be tried, and on request when they are due (None: at once). Raises NotFound.

    A job without retries is an incident; retries resolve it.
    """
    unit.expect_commands(len(job_ids))
    _retry(unit, hold(unit, job_ids), retries, due_at)


def set_retries_of_job_definition(
    unit: Unit, job_definition_id: int, retries: int, due_at: int | Keep | None = KEEP
) -> None:
    """The same of the jobs of a job definition that have no retries left."""
    chosen = jobs.of_job_definitions([job_definition_id])
    instances.lock_roots(unit.tx, jobs.roots(unit.tx, chosen))
    given_up = [row for row in jobs.find(unit.tx, chosen) if row.retries <= 0]
    unit.expect_commands(len(given_up))
    _retry(unit, given_up, retries, due_at)


def _retry(unit: Unit, rows: Sequence[JobRow], retries: int, due_at: int | Keep | None) -> None:
    if not rows:
        return
    values = {} if isinstance(due_at, Keep) else {"due_at": stored_due(due_at)}
    jobs.change(unit.tx, jobs.of_ids([row.id for row in rows]), retries=retries, **values)
    for row in rows:
        retries_changed(unit, row, row._replace(retries=retries))
    if retries > 0:
        wake(unit, None)


def retries_changed(unit: Unit, before: JobRow, after: JobRow) -> None:
    """Open an incident about a job that has no retries left, resolve that of one that has some again.

    The incident of a job that belongs to no process is the job itself; its batch counts it.
    """
    change = (after.retries <= 0) - (before.retries <= 0)
    if not change:
        return
    if after.batch_id is not None:
        batches.progress(unit.tx, after.batch_id, failed=change)
    if after.definition_id is None:
        # The moment of the incident; a date to come that was asked for stays.
        if change > 0 and (after.due_at < unit.tx.now or after.error is not None):
            jobs.change(unit.tx, jobs.of_ids([after.id]), due_at=unit.tx.now)
        return
    if change > 0:
        incidents.open_for_job(unit, after)
    else:
        stored_incidents.end_of_jobs(unit.tx, [after.id], resolved=True)


def set_priority(unit: Unit, job_id: int, priority: int) -> None:
    """Set the priority of a job. Raises NotFound."""
    hold(unit, [job_id])
    jobs.change(unit.tx, jobs.of_ids([job_id]), priority=priority)


def set_suspended(unit: Unit, job_ids: Sequence[int], *, suspended: bool) -> None:
    """Suspend or activate jobs. A suspended job is not carried out but by hand. Raises NotFound."""
    hold(unit, job_ids)
    _suspend(unit, jobs.of_ids(job_ids), suspended=suspended)


def set_suspended_of_job_definitions(unit: Unit, job_definition_ids: Sequence[int], *, suspended: bool) -> None:
    """The same of the jobs that job definitions have now; those to come follow their job definition."""
    _hold_and_suspend(unit, jobs.of_job_definitions(job_definition_ids), suspended=suspended)


def set_suspended_of_definitions(unit: Unit, definition_ids: Sequence[int], *, suspended: bool) -> None:
    """The same of the jobs that process definitions and their instances have now."""
    _hold_and_suspend(unit, jobs.of_definitions(definition_ids), suspended=suspended)


def set_suspended_of_start_events(unit: Unit, definition_ids: Sequence[int], *, suspended: bool) -> None:
    """The same of the jobs that start instances of process definitions."""
    _suspend(unit, jobs.of_start_events(definition_ids), suspended=suspended)


def set_suspended_of_instances(unit: Unit, instance_ids: Sequence[int], *, suspended: bool) -> None:
    """The same of the jobs of process instances."""
    _hold_and_suspend(unit, jobs.of_instances(instance_ids), suspended=suspended)


def _hold_and_suspend(unit: Unit, chosen: ColumnElement[bool], *, suspended: bool) -> None:
    instances.lock_roots(unit.tx, jobs.roots(unit.tx, chosen))
    _suspend(unit, chosen, suspended=suspended)


def _suspend(unit: Unit, chosen: ColumnElement[bool], *, suspended: bool) -> None:
    jobs.change(unit.tx, chosen, suspended=int(suspended))
    if not suspended:
        wake(unit, None)
