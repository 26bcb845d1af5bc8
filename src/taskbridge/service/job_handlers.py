"""What carries out a job of each type."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from taskbridge.service import batches, delayed_suspensions, project_jobs
from taskbridge.service.unit import Unit
from taskbridge.store.jobs import JobRow

Handler = Callable[[Unit, JobRow], None]


def _by_payload(work: Callable[[Unit, Mapping[str, Any]], None]) -> Handler:
    return lambda unit, job: work(unit, orjson.loads(job.payload))


#: Type of job -> what carries it out, in the transaction that takes the job away. The tree of its instance is held.
WORK: dict[str, Handler] = {
    batches.SET_EXTERNAL_TASK_RETRIES: _by_payload(batches.carry_out_external_task_retries),
    delayed_suspensions.SET_DEFINITIONS_SUSPENDED: _by_payload(delayed_suspensions.carry_out_of_definitions),
    **{type_: _by_payload(work) for type_, work in project_jobs.WORK.items()},
}
#: Types that this version of the program knows.
TYPES = tuple(WORK)
