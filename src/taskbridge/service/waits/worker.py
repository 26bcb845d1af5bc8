"""Waiting for a worker: an external task."""

from collections.abc import Sequence

from taskbridge.engine.state import ForWorker
from taskbridge.service.expiries import EXTERNAL_TASKS
from taskbridge.service.unit import Unit
from taskbridge.store import incidents


def columns(wait: ForWorker) -> dict[str, object]:
    """The columns of the activity's row."""
    return {"topic": wait.topic, "priority": wait.priority}


def announce(unit: Unit, wait: ForWorker) -> None:
    """Wake the workers that wait for such a task."""
    unit.tx.signal(EXTERNAL_TASKS, wait.topic)


def withdraw(unit: Unit, activity_ids: Sequence[int]) -> None:
    """Tasks are gone, and with them what was wrong with them."""
    incidents.end_of_activities(unit.tx, activity_ids, resolved=False)
