"""Putting work into the queue of the server itself; ``job_runner`` carries it out."""

from collections.abc import Mapping

import orjson

from taskbridge.service.unit import Unit
from taskbridge.store import jobs
from taskbridge.store.jobs import JobRow

#: Channel of the signals that wake the runners.
JOBS = "job"
#: Milliseconds after which a runner looks again in any case: the clock may have been set, or a signal lost.
LOOK_AGAIN = 1_000
#: What all occurrences of a timer that repeats have in common.
_OF_OCCURRENCES = (
    *("instance_id", "root_id", "activity_id", "definition_id", "node_id"),
    *("job_definition_id", "tenant", "priority", "suspended"),
)


def job_row(
    unit: Unit, type_: str, payload: Mapping[str, object], due_at: int | None = None, batch_id: int | None = None
) -> JobRow:
    """A job that belongs to no process and has not been tried yet, to be done at once where no moment is given."""
    return JobRow(
        id=unit.tx.new_id(),
        type=type_,
        batch_id=batch_id,
        instance_id=None,
        payload=orjson.dumps(payload).decode(),
        due_at=stored_due(due_at),
        retries=jobs.TRIES,
        error=None,
        root_id=None,
        activity_id=None,
        definition_id=None,
        node_id=None,
        job_definition_id=None,
        tenant=None,
        priority=0,
        suspended=0,
        created_at=unit.tx.now,
        failed_node_id=None,
        error_details=None,
    )


def later(unit: Unit, type_: str, payload: Mapping[str, object], due_at: int | None = None) -> None:
    """Have work that belongs to no process done once the moment (milliseconds) has come, or at once."""
    jobs.insert(unit.tx, [job_row(unit, type_, payload, due_at)])
    wake(unit, due_at)


def schedule(
    unit: Unit,
    type_: str,
    *,
    definition_id: int,
    node_id: str,
    due_at: int | None = None,
    instance_id: int | None = None,
    root_id: int | None = None,
    activity_id: int | None = None,
    tenant: str | None = None,
    priority: int = 0,
    tries: int | None = None,
    configuration: str | None = None,
    payload: Mapping[str, object] | None = None,
) -> int:
    """Have the engine go on at a node once the moment (milliseconds) has come, or at once; the id of the job.

    ``root_id`` is the instance whose lock the job needs; without an instance (a timer start event) neither is given.
    ``activity_id`` is the activity instance whose end withdraws the job (``store.jobs.withdraw``). ``configuration``
    names the job definition where a node has several of the type: before and after. ``priority`` is the model's; the
    job definition may override it. ``tries`` is how often the job is tried. ``jobs.insert_of_process`` says what must
    have been written before.
    """
    row = job_row(unit, type_, payload or {}, due_at)._replace(
        definition_id=definition_id,
        node_id=node_id,
        instance_id=instance_id,
        root_id=root_id,
        activity_id=activity_id,
        tenant=tenant,
        priority=priority,
        retries=jobs.TRIES if tries is None else tries,
    )
    jobs.insert_of_process(unit.tx, row, configuration)
    wake(unit, due_at)
    return row.id


def schedule_next(unit: Unit, job: JobRow, due_at: int, payload: Mapping[str, object], tries: int) -> None:
    """Schedule the next occurrence of a job: where it hangs, suspended as it is, with its priority."""
    row = job_row(unit, job.type, payload, due_at)
    kept = {name: getattr(job, name) for name in _OF_OCCURRENCES}
    jobs.insert(unit.tx, [row._replace(retries=tries, **kept)])
    wake(unit, due_at)


def wake(unit: Unit, due_at: int | None) -> None:
    """Wake the runners, on all nodes, after the commit; unless they look again long before the moment anyway."""
    if due_at is None or due_at <= unit.tx.now + 2 * LOOK_AGAIN:
        unit.tx.signal(JOBS)


def stored_due(due_at: int | None) -> int:
    """A due time as rows have it. One before 1970 is as long past as the earliest that rows can have."""
    return jobs.AT_ONCE if due_at is None else max(due_at, jobs.AT_ONCE + 1)
