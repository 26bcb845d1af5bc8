"""Commands about a user task that stays where it is: it was changed from outside, or the time of a listener has come.

What the listeners change is no occasion for conditions, as at the vendor's. Services call these as they call those of
``interpreter``, for tasks that have listeners.
"""

from taskbridge.engine import task_listening
from taskbridge.engine.graph import Process
from taskbridge.engine.interpreter import advance
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Activity, Changes, Environment, Instance


def change(
    process: Process, instance: Instance, activity: Activity, environment: Environment, former: str | None
) -> Changes:
    """Evaluate the listeners of a task that was changed; ``former`` is its assignee before. Raises ExpressionError."""
    movement = Movement(process, instance, environment)
    task_listening.changed(movement, process.nodes[activity.node_id], activity, former)
    return advance(movement)


def time_out(
    process: Process, instance: Instance, activity: Activity, environment: Environment, listener_id: str
) -> Changes:
    """Evaluate the listener of a task whose time has come. Raises ExpressionError."""
    movement = Movement(process, instance, environment)
    task_listening.timed_out(movement, process.nodes[activity.node_id], activity, listener_id)
    return advance(movement)
