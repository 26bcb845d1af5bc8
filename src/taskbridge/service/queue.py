"""Putting work into the queue of the server itself; ``jobs`` carries it out."""

from collections.abc import Mapping

import orjson

from taskbridge.service.unit import Unit
from taskbridge.store import jobs

#: Channel of the signals that wake the runner.
JOBS = "job"


def job_row(
    unit: Unit, type_: str, payload: Mapping[str, object], due_at: int | None = None, batch_id: int | None = None
) -> dict[str, object]:
    """The row of a job that has not been tried yet, to be done at once where no moment is given."""
    return {
        "id": unit.tx.new_id(),
        "type": type_,
        "batch_id": batch_id,
        "instance_id": None,
        "payload": orjson.dumps(payload).decode(),
        "due_at": jobs.AT_ONCE if due_at is None else max(due_at, jobs.AT_ONCE),
        "retries": jobs.TRIES,
        "error": None,
    }


def later(unit: Unit, type_: str, payload: Mapping[str, object], due_at: int | None = None) -> None:
    """Have work done once the moment (milliseconds) has come, at once where none is given."""
    jobs.insert(unit.tx, [job_row(unit, type_, payload, due_at)])
    unit.tx.signal(JOBS)
