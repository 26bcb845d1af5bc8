"""Where an execution stands: the activity that whoever names the execution means.

Here every activity instance has an execution of its own. The vendor's engine gives one only to activities that have
events at their edge, mappings, or something that they wait for; others share that of the scope around them.
"""

from collections.abc import Iterable, Sequence

from taskbridge.engine.graph import Process
from taskbridge.engine.state import Activity, Instance, Tokens
from taskbridge.kinds import WITHOUT_ACTIVITY, ActivityKind


def activity_at(
    process: Process, instance: Instance, place: Activity | None, living: Iterable[Activity]
) -> Activity | None:
    """The activity at which an execution stands; None where it stands at none.

    ``place`` is the activity that the execution is of, None for that of the instance. A scope stands at the only
    activity in it, where that has no execution of its own in the vendor's engine.
    """
    if place is not None and place.kind is not ActivityKind.SCOPE:
        return place
    scope_id = instance.id if place is None else place.id
    return only_one_in(process, instance.tokens, scope_id, [one for one in living if one.scope_id == scope_id])


def only_one_in(process: Process, tokens: Tokens, scope_id: int, inside: Sequence[Activity]) -> Activity | None:
    """The only activity that a scope has directly ``inside``, where it shares the scope's execution; else None."""
    if len(inside) != 1 or tokens.count(scope_id) != 1:
        return None
    return inside[0] if shares_execution(process, inside[0]) else None


def shares_scope(process: Process, tokens: Tokens, activity: Activity, inside: Sequence[Activity]) -> bool:
    """Whether an activity has the execution of its scope, which has these activities directly ``inside``."""
    return only_one_in(process, tokens, activity.scope_id, inside) is activity


def shares_execution(process: Process, activity: Activity) -> bool:
    """Whether an activity has no execution of its own, if it is the only one in its scope."""
    if activity.kind in WITHOUT_ACTIVITY:
        return True
    node = process.nodes[activity.node_id]
    if node.boundaries or node.own_names or node.outputs:
        return False
    if node.task_listeners is not None and node.task_listeners.timeouts:
        return False
    is_receive_task = activity.kind is ActivityKind.EVENT and node.behaviour.hosts_boundaries
    return activity.kind is ActivityKind.USER or (is_receive_task and node.settings is None)
