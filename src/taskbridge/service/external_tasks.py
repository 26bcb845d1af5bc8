"""External tasks: the rules of the lock state machine, of failures and retries, and what completes or breaks a task.

The rules are the vendor's (Camunda contract 1, 3) and hold for every dialect. Check order is part of
them: existence, then the worker, then suspension.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from taskbridge.engine import interpreter
from taskbridge.engine.elements.external_task import settings_of
from taskbridge.engine.expressions import Integer
from taskbridge.engine.graph import Process
from taskbridge.engine.variables import Variable
from taskbridge.kinds import ActivityKind, ActivityState
from taskbridge.service import incidents, variables
from taskbridge.service.errors import LockedByAnother, LockExpired, NotFound, Suspended
from taskbridge.service.expiries import EXTERNAL_TASKS
from taskbridge.service.running import Running
from taskbridge.service.shown_ids import activity_instance_id, definition_id
from taskbridge.service.unit import Unit
from taskbridge.service.uuids import Kind, encode
from taskbridge.store import activities, external_tasks
from taskbridge.store.activities import ActivityRow
from taskbridge.store.external_tasks import FetchOrder, TopicCriteria
from taskbridge.store.incidents import FAILED_EXTERNAL_TASK

#: A failure message longer than this is cut, as the vendor does (contract 3.4).
MESSAGE_LENGTH = 666
NO_VARIABLES: dict[str, Variable] = {}


@dataclass(frozen=True, slots=True)
class TopicRequest:
    """One topic of a fetch: which tasks, and for how many milliseconds they are locked."""

    criteria: TopicCriteria
    lock_duration: int


_ANY_ORDER = FetchOrder()


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """Who asks for how many tasks of which topics, in what order."""

    worker: str
    max_tasks: int
    topics: tuple[TopicRequest, ...]
    order: FetchOrder = _ANY_ORDER


def fetch_and_lock(unit: Unit, request: FetchRequest) -> list[ActivityRow]:
    """Lock free tasks for a worker; the rows carry the new lock. At most ``max_tasks`` over all topics, best first."""
    if request.max_tasks <= 0:
        return []
    durations = {topic.criteria.topic: topic.lock_duration for topic in request.topics}
    criteria = [topic.criteria for topic in request.topics]
    found = external_tasks.hold_free(unit.tx, criteria, request.order, request.max_tasks)
    unit.expect_commands(len(found))
    until = [unit.tx.now + durations[row.topic or ""] for row in found]
    external_tasks.lock(unit.tx, [row.id for row in found], request.worker, until)
    for name, duration in durations.items():
        unit.expires(name, unit.tx.now + duration)
    return [row._replace(worker=request.worker, lock_until=moment) for row, moment in zip(found, until, strict=True)]


def get(unit: Unit, task_id: int) -> ActivityRow:
    """One living external task; raises NotFound."""
    row = activities.get(unit.tx, task_id)
    if row is None or row.kind != ActivityKind.EXTERNAL or row.ended_at is not None:
        _unknown(task_id)
    return row


def complete(
    unit: Unit,
    task_id: int,
    worker: str,
    given: dict[str, Variable] = NO_VARIABLES,
    local: dict[str, Variable] = NO_VARIABLES,
) -> None:
    """Complete a task and let its process go on (contract 1.7, 3.6).

    A ``camunda:errorEventDefinition`` whose expression holds turns the completion into that BPMN error. The expiry of
    the lock does not matter. Raises NotFound, LockedByAnother, Suspended, EngineError.
    """
    row = held_by(unit, task_id, worker)
    running, activity = Running.of_activity(unit, row)
    running.set_variables(activity, _kept(unit, row, given), _kept(unit, row, local))
    process, instance = running.process, running.instance
    code = None
    if _may_throw(process, row):
        code = interpreter.error_thrown_by(process, instance, activity, running, facts(row), lenient=False)
    if row.retries == 0:
        incidents.resolve_of_activity(unit, row.id)
    if code is not None:
        message = row.error_message
        running.move(
            lambda: interpreter.throw_error(process, instance, activity, running, code=code, message=message), activity
        )
    else:
        running.move(lambda: interpreter.complete(process, instance, activity, running), activity)


def fail(
    unit: Unit,
    task_id: int,
    worker: str,
    *,
    message: str | None,
    details: str | None,
    retries: int,
    retry_timeout: int,
    given: dict[str, Variable] = NO_VARIABLES,
    local: dict[str, Variable] = NO_VARIABLES,
) -> None:
    """Report that a task could not be done (contract 1.8, 3.4): keep the message, hold it back, count the retries.

    Retries 0 raise an incident. An error event definition that holds throws its BPMN error instead.
    Raises NotFound, LockedByAnother, Suspended, EngineError.
    """
    row = held_by(unit, task_id, worker)
    message = message[:MESSAGE_LENGTH] if message is not None else None
    row = row._replace(error_message=message, error_details=details if details is not None else row.error_details)
    running, activity = Running.of_activity(unit, row)
    running.set_variables(activity, _kept(unit, row, given), _kept(unit, row, local))
    process, instance = running.process, running.instance
    code = None
    if _may_throw(process, row):
        code = interpreter.error_thrown_by(process, instance, activity, running, facts(row), lenient=True)
    if code is not None:
        incidents.drop_of_activity(unit, row.id)
        running.move(
            lambda: interpreter.throw_error(process, instance, activity, running, code=code, message=message), activity
        )
        return
    running.save_variables()
    until = unit.tx.now + retry_timeout
    external_tasks.record_failure(
        unit.tx, row.id, message=message, details=row.error_details, until=until, retries=retries
    )
    unit.expires(row.topic or "", until)
    _follow_retries(unit, row, retries)


def throw_error(
    unit: Unit,
    task_id: int,
    worker: str,
    *,
    code: str,
    message: str | None,
    given: dict[str, Variable] = NO_VARIABLES,
) -> None:
    """Report a BPMN error (contract 1.9, 3.7); where nobody catches it the path ends silently.

    Raises NotFound, LockedByAnother, Suspended, EngineError.
    """
    row = held_by(unit, task_id, worker)
    running, activity = Running.of_activity(unit, row)
    running.set_variables(activity, _kept(unit, row, given), NO_VARIABLES)
    process, instance = running.process, running.instance
    incidents.drop_of_activity(unit, row.id)
    running.move(
        lambda: interpreter.throw_error(process, instance, activity, running, code=code, message=message), activity
    )


def lock(unit: Unit, task_id: int, worker: str, duration: int) -> None:
    """Lock one task for ``duration`` milliseconds (contract 1.10); another worker's lock must have run out."""
    row = _hold(unit, task_id)
    if row.worker not in (None, worker) and row.lock_until is not None and row.lock_until >= unit.tx.now:
        raise LockedByAnother(task_id, worker, row.worker)
    external_tasks.lock(unit.tx, [row.id], worker, unit.tx.now + duration)
    unit.expires(row.topic or "", unit.tx.now + duration)


