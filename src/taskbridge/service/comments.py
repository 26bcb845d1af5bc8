"""Comments on process instances and on what is done in them; kept for good, readable through every dialect."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from taskbridge.service.unit import Unit
from taskbridge.store import comments
from taskbridge.store.activities import ActivityRow
from taskbridge.store.comments import CommentRow
from taskbridge.store.parts import parts

#: Said by the way; why something was done; why something has to wait.
COMMENT, REASON, DEFERRAL = "comment", "reason", "deferral"


def add(unit: Unit, instance_id: int, text: str, *, activity_id: int | None = None, kind: str = COMMENT) -> CommentRow:
    """Keep what the user says about an instance, or about one activity of it."""
    row = CommentRow(unit.tx.new_id(), instance_id, activity_id, kind, unit.user, text, unit.tx.now)
    comments.insert(unit.tx, row)
    return row


def add_to_task(unit: Unit, task: ActivityRow, text: str | None, *, kind: str = COMMENT) -> None:
    """Keep what the user says about a task; nothing where he says nothing."""
    if text:
        add(unit, task.instance_id, text, activity_id=task.id, kind=kind)


def of_task(unit: Unit, task_id: int) -> list[CommentRow]:
    """What was said about a task, oldest first."""
    return comments.of_activity(unit.tx, task_id)


@dataclass(slots=True)
class Said:
    """How much was said about a task, and the latest of each kind."""

    number: int = 0
    latest: dict[str, str] = field(default_factory=dict)


def about(unit: Unit, task_ids: Sequence[int]) -> dict[int, Said]:
    """How much was said about each of several tasks, of which there may be any number."""
    found = {number: Said() for number in task_ids}
    for some in parts(task_ids):
        for row in comments.summaries(unit.tx, some):
            found[row.activity_id].number += row.number
            found[row.activity_id].latest[row.kind] = row.latest
    return found


def of_instances(unit: Unit, instance_ids: Sequence[int]) -> dict[int, list[CommentRow]]:
    """What was said about process instances and everything in them, oldest first."""
    found: dict[int, list[CommentRow]] = defaultdict(list)
    for row in comments.of_instances(unit.tx, list(instance_ids)) if instance_ids else ():
        found[row.instance_id].append(row)
    return found
