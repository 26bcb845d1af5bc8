"""What can be set of job definitions: what the jobs of a timer or of an asynchronous activity have in common."""

from collections.abc import Sequence

from taskbridge.service import jobs
from taskbridge.service.errors import NotFound
from taskbridge.service.jobs import KEEP, Keep
from taskbridge.service.unit import Unit
from taskbridge.store import batches, instances, job_definitions
from taskbridge.store import jobs as stored_jobs


def known(unit: Unit, job_definition_id: int) -> bool:
    """Whether there is such a job definition; a batch that is not finished stands for the one of its jobs."""
    found = job_definitions.get(unit.tx, job_definition_id) or batches.get(unit.tx, job_definition_id)
    return found is not None


def _require(unit: Unit, job_definition_id: int) -> None:
    if not known(unit, job_definition_id):
        raise NotFound("job definition", job_definition_id)


def set_retries(unit: Unit, job_definition_id: int, retries: int, due_at: int | Keep | None = KEEP) -> None:
    """Set the retries of its jobs that have none left, and on request when they are due. Raises NotFound."""
    _require(unit, job_definition_id)
    jobs.set_retries_of_job_definition(unit, job_definition_id, retries, due_at)


def set_priority(unit: Unit, job_definition_id: int, priority: int | None, *, with_jobs: bool) -> None:
    """Override the model's priority for the jobs to come, None for no longer; on request for those that are there too.

    Raises NotFound.
    """
    _require(unit, job_definition_id)
    job_definitions.change(unit.tx, [job_definition_id], priority=priority)
    if with_jobs and priority is not None:
        chosen = stored_jobs.of_job_definitions([job_definition_id])
        instances.lock_roots(unit.tx, stored_jobs.roots(unit.tx, chosen))
        stored_jobs.change(unit.tx, chosen, priority=priority)


def set_suspended(unit: Unit, job_definition_ids: Sequence[int], *, suspended: bool, with_jobs: bool) -> None:
    """Suspend or activate job definitions, whose new jobs are then born so; on request the jobs that are there too."""
    if with_jobs:
        jobs.set_suspended_of_job_definitions(unit, job_definition_ids, suspended=suspended)
    job_definitions.change(unit.tx, job_definition_ids, suspended=int(suspended))
