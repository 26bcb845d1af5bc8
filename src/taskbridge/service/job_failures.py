"""What becomes of a job that fails: fewer retries, a later try, the error's text, in the end an incident.

The failed attempt has left nothing behind; this is a transaction of its own, which changes the job alone.
"""

import contextlib
import logging
import traceback
from collections.abc import Callable
from typing import NamedTuple

import orjson

from taskbridge.engine.errors import EngineError
from taskbridge.service import jobs, project_jobs, retry_cycles
from taskbridge.service.errors import ServiceError
from taskbridge.service.job_handlers import AT_FIRST_FAILURE
from taskbridge.service.unit import Services, Unit
from taskbridge.store import definitions, instances
from taskbridge.store import jobs as stored_jobs
from taskbridge.store.due_jobs import Candidate
from taskbridge.store.errors import DatabaseClosed, DatabaseUnavailable, StoreError, TooSlow
from taskbridge.store.jobs import JobRow

#: Gives the Java class and the text of an error; None for an error that the vendor has no text for.
ErrorText = Callable[[Exception], tuple[str, str | None] | None]

log = logging.getLogger("taskbridge.jobs")

#: Milliseconds before a failed job that belongs to no process is tried again.
PAUSE = 10_000
#: The stored text of an error is cut to this, as the vendor does with messages of jobs and incidents.
_LONGEST_TEXT = 666
#: So many characters are stored as the stack of a job.
_LONGEST_DETAILS = 100_000
#: Failures that say what is wrong with the job or its model; all others are logged with their traceback.
_FORESEEN = (ServiceError, EngineError, StoreError, ValueError)


#: A job as it was when it was tried.
Attempted = Candidate | JobRow


class Failure(NamedTuple):
    """Why a job failed: the text that is shown, what is shown as its stack, and the activity in which it happened."""

    text: str
    details: str
    node_id: str | None


def is_away(error: Exception) -> bool:
    """Whether it is the database that failed, or is closed, and not this work."""
    return isinstance(error, DatabaseUnavailable | DatabaseClosed) and not isinstance(error, TooSlow)


async def put_back(services: Services, job: Attempted, error: Exception) -> None:
    """Log a failure, and put the job back with fewer retries, if it is still as it was when it was tried."""
    unforeseen = None if isinstance(error, _FORESEEN) else error
    log.warning("job %s (%s) failed: %s", job.id, job.type, reason(error), exc_info=unforeseen)
    failure = _failure(error, services.text_of_failure)
    await services.run(lambda unit: _put_back(unit, job, failure))


def reason(error: Exception) -> str:
    """The text of an error as it is stored; its class where it has none."""
    return stored_text(str(error) or type(error).__name__)


def stored_text(text: str) -> str:
    """A text of an error as both databases can store it, cut to the length that is stored of it."""
    return _storable(text)[:_LONGEST_TEXT]


def _failure(error: Exception, error_text: ErrorText | None) -> Failure:
    """The vendor's text where there is one; Python's traceback only of errors that were not foreseen."""
    node_id = getattr(error, "node_id", None)
    if not isinstance(error, _FORESEEN):  # the end of a traceback says what happened
        details = "".join(traceback.format_exception(error))
        return Failure(reason(error), _storable(details)[-_LONGEST_DETAILS:], node_id)
    known = error_text(error) if error_text is not None else None
    class_name, text = known or (type(error).__name__, str(error))
    details = _storable(f"{class_name}: {text or ''}\n")[:_LONGEST_DETAILS]
    return Failure(stored_text(text or "") if known else reason(error), details, node_id)


def _storable(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


def _put_back(unit: Unit, attempted: Attempted, failure: Failure) -> None:
    if attempted.root_id is not None:
        instances.lock_roots(unit.tx, [attempted.root_id])
    elif attempted.definition_id is not None:
        definitions.hold_to_start(unit.tx, attempted.definition_id)
    job = stored_jobs.get(unit.tx, attempted.id)
    if job is None or job.retries != attempted.retries:  # another runner has put it back, or it was changed
        return
    failed = _counted_down(unit, job)._replace(error=failure.text, error_details=failure.details)
    if job.instance_id is not None:  # an instance that was still to be started has no activity to show
        failed = failed._replace(failed_node_id=failure.node_id)
    if not stored_jobs.count_down(unit.tx, job, failed):
        return
    if job.error is None and job.type in AT_FIRST_FAILURE:
        _do_at_first_failure(unit, job)
    jobs.retries_changed(unit, job, failed)
    if failed.retries <= 0 and job.type in project_jobs.WORK:
        with contextlib.suppress(KeyError, ValueError):  # a payload that cannot be read names no user's job
            project_jobs.given_up(unit, orjson.loads(job.payload), failure.text)


def _do_at_first_failure(unit: Unit, job: JobRow) -> None:
    """Whatever goes wrong with it, the failure itself is counted."""
    try:
        with unit.tx.part():
            AT_FIRST_FAILURE[job.type](unit, job)
    except (ServiceError, EngineError, ValueError) as error:
        log.warning("job %s (%s) has nothing after it: %s", job.id, job.type, reason(error))


def _counted_down(unit: Unit, job: JobRow) -> JobRow:
    """The job with fewer retries, and the moment of its next try."""
    if job.definition_id is None:
        left = max(job.retries - 1, 0)
        return job._replace(retries=left, due_at=unit.tx.now + (PAUSE if left else 0))
    cycle = retry_cycles.of_job(unit, job)
    if cycle is None:
        return job._replace(retries=max(job.retries - 1, 0))
    tries = cycle.tries if job.error is None else job.retries
    return job._replace(retries=max(tries - 1, 0), due_at=unit.tx.now + cycle.pause(tries))
