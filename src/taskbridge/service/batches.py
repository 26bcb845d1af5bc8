"""Batches: bulk operations that are asked for at once and carried out in the background, one job for each thing."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.engine.instructions import Omissions
from taskbridge.engine.migrating.plan import Instruction, Plan
from taskbridge.engine.variables import Variable
from taskbridge.service import correlation, external_tasks, jobs, migrations
from taskbridge.service.correlation import Message
from taskbridge.service.errors import NotFound
from taskbridge.service.jobs import KEEP, Keep
from taskbridge.service.packed_variables import packed, unpacked
from taskbridge.service.queue import job_row, wake
from taskbridge.service.unit import Unit
from taskbridge.service.uuids import UNKNOWN
from taskbridge.store import batches
from taskbridge.store import jobs as stored_jobs
from taskbridge.store.batches import BatchRow
from taskbridge.store.correlation import Criteria

SET_EXTERNAL_TASK_RETRIES = "set-external-task-retries"
SET_JOB_RETRIES = "set-job-retries"
CORRELATE_MESSAGE = "correlate-message"
MIGRATION = "instance-migration"


def begin(unit: Unit, type_: str, payloads: Sequence[Mapping[str, object]]) -> BatchRow:
    """Begin a batch with a job for each payload."""
    unit.expect_commands(len(payloads))
    batch = BatchRow(unit.tx.new_id(), type_, len(payloads), 0, 0, None, unit.user, unit.tx.now)
    batches.insert(unit.tx, batch._asdict() | {"ended_at": None})
    stored_jobs.insert(unit.tx, [job_row(unit, type_, payload, batch_id=batch.id) for payload in payloads])
    wake(unit, None)
    return batch


def _once(numbers: Sequence[int | None]) -> list[int | None]:
    """Each row once. Ids that nothing has are all UNKNOWN here, or None, and have a job each, as at the vendor's."""
    unknown = [one for one in numbers if one in (None, UNKNOWN)]
    return [*dict.fromkeys(one for one in numbers if one not in (None, UNKNOWN)), *unknown]


def set_external_task_retries(unit: Unit, task_ids: Sequence[int | None], retries: int) -> BatchRow:
    """Set the retries of external tasks in the background, one job each; an id of None is one that nothing has."""
    return begin(unit, SET_EXTERNAL_TASK_RETRIES, [{"task": task, "retries": retries} for task in _once(task_ids)])


def carry_out_external_task_retries(unit: Unit, payload: Mapping[str, int]) -> None:
    """One job of such a batch. Raises NotFound, and ValueError for a negative number."""
    if payload["retries"] < 0:
        raise ValueError("the number of retries cannot be negative")
    external_tasks.set_retries(unit, [payload["task"] or 0], payload["retries"])


def set_job_retries(unit: Unit, job_ids: Sequence[int], retries: int, due_at: int | Keep | None = KEEP) -> BatchRow:
    """Set the retries of jobs in the background, and on request when they are due; one job each."""
    payload: dict[str, object] = {"retries": retries}
    if not isinstance(due_at, Keep):
        payload["due_at"] = due_at
    return begin(unit, SET_JOB_RETRIES, [payload | {"job": job} for job in _once(job_ids)])


def carry_out_job_retries(unit: Unit, payload: Mapping[str, int | None]) -> None:
    """One job of such a batch. Raises NotFound."""
    jobs.set_retries(unit, [payload["job"] or 0], payload["retries"] or 0, payload.get("due_at", KEEP))


def correlate_message(
    unit: Unit, instance_ids: Sequence[int], name: str | None, given: Mapping[str, Variable]
) -> BatchRow:
    """Give a message, of whatever name where that is None, to what waits for it in instances, one job each."""
    payload: dict[str, object] = {"name": name}
    if given:
        payload["variables"] = packed(given)
    return begin(unit, CORRELATE_MESSAGE, [payload | {"instance": one} for one in _once(instance_ids)])


def carry_out_message(unit: Unit, payload: Mapping[str, Any]) -> None:
    """One job of such a batch; nothing happens where nothing waits. Raises what comes of the message."""
    criteria = Criteria(payload["name"], instance_id=payload["instance"])
    message = Message(criteria, unpacked(payload.get("variables") or "{}"))
    correlation.correlate_all(unit, message, only_instances=True)


def migrate(unit: Unit, plan: Plan, instance_ids: Sequence[int], omitted: Omissions) -> BatchRow:
    """Migrate instances in the background, one job each. The plan is valid."""
    payload: dict[str, object] = {
        "source": plan.source_id,
        "target": plan.target_id,
        "instructions": [[one.source, one.target, one.updates] for one in plan.instructions],
        "skipped": [omitted.listeners, omitted.mappings],
    }
    if plan.variables:
        payload["variables"] = packed(plan.variables)
    return begin(unit, MIGRATION, [payload | {"instance": one} for one in _once(instance_ids)])


def carry_out_migration(unit: Unit, payload: Mapping[str, Any]) -> None:
    """One job of such a batch. Raises what ``migrations.migrate`` raises."""
    instructions = tuple(Instruction(*one) for one in payload["instructions"])
    given = unpacked(payload.get("variables") or "{}")
    plan = Plan(payload["source"], payload["target"], instructions, given)
    migrations.migrate(unit, plan, [payload["instance"]], Omissions(*payload["skipped"]))


def get(unit: Unit, batch_id: int) -> BatchRow:
    """One batch that is not finished; raises NotFound."""
    row = batches.get(unit.tx, batch_id)
    if row is None:
        raise NotFound("batch", batch_id)
    return row


def delete(unit: Unit, batch_id: int) -> None:
    """Delete a batch that is not finished, with its jobs and their incidents; raises NotFound."""
    if not batches.delete_open(unit.tx, batch_id):
        raise NotFound("batch", batch_id)
