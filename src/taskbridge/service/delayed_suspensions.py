"""Suspensions and activations that are asked for now and carried out at a moment, by a job."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.service import job_definitions, processes
from taskbridge.service.queue import later
from taskbridge.service.unit import Unit

SET_DEFINITIONS_SUSPENDED = "set-definitions-suspended"
SET_JOB_DEFINITIONS_SUSPENDED = "set-job-definitions-suspended"


def set_definitions_suspended(
    unit: Unit, definition_ids: Sequence[int], *, suspended: bool, with_instances: bool, moment: int
) -> None:
    """Suspend or activate definitions, on request with their instances, once the moment (milliseconds) has come."""
    payload = {"definitions": list(definition_ids), "suspended": suspended, "with_instances": with_instances}
    later(unit, SET_DEFINITIONS_SUSPENDED, payload, moment)


def carry_out_of_definitions(unit: Unit, payload: Mapping[str, Any]) -> None:
    """The job of the same."""
    processes.set_definitions_suspended(
        unit, payload["definitions"], suspended=payload["suspended"], with_instances=payload["with_instances"]
    )


def set_job_definitions_suspended(
    unit: Unit, job_definition_ids: Sequence[int], *, suspended: bool, with_jobs: bool, moment: int
) -> None:
    """Suspend or activate job definitions, on request with their jobs, once the moment (milliseconds) has come."""
    payload = {"job_definitions": list(job_definition_ids), "suspended": suspended, "with_jobs": with_jobs}
    later(unit, SET_JOB_DEFINITIONS_SUSPENDED, payload, moment)


def carry_out_of_job_definitions(unit: Unit, payload: Mapping[str, Any]) -> None:
    """The job of the same."""
    job_definitions.set_suspended(
        unit, payload["job_definitions"], suspended=payload["suspended"], with_jobs=payload["with_jobs"]
    )
