"""Putting tasks off: until a moment they rest, and why is kept. A task whose moment has come rests no longer."""

from taskbridge.service import comments, task_events
from taskbridge.service.errors import AlreadyDeferred, NotDeferred
from taskbridge.service.unit import Unit
from taskbridge.store import activities
from taskbridge.store.activities import ActivityRow


def rests(row: ActivityRow, now: int) -> bool:
    """Whether a task is put off at this moment."""
    return row.follow_up_at is not None and row.follow_up_at > now


def postpone(unit: Unit, row: ActivityRow, until: int, reason: str) -> None:
    """Put off a task that is held. Raises AlreadyDeferred."""
    if rests(row, unit.tx.now):
        raise AlreadyDeferred(row.id)
    put_off(unit, row, until, reason)


def change(unit: Unit, row: ActivityRow, until: int, reason: str) -> None:
    """Let a task that is held and put off rest until another moment. Raises NotDeferred."""
    if not rests(row, unit.tx.now):
        raise NotDeferred(row.id)
    put_off(unit, row, until, reason)


def put_off(unit: Unit, row: ActivityRow, until: int, reason: str | None) -> None:
    """Let a task that is held rest until a moment, whether it rests already or not."""
    activities.change(unit.tx, row.id, updated_at=unit.tx.now, follow_up_at=until)
    task_events.let_know(unit, row, follow_up_at=until)
    comments.add_to_task(unit, row, reason, kind=comments.DEFERRAL)