def extend_lock(unit: Unit, task_id: int, worker: str, duration: int) -> None:
    """Set the expiry of a live lock to now plus ``duration`` milliseconds (contract 1.11)."""
    row = _hold(unit, task_id)
    if row.worker != worker:
        raise LockedByAnother(task_id, worker, row.worker)
    if row.lock_until is None or row.lock_until < unit.tx.now:
        raise LockExpired(task_id, unit.tx.now)
    _refuse_suspended(row)
    external_tasks.lock(unit.tx, [row.id], worker, unit.tx.now + duration)
    unit.expires(row.topic or "", unit.tx.now + duration)


def unlock(unit: Unit, task_id: int) -> None:
    """Set a task free, whoever holds it (contract 1.12)."""
    row = _hold(unit, task_id)
    external_tasks.lock(unit.tx, [row.id], None, None)
    unit.tx.signal(EXTERNAL_TASKS, row.topic or "")


def give_back(unit: Unit, rows: Sequence[ActivityRow]) -> None:
    """Set tasks free again whose rows were just fetched, unless something has happened to their locks meanwhile."""
    for fetched in sorted(rows, key=lambda row: row.id):
        row = activities.hold(unit.tx, fetched.id)
        if row is not None and (row.worker, row.lock_until) == (fetched.worker, fetched.lock_until):
            external_tasks.lock(unit.tx, [row.id], None, None)
            unit.tx.signal(EXTERNAL_TASKS, row.topic or "")


