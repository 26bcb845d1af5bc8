"""What can be done with a job: the same for timers, asynchronous continuations and the parts of batches."""

from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.store import jobs
from taskbridge.store.jobs import JobRow


def get(unit: Unit, job_id: int) -> JobRow:
    """One job; raises NotFound."""
    row = jobs.get(unit.tx, job_id)
    if row is None:
        raise NotFound("job", job_id)
    return row
