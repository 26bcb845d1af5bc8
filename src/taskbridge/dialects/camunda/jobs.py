"""Single jobs: carried out, deleted, and what can be set for them (contract 4.8)."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import (
    CamundaError,
    invalid_request,
    null_pointer,
    rest_exception,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.job_failures import text_of_failure
from taskbridge.dialects.camunda.models import Suspension
from taskbridge.engine.errors import EngineError
from taskbridge.engine.expressions import CannotCast
from taskbridge.service import job_execution, jobs
from taskbridge.service.errors import NotFound, ServiceError
from taskbridge.service.job_failures import stored_text
from taskbridge.spec import Answer, Call


def job_id(call: Call) -> int:
    """The job that the path names."""
    return ids.decode(call.path["id"], Kind.JOB)


def wanted_retries(body: Mapping[str, Any]) -> int:
    """The number of retries that a body asks for. Raises CamundaError."""
    retries = body.get("retries")
    if retries is None:
        raise null_pointer()
    if retries < 0:
        raise invalid_request(
            f"ENGINE-13054 The number of job retries must be a non-negative Integer, but '{retries}' has been "
            "provided.",
            500,
        )
    return int(retries)


def due_date(body: Mapping[str, Any]) -> int | jobs.Keep | None:
    """The due date that comes with retries; null takes it away, and without the member it stays."""
    wanted: int | jobs.Keep | None = body.get("dueDate", jobs.KEEP)
    return wanted


async def camunda_delete_job(call: Call) -> Answer:
    """Take a job away, so that it is never carried out."""
    await call.services.run(lambda unit: jobs.delete(unit, job_id(call)), call.user)
    return Answer(204)


async def camunda_execute_job(call: Call) -> Answer:
    """Carry a job out now; what the engine refuses on the way is answered with 404, other errors with 500."""
    wanted = job_id(call)
    try:
        await job_execution.execute(call.services, wanted, call.user)
    except NotFound as error:
        if (error.kind, error.identifier) == ("job", wanted):
            raise invalid_request(f"ENGINE-14026 No job found with id '{call.path['id']}'", 404) from error
        raise _failed(error) from error
    except (ServiceError, EngineError) as error:
        raise _failed(error) from error
    except ValueError as error:  # what the work itself refuses
        raise rest_exception(stored_text(str(error)), 500, None) from error
    return Answer(204)


def _failed(error: Exception) -> CamundaError:
    """The answer has the text that the job shows from then on."""
    known = text_of_failure(error)
    text = stored_text((known[1] if known else None) or "")
    # The vendor answers so where the error is none of its engine.
    return rest_exception(text, 500, None) if isinstance(error, CannotCast) else invalid_request(text, 404)


async def camunda_set_job_retries(call: Call) -> Answer:
    """Set how often a job may still be tried, and when."""
    retries, due_at = wanted_retries(call.body), due_date(call.body)
    await call.services.run(lambda unit: jobs.set_retries(unit, [job_id(call)], retries, due_at), call.user)
    return Answer(204)


async def camunda_set_job_due_date(call: Call) -> Answer:
    """Set when a job is due."""
    due_at, cascade = call.body.get("duedate"), bool(call.body.get("cascade"))
    await call.services.run(
        lambda unit: job_execution.set_due_date(unit, job_id(call), due_at, cascade=cascade), call.user
    )
    return Answer(204)


async def camunda_recalculate_job_due_date(call: Call) -> Answer:
    """Evaluate the expression of a timer anew."""
    from_creation = call.query.get("creationDateBased") is not False
    await call.services.run(
        lambda unit: job_execution.recalculate_due_date(unit, job_id(call), from_creation=from_creation), call.user
    )
    return Answer(204)


async def camunda_set_job_priority(call: Call) -> Answer:
    """Set the priority of a job."""
    priority = call.body.get("priority")
    if priority is None:
        raise rest_exception(f"Priority for job '{call.path['id']}' cannot be null.", 400, None)
    await call.services.run(lambda unit: jobs.set_priority(unit, job_id(call), priority), call.user)
    return Answer(204)


async def camunda_set_job_suspension(call: Call) -> Answer:
    """Suspend or activate a job; the vendor updates what has the id, be it nothing."""
    suspended = bool(call.body_as(Suspension).suspended)
    try:
        await call.services.run(lambda unit: jobs.set_suspended(unit, [job_id(call)], suspended=suspended), call.user)
    except NotFound:
        return Answer(204)
    return Answer(204)


async def camunda_get_job_stacktrace(call: Call) -> Answer:
    """Where the job failed, as plain text."""
    text = await call.services.read(lambda unit: jobs.stacktrace(unit, job_id(call)), call.user)
    return Answer(204) if text is None else Answer(200, text.encode(), "text/plain")
