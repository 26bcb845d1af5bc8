"""Suspensions and activations that are asked for now and carried out at a moment, by a job."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.service import processes
from taskbridge.service.queue import later
from taskbridge.service.unit import Unit

SET_DEFINITIONS_SUSPENDED = "set-definitions-suspended"


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
