"""What task listeners do when a task is changed from outside, by whatever API, and when their time comes."""

from collections.abc import Mapping

from taskbridge.engine import task_commands
from taskbridge.engine.state import Activity, ForPerson
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store.activities import ActivityRow


def let_know(unit: Unit, row: ActivityRow, at: tuple[Running, Activity] | None = None, /, **values: object) -> None:
    """Evaluate the listeners of a task that has some, once columns of it, or its links, were written.

    ``at`` is the task in its instance where that is loaded. Raises EngineError.
    """
    if unit.process(row.definition_id).nodes[row.node_id].task_listeners is not None:
        changed(*(at or Running.of_activity(unit, row)), values)


def changed(running: Running, activity: Activity, values: Mapping[str, object]) -> None:
    """Columns of a task, or something else of it, were changed. Raises EngineError."""
    former = activity.wait.assignee if isinstance(activity.wait, ForPerson) else None
    running.persons.take_over(activity, values)
    process, instance = running.process, running.instance
    running.move(lambda: task_commands.change(process, instance, activity, running, former), activity)


def timed_out(running: Running, activity: Activity, listener_id: str) -> None:
    """The time of a listener has come. Raises EngineError."""
    process, instance = running.process, running.instance
    running.move(lambda: task_commands.time_out(process, instance, activity, running, listener_id), activity)
