"""Carrying out a job by hand, and what its handler says of its due date."""

import orjson

from taskbridge.service import job_failures, jobs
from taskbridge.service.errors import NotATimer, NotFound
from taskbridge.service.job_handlers import RECALCULATE, SHIFT, carry_out
from taskbridge.service.queue import stored_due, wake
from taskbridge.service.unit import Services, Unit
from taskbridge.store import definitions, due_jobs, instances
from taskbridge.store import jobs as stored_jobs
from taskbridge.store.jobs import JobRow


async def execute(services: Services, job_id: int, user: str | None = None) -> None:
    """Carry out a job now, whether it is due, suspended or without retries or not. Raises NotFound.

    Raises what goes wrong as well; the job has been put back with fewer retries then, unless the database is away.
    """
    job = await services.run(lambda unit: jobs.get(unit, job_id))
    services.jobs_under_way += 1
    try:
        await services.run(lambda unit: _execute(unit, job), user)
    except Exception as error:
        if not (job_failures.is_away(error) or _is_gone(error, job_id)):
            await job_failures.put_back(services, job, error)
        raise
    finally:
        services.jobs_under_way -= 1


def _execute(unit: Unit, seen: JobRow) -> None:
    if seen.root_id is not None:
        instances.lock_roots(unit.tx, [seen.root_id])
    elif seen.definition_id is not None:
        definitions.hold_to_start(unit.tx, seen.definition_id)
    job = due_jobs.take_anyway(unit.tx, seen.id)
    if job is None:  # a runner was faster
        raise NotFound("job", seen.id)
    if job.retries <= 0:
        jobs.retries_changed(unit, job, job._replace(retries=1))
    carry_out(unit, job)


def _is_gone(error: Exception, job_id: int) -> bool:
    return isinstance(error, NotFound) and (error.kind, error.identifier) == ("job", job_id)


def set_due_date(unit: Unit, job_id: int, due_at: int | None, *, cascade: bool = False) -> None:
    """Set when a job is due (milliseconds), None for at once.

    ``cascade`` moves what a timer that repeats does after it by as much. Raises NotFound.
    """
    (job,) = jobs.hold(unit, [job_id])
    values: dict[str, object] = {"due_at": stored_due(due_at)}
    if cascade and due_at is not None and job.type in SHIFT:
        values["payload"] = SHIFT[job.type](unit, job, due_at - job.due_at)
    stored_jobs.change(unit.tx, stored_jobs.of_ids([job_id]), **values)
    wake(unit, due_at)


def recalculate_due_date(unit: Unit, job_id: int, *, from_creation: bool) -> None:
    """Have a timer say anew when it is due, counted from now or from its creation. Raises NotFound, NotATimer."""
    (job,) = jobs.hold(unit, [job_id])
    if job.type not in RECALCULATE:
        raise NotATimer(job_id, job.type, orjson.loads(job.payload))
    due_at = RECALCULATE[job.type](unit, job, job.created_at if from_creation else unit.tx.now)
    stored_jobs.change(unit.tx, stored_jobs.of_ids([job_id]), due_at=stored_due(due_at))
    wake(unit, due_at)
