"""What the jobs of processes do when they fall due: a timer is triggered, a token goes on, an instance is started.

The runner has locked the instance's tree, where there is one, and taken the job away in the same transaction
(``job_handlers``). A timer that repeats is scheduled anew before anything else happens, as at the vendor's.
"""

from collections.abc import Callable

import orjson

from taskbridge.engine import interpreter, names
from taskbridge.engine.elements.base import CONTINUATION
from taskbridge.engine.events import timer
from taskbridge.engine.events.base import Position
from taskbridge.engine.state import Activity
from taskbridge.engine.task_listening import TIMEOUT_JOB, timer_of
from taskbridge.kinds import InstanceState
from taskbridge.service import processes, queue, retry_cycles, task_events, timer_starts, waits
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.service.waits import continuation, time, timeout
from taskbridge.store.jobs import TRIES, JobRow

_TIMERS = tuple(timer.JOB_TYPES[one] for one in (Position.BOUNDARY, Position.CATCH, Position.EVENT_SUBPROCESS_START))


def go_on(unit: Unit, job: JobRow) -> None:
    """Let a token go on that waits for its asynchronous continuation."""
    running, activity = _active(unit, job)
    if activity is None:
        raise TypeError(f"job {job.id} hangs on no activity instance")
    waited = continuation.wait_of(orjson.loads(job.payload))
    waits.withdraw(unit, [activity])  # a task that an error has left is not done
    running.move(lambda: interpreter.resume(running.process, running.instance, activity, running, waited), activity)


def trigger_timer(unit: Unit, job: JobRow) -> None:
    """Trigger the event of a timer that an instance waits for."""
    running, host = _active(unit, job)
    _schedule_next_unless_failed(unit, job)
    node_id = job.node_id or ""
    running.move(lambda: interpreter.trigger(running.process, running.instance, host, running, node_id), host)


def time_out(unit: Unit, job: JobRow) -> None:
    """Evaluate the listener of a task whose time has come."""
    running, activity = _active(unit, job)
    if activity is None:
        raise TypeError(f"job {job.id} hangs on no activity instance")
    _schedule_next_unless_failed(unit, job)
    task_events.timed_out(running, activity, timeout.wait_of(job.due_at, orjson.loads(job.payload)).listener_id)


def start_by_timer(unit: Unit, job: JobRow) -> None:
    """Start an instance of the definition; while that is suspended nothing is started, as at the vendor's."""
    _schedule_next_unless_failed(unit, job)
    definition = processes.definition(unit, job.definition_id or 0)
    if not definition.suspended:
        processes.start(unit, definition)


def _schedule_next_unless_failed(unit: Unit, job: JobRow) -> None:
    if job.error is None:  # else it was scheduled when the job failed for the first time
        schedule_next(unit, job)


def schedule_next(unit: Unit, job: JobRow) -> None:
    """Schedule the next occurrence of a timer that repeats."""
    wait = timer.again(time.wait_of(job.due_at, orjson.loads(job.payload)), unit.tx.now, job.node_id or "")
    if wait is not None:
        cycle = retry_cycles.of_job(unit, job)
        payload = orjson.loads(job.payload) | time.payload(wait)
        queue.schedule_next(unit, job, wait.due_at, payload, TRIES if cycle is None else cycle.tries)


def due_from(unit: Unit, job: JobRow, moment: int) -> int:
    """When a timer of an instance falls due that is counted from a moment (milliseconds)."""
    running, host = _held(unit, job)
    node = running.process.nodes[job.node_id or ""]
    resolve = names.resolver(running.process, running.instance, host, running, node)
    return timer.due(node, resolve, moment, running.process.key if host is None else host.node_id).due_at


def timeout_due_from(unit: Unit, job: JobRow, moment: int) -> int:
    """When a listener of a task is evaluated whose time is counted from a moment (milliseconds)."""
    running, host = _held(unit, job)
    listener_id = timeout.wait_of(job.due_at, orjson.loads(job.payload)).listener_id
    node = running.process.nodes[job.node_id or ""]
    settings = timer_of(node, listener_id)
    resolve = names.resolver(running.process, running.instance, host, running, node)
    return timer.due_of(settings, node.id, resolve, moment, node.id).due_at


def start_due_from(unit: Unit, job: JobRow, moment: int) -> int:
    """When a timer start event falls due that is counted from a moment (milliseconds)."""
    node = unit.process(job.definition_id or 0).nodes[job.node_id or ""]
    return timer_starts.due(node, moment).due_at


def shifted(_unit: Unit, job: JobRow, by: int) -> str:
    """The payload of a timer all of whose further occurrences move by so many milliseconds."""
    wait = timer.moved(time.wait_of(job.due_at, orjson.loads(job.payload)), by)
    return orjson.dumps(orjson.loads(job.payload) | time.payload(wait)).decode()


def _active(unit: Unit, job: JobRow) -> tuple[Running, Activity | None]:
    """The same of an instance that is to go on. Raises Suspended."""
    running, host = _held(unit, job)
    if running.instance.state == InstanceState.SUSPENDED:
        raise running.suspended(host)
    return running, host


def _held(unit: Unit, job: JobRow) -> tuple[Running, Activity | None]:
    """The instance of a job, and what the job hangs on there."""
    return Running.of_host(unit, job.instance_id or 0, job.activity_id)


Handler = Callable[[Unit, JobRow], None]

HANDLERS: dict[str, Handler] = {
    CONTINUATION: go_on,
    **dict.fromkeys(_TIMERS, trigger_timer),
    TIMEOUT_JOB: time_out,
    timer_starts.TYPE: start_by_timer,
}
_REPEATING = (*_TIMERS, TIMEOUT_JOB, timer_starts.TYPE)
AT_FIRST_FAILURE: dict[str, Handler] = dict.fromkeys(_REPEATING, schedule_next)
RECALCULATE: dict[str, Callable[[Unit, JobRow, int], int]] = {
    **dict.fromkeys(_TIMERS, due_from),
    TIMEOUT_JOB: timeout_due_from,
    timer_starts.TYPE: start_due_from,
}
SHIFT: dict[str, Callable[[Unit, JobRow, int], str]] = dict.fromkeys(_REPEATING, shifted)
