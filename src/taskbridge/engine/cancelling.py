"""Cancelling: taking an activity, or everything inside a scope, away before it is done.

Called by the interpreter for interrupting events, terminate ends and errors. Output mappings of what is cancelled run,
as in the vendor's engine (contract 3.7), innermost first.
"""

from taskbridge.engine.mappings import run_outputs
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Activity
from taskbridge.kinds import WITHOUT_ACTIVITY, ActivityKind, ActivityState, InstanceState


def cancel(movement: Movement, activity: Activity) -> None:
    """Cancel a living activity with all that is alive in it. Its own token stays for the caller to use."""
    if activity.kind is ActivityKind.SCOPE:
        cancel_inside(movement, activity.id)
    _end(movement, activity)


def cancel_inside(movement: Movement, scope_id: int) -> None:
    """Cancel all in a scope: activities, tokens at joins and tokens that still move. Only its last token stays."""
    doomed, gone = _contents(movement, scope_id)
    for activity in reversed(doomed):
        _end(movement, activity)
    movement.empty(gone)


def interrupt_everything(movement: Movement) -> None:
    """Take a whole called instance away, for its caller is interrupted; the output mappings of what is in it run."""
    cancel_inside(movement, movement.instance.id)
    movement.abandon(InstanceState.INTERNALLY_TERMINATED)


def cancel_everything(movement: Movement, state: InstanceState) -> None:
    """Take a whole instance away: all in it is cancelled, and no output mapping runs."""
    for activity in reversed(movement.open_activities()):
        movement.end(activity, ActivityState.CANCELLED)
    for join in movement.tokens.joins():
        movement.cancel_waiting(join)
    movement.abandon(state)


def _end(movement: Movement, activity: Activity) -> None:
    if activity.kind not in WITHOUT_ACTIVITY:  # which has not begun, or has run its outputs already
        run_outputs(movement, movement.process.nodes[activity.node_id], activity)
    movement.end(activity, ActivityState.CANCELLED)


def _contents(movement: Movement, scope_id: int) -> tuple[list[Activity], list[int]]:
    found: list[Activity] = []
    scopes = [scope_id]
    for scope in scopes:  # grows while it is read, so that depth costs no stack
        inside = movement.inside(scope)
        found += inside
        scopes += [activity.id for activity in inside if activity.kind is ActivityKind.SCOPE]
    return found, scopes