def set_retries(unit: Unit, task_ids: Sequence[int], retries: int) -> None:
    """Set how often tasks may still be tried; all or none (contract 1.13, 1.15). Raises NotFound."""
    unit.expect_commands(len(task_ids))
    for task_id in sorted(set(task_ids)):
        row = _hold(unit, task_id)
        external_tasks.set_retries(unit.tx, row.id, retries)
        _follow_retries(unit, row, retries)
        if retries > 0:
            unit.tx.signal(EXTERNAL_TASKS, row.topic or "")


def set_priority(unit: Unit, task_id: int, priority: int) -> None:
    """Set a task's rank (contract 1.14)."""
    external_tasks.set_priority(unit.tx, _hold(unit, task_id).id, priority)


def visible_variables(unit: Unit, row: ActivityRow, *, local_only: bool = False) -> dict[str, Variable]:
    """The variables a worker sees with a task: its own first, then those of the scopes around it."""
    found = variables.visible(unit, row, local_only=local_only)
    if local_only and found:
        others = unit.process(row.definition_id).nodes[row.node_id].loop_variables
        return {name: variable for name, variable in found.items() if name not in others}
    return found


def _may_throw(process: Process, row: ActivityRow) -> bool:
    settings = settings_of(process.nodes[row.node_id])
    return settings is not None and bool(settings.errors)


def facts(row: ActivityRow) -> dict[str, object]:
    """What expressions may ask of ``externalTask``: what clients are shown of it, in the vendor's types."""
    return {
        "id": encode(Kind.EXTERNAL_TASK, row.id),
        "topicName": row.topic,
        "workerId": row.worker,
        "lockExpirationTime": _date(row.lock_until),
        "createTime": _date(row.created_at),
        "retries": None if row.retries is None else Integer(row.retries),
        "priority": row.priority,
        "errorMessage": row.error_message,
        "errorDetails": row.error_details,
        "activityId": row.node_id,
        "activityInstanceId": activity_instance_id(row.node_id, row.id),
        "executionId": encode(Kind.EXECUTION, row.id),
        "processInstanceId": encode(Kind.PROCESS_INSTANCE, row.instance_id),
        "processDefinitionId": definition_id(row.definition_key, row.definition_version, row.definition_id),
        "processDefinitionKey": row.definition_key,
        "processDefinitionVersionTag": row.version_tag,
        "businessKey": row.business_key,
        "tenantId": row.tenant,
        "suspended": row.state == ActivityState.SUSPENDED,
    }


def _date(moment: int | None) -> object:
    return Variable("Date", moment).python()


def held_by(unit: Unit, task_id: int, worker: str) -> ActivityRow:
    """One living task that the worker was the last to lock; raises NotFound, LockedByAnother, Suspended."""
    row = activities.hold_with_tree(unit.tx, task_id)
    if row is None or row.kind != ActivityKind.EXTERNAL:
        _unknown(task_id)
    if row.worker != worker:
        raise LockedByAnother(task_id, worker, row.worker)
    _refuse_suspended(row)
    return row


def _hold(unit: Unit, task_id: int) -> ActivityRow:
    row = activities.hold(unit.tx, task_id)
    if row is None or row.kind != ActivityKind.EXTERNAL:
        _unknown(task_id)
    return row


def _unknown(task_id: int) -> NoReturn:
    raise NotFound("external task", task_id)


def _refuse_suspended(row: ActivityRow) -> None:
    if row.state == ActivityState.SUSPENDED:
        raise Suspended("external task", row.id)


def _kept(unit: Unit, row: ActivityRow, given: dict[str, Variable]) -> dict[str, Variable]:
    return variables.kept(unit, row.instance_id, given) if given else given


def _follow_retries(unit: Unit, row: ActivityRow, retries: int) -> None:
    had_none = row.retries == 0
    if retries == 0 and not had_none:
        incidents.open_for(unit, row, FAILED_EXTERNAL_TASK, row.error_message)
    elif retries > 0 and had_none:
        incidents.resolve_of_activity(unit, row.id)
