"""What carries out a job of each type."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from taskbridge.service import batches as batch_jobs
from taskbridge.service import delayed_suspensions, modification_batches, process_jobs, project_jobs, signals
from taskbridge.service.unit import Unit
from taskbridge.store import batches
from taskbridge.store.jobs import JobRow

Handler = Callable[[Unit, JobRow], None]


def _by_payload(work: Callable[[Unit, Mapping[str, Any]], None]) -> Handler:
    return lambda unit, job: work(unit, orjson.loads(job.payload))


#: Type of job -> what carries it out, in the transaction that takes the job away. The tree of its instance is held.
WORK: dict[str, Handler] = {
    batch_jobs.SET_EXTERNAL_TASK_RETRIES: _by_payload(batch_jobs.carry_out_external_task_retries),
    delayed_suspensions.SET_DEFINITIONS_SUSPENDED: _by_payload(delayed_suspensions.carry_out_of_definitions),
    **process_jobs.HANDLERS,
    batch_jobs.CORRELATE_MESSAGE: _by_payload(batch_jobs.carry_out_message),
    batch_jobs.MIGRATION: _by_payload(batch_jobs.carry_out_migration),
    signals.JOB_TYPE: signals.carry_out,
    batch_jobs.SET_JOB_RETRIES: _by_payload(batch_jobs.carry_out_job_retries),
    delayed_suspensions.SET_JOB_DEFINITIONS_SUSPENDED: _by_payload(delayed_suspensions.carry_out_of_job_definitions),
    **{type_: _by_payload(work) for type_, work in modification_batches.WORK.items()},
    **{type_: _by_payload(work) for type_, work in project_jobs.WORK.items()},
}
#: Type of job -> what is done when such a job fails for the first time, in the transaction that puts it back.
#:
#: A timer that repeats schedules its next occurrence then, so that one that fails does not hold up the next. The job
#: has no ``error`` yet; a handler that sees a job with one does not schedule the next occurrence again.
AT_FIRST_FAILURE: dict[str, Handler] = process_jobs.AT_FIRST_FAILURE
#: Type of job -> the moment it is due at when it is counted from another one (milliseconds).
RECALCULATE: dict[str, Callable[[Unit, JobRow, int], int]] = process_jobs.RECALCULATE
#: Type of job -> the payload of a job that repeats, when all that follows it moves by so many milliseconds.
SHIFT: dict[str, Callable[[Unit, JobRow, int], str]] = process_jobs.SHIFT


def carry_out(unit: Unit, job: JobRow) -> None:
    """Carry out a job that was taken away, in the same transaction. Raises whatever goes wrong."""
    WORK[job.type](unit, job)
    if job.batch_id is not None:
        batches.progress(unit.tx, job.batch_id, completed=1)
