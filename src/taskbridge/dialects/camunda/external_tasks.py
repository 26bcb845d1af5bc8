"""External tasks one by one: lock, complete, fail (contract 1). The rules are the service's, the order of checks ours.

Fetching stands in ``external_task_fetch.py``, lists and bulk retries stand in ``external_task_lists.py``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import (
    NOT_PROPAGATED,
    bad_user_request,
    invalid_request,
    null_pointer,
    null_value,
    process_engine_exception,
    rest_exception,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import ExtendExternalTaskLock, ExternalTaskPriority, LockExternalTask
from taskbridge.dialects.camunda.values import LONGEST
from taskbridge.dialects.camunda.variables import read_variables
from taskbridge.dialects.camunda.views.external_tasks import external_task
from taskbridge.engine.errors import TransientConflict
from taskbridge.engine.variables import Variable
from taskbridge.service import external_tasks
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call


async def camunda_get_external_task(call: Call) -> Answer:
    """One task."""
    task_id = _task_id(call)
    row = await call.services.run(lambda unit: external_tasks.get(unit, task_id), call.user)
    return Answer(200, external_task(row))


async def camunda_get_external_task_error_details(call: Call) -> Answer:
    """What the last failure told at length, as plain text; nothing when it told nothing."""
    task_id = _task_id(call)
    row = await call.services.run(lambda unit: external_tasks.get(unit, task_id), call.user)
    if row.error_details is None:
        return Answer(204)
    return Answer(200, row.error_details.encode(), "text/plain")


async def camunda_complete_external_task(call: Call) -> Answer:
    """Complete a task with variables."""
    body = call.body
    given, local = read_variables(body.get("variables")), read_variables(body.get("localVariables"))
    worker = _worker(body)
    return await _change(call, lambda unit, task_id: external_tasks.complete(unit, task_id, worker, given, local))


async def camunda_handle_external_task_failure(call: Call) -> Answer:
    """Report a failure; without ``retries`` there are none left."""
    body = call.body
    given, local = read_variables(body.get("variables")), read_variables(body.get("localVariables"))
    worker = _worker(body)
    retries, timeout = body.get("retries") or 0, body.get("retryTimeout") or 0
    if retries < 0:
        raise process_engine_exception("retries is not greater than or equal to 0")
    if timeout < 0:
        raise process_engine_exception("retryDuration is not greater than or equal to 0")
    return await _change(
        call,
        lambda unit, task_id: external_tasks.fail(
            unit,
            task_id,
            worker,
            message=body.get("errorMessage"),
            details=body.get("errorDetails"),
            retries=retries,
            retry_timeout=min(timeout, LONGEST),
            given=given,
            local=local,
        ),
    )


async def camunda_handle_external_task_bpmn_error(call: Call) -> Answer:
    """Report a BPMN error, caught or not."""
    body = call.body
    given = read_variables(body.get("variables"))
    worker, code, message = _worker(body), body.get("errorCode"), body.get("errorMessage")
    if code is None:
        raise null_value("errorCode is null")
    return await _change(call, lambda unit, task_id: _throw(unit, task_id, worker, code, message, given))


def _throw(unit: Unit, task_id: int, worker: str, code: str, message: str | None, given: dict[str, Variable]) -> None:
    if not code.strip() or (message is not None and not message.strip()):
        # The vendor looks at the texts only once the task turned out to be the worker's.
        external_tasks.held_by(unit, task_id, worker)
        raise process_engine_exception("Error Message is empty" if code.strip() else "Error Code is empty")
    try:
        external_tasks.throw_error(unit, task_id, worker, code=code, message=message, given=given)
    except TransientConflict:
        raise
    except NOT_PROPAGATED as error:
        raise process_engine_exception(f"ENGINE-13033 Propagation of bpmn error {code} failed. ") from error


async def camunda_lock_external_task(call: Call) -> Answer:
    """Lock one task by its id."""
    wish = call.body_as(LockExternalTask)
    worker, duration = _required(wish.workerId), wish.lockDuration or 0
    if duration <= 0:
        raise rest_exception("lockDuration is not greater than 0", 400)
    return await _change(call, lambda unit, task_id: external_tasks.lock(unit, task_id, worker, min(duration, LONGEST)))


async def camunda_extend_external_task_lock(call: Call) -> Answer:
    """Keep a lock for longer, counted from now."""
    wish = call.body_as(ExtendExternalTaskLock)
    duration = wish.newDuration or 0
    if duration <= 0:
        raise rest_exception("lockTime is not greater than 0", 400)
    worker = _required(wish.workerId)
    return await _change(
        call, lambda unit, task_id: external_tasks.extend_lock(unit, task_id, worker, min(duration, LONGEST))
    )


async def camunda_unlock_external_task(call: Call) -> Answer:
    """Set a task free, whoever holds it."""
    return await _change(call, external_tasks.unlock)


async def camunda_set_external_task_retries(call: Call) -> Answer:
    """How often the task may still be tried."""
    retries = wanted_retries(call.body)
    if retries < 0:
        raise bad_user_request(NEGATIVE_RETRIES)
    return await _change(call, lambda unit, task_id: external_tasks.set_retries(unit, [task_id], retries))


async def camunda_set_external_task_priority(call: Call) -> Answer:
    """The task's rank; negative ranks are allowed."""
    priority = call.body_as(ExternalTaskPriority).priority
    if priority is None:
        raise null_pointer()
    return await _change(call, lambda unit, task_id: external_tasks.set_priority(unit, task_id, priority))


NEGATIVE_RETRIES = "The number of retries cannot be negative: retries is not greater than or equal to 0"


def wanted_retries(body: Mapping[str, Any]) -> int:
    """The number of retries that a body asks for; it may be negative."""
    retries: int | None = body.get("retries")
    if retries is None:
        raise invalid_request("The number of retries cannot be null.")
    return retries


def _task_id(call: Call) -> int:
    return ids.decode(call.path["id"], Kind.EXTERNAL_TASK)


def _worker(body: Mapping[str, Any]) -> str:
    return _required(body.get("workerId"))


def _required(worker: str | None) -> str:
    if worker is None:
        raise null_value("workerId is null")
    return worker


async def _change(call: Call, work: Callable[[Unit, int], None]) -> Answer:
    task_id = _task_id(call)
    await call.services.run(lambda unit: work(unit, task_id), call.user)
    return Answer(204)
