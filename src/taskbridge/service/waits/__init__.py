"""Ways of waiting: what each puts into rows, and which long polls it wakes. One module each, which ``running`` calls.

A wait for a person or a worker is the activity's own row. A wait for a time or a continuation is a job that hangs on
the activity, or on the instance; ``process_jobs`` carries it out. One for an event or a condition is a subscription
that hangs there; ``events`` lets the instance go on.
"""

from collections.abc import Sequence

from taskbridge.engine.graph import Node
from taskbridge.engine.state import Activity, ForContinuation, ForPerson, ForTime, ForTimeout, ForWorker
from taskbridge.kinds import ActivityKind
from taskbridge.service.unit import Unit
from taskbridge.service.waits import continuation, person, time, timeout, worker
from taskbridge.service.waits.job import JobOfWait

RowWait = ForPerson | ForWorker
#: What is done elsewhere, and may have failed there.
_WITH_INCIDENTS = (ActivityKind.EXTERNAL, ActivityKind.CALL)


def columns(wait: RowWait | None) -> dict[str, object]:
    """The columns of an activity's row that its wait fills."""
    match wait:
        case ForWorker():
            return worker.columns(wait)
        case ForPerson():
            return person.columns(wait)
        case None:
            return {}


def announce(unit: Unit, activity_id: int, wait: RowWait | None) -> None:
    """What is to be done once the row of an activity that waits is written."""
    match wait:
        case ForWorker():
            worker.announce(unit, wait)
        case ForPerson():
            person.announce(unit, activity_id, wait)
        case None:
            pass


def withdraw(unit: Unit, activities: Sequence[Activity]) -> None:
    """What is to be done about activities that end while they wait, undone; their jobs are withdrawn with them."""
    failing = [one.id for one in activities if one.kind in _WITH_INCIDENTS]
    if failing:
        worker.withdraw(unit, failing)


def job(node: Node, wait: ForTime | ForTimeout | ForContinuation) -> JobOfWait:
    """The job that hangs on an activity, or an instance, for something that it waits for."""
    match wait:
        case ForTime():
            return time.job(node, wait)
        case ForTimeout():
            return timeout.job(node, wait)
        case ForContinuation():
            return continuation.job(wait)
