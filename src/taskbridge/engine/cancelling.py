"""Cancelling: taking an activity, or everything inside a scope, away before it is done.

Called by the interpreter for interrupting events, terminate ends and errors. Output mappings of what is cancelled run,
as in the vendor's engine (contract 3.7), innermost first.
"""

from collections import defaultdict

from taskbridge.engine.mappings import run_outputs
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Activity, ActivityKind, ActivityState


def cancel(movement: Movement, activity: Activity) -> None:
    """Cancel a living activity with all that is alive in it. Its own token stays for the caller to use."""
    if activity.kind is ActivityKind.SCOPE:
        cancel_inside(movement, activity.id)
    run_outputs(movement, movement.process.nodes[activity.node_id], activity)
    movement.end(activity, ActivityState.CANCELLED)


def cancel_inside(movement: Movement, scope_id: int) -> None:
    """Cancel all in a scope: activities, tokens at joins and tokens that still move. Only its last token stays."""
    doomed, gone = _contents(movement, scope_id)
    for activity in reversed(doomed):
        run_outputs(movement, movement.process.nodes[activity.node_id], activity)
        movement.end(activity, ActivityState.CANCELLED)
    movement.work[:] = [token for token in movement.work if token.scope_id not in gone]
    for arrival in movement.tokens.arrivals:
        if arrival.scope_id in gone:
            movement.passed(arrival.node_id, arrival.scope_id, cancelled=True)
    for inner in gone:
        movement.tokens.forget(inner)


def _contents(movement: Movement, scope_id: int) -> tuple[list[Activity], set[int]]:
    inside: dict[int, list[Activity]] = defaultdict(list)
    for activity in movement.open_activities():
        inside[activity.scope_id].append(activity)
    found: list[Activity] = []
    scopes = [scope_id]
    for scope in scopes:  # grows while it is read, so that depth costs no stack
        found += inside[scope]
        scopes += [activity.id for activity in inside[scope] if activity.kind is ActivityKind.SCOPE]
    return found, set(scopes)
