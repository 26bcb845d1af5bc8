"""What the jobs of process instances do when they fall due: a timer is triggered, a token goes on.

The runner has locked the instance's tree and taken the job away in the same transaction (``job_handlers``).
"""

from collections.abc import Callable

import orjson

from taskbridge.engine import interpreter, names
from taskbridge.engine.elements.base import CONTINUATION
from taskbridge.engine.events import timer
from taskbridge.engine.events.base import Position
from taskbridge.engine.state import Activity
from taskbridge.service import queue
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.service.waits import continuation, time
from taskbridge.store import activities
from taskbridge.store.jobs import JobRow

_TIMERS = (timer.JOB_TYPES[Position.BOUNDARY], timer.JOB_TYPES[Position.CATCH])


def go_on(unit: Unit, job: JobRow) -> None:
    """Let a token go on that waits for its asynchronous continuation."""
    running, activity = _held(unit, job)
    waited = continuation.wait_of(orjson.loads(job.payload))
    running.move(lambda: interpreter.resume(running.process, running.instance, activity, running, waited), activity)


def trigger_timer(unit: Unit, job: JobRow) -> None:
    """Trigger the event of a timer. A cycle that failed before has been scheduled anew already."""
    running, activity = _held(unit, job)
    fired = time.wait_of(job.due_at, orjson.loads(job.payload) if job.error is None else {})
    node_id = job.node_id or activity.node_id
    running.move(
        lambda: interpreter.trigger(running.process, running.instance, activity, running, node_id, fired=fired),
        activity,
    )


def schedule_next(unit: Unit, job: JobRow) -> None:
    """Schedule the next occurrence of a cycle whose job has failed for the first time."""
    wait = timer.again(time.wait_of(job.due_at, orjson.loads(job.payload)), unit.tx.now)
    if wait is not None:
        queue.schedule_like(unit, job, wait.due_at, time.payload(wait))


def due_from(unit: Unit, job: JobRow, moment: int) -> int:
    """When a timer falls due that is counted from a moment (milliseconds)."""
    running, activity = _held(unit, job)
    node = running.process.nodes[job.node_id or activity.node_id]
    resolve = names.resolver(running.process, running.instance, activity, running, node)
    return timer.due(node, resolve, moment).due_at


def _held(unit: Unit, job: JobRow) -> tuple[Running, Activity]:
    """The instance of a job, and the activity that it hangs on; jobs go with their activities, so there is one."""
    row = activities.hold_with_tree(unit.tx, job.activity_id or 0)
    if row is None:
        raise LookupError(f"the activity instance {job.activity_id} of job {job.id} has ended")
    return Running.of_activity(unit, row)


HANDLERS: dict[str, Callable[[Unit, JobRow], None]] = {
    CONTINUATION: go_on,
    **dict.fromkeys(_TIMERS, trigger_timer),
}
AT_FIRST_FAILURE: dict[str, Callable[[Unit, JobRow], None]] = dict.fromkeys(_TIMERS, schedule_next)
RECALCULATE: dict[str, Callable[[Unit, JobRow, int], int]] = dict.fromkeys(_TIMERS, due_from)
