"""Cancelling: taking an activity, or everything inside a scope, away before it is done.

Called by the interpreter for interrupting events, terminate ends and errors. Output mappings of what is cancelled run,
as in the vendor's engine (contract 3.7), innermost first.
"""

from collections.abc import Iterator, Sequence

from taskbridge.engine import listening, standing, task_listening
from taskbridge.engine.mappings import run_outputs
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Activity
from taskbridge.kinds import WITHOUT_ACTIVITY, ActivityKind, ActivityState, InstanceState


def cancel(movement: Movement, activity: Activity, *, silently: bool = False) -> None:
    """Cancel a living activity with all that is alive in it, ``silently`` without listeners.

    Its own token stays for the caller to use.
    """
    if activity.kind is ActivityKind.SCOPE:
        cancel_inside(movement, activity.id)
    _end(movement, activity, silently=silently)


def cancel_inside(movement: Movement, scope_id: int) -> None:
    """Cancel all in a scope: activities, tokens at joins and tokens that still move. Only its last token stays."""
    doomed, gone = _contents(movement, scope_id)
    without_rows = _without_rows(movement, gone) if movement.process.listens else []
    for activity in innermost_first([*without_rows, *doomed]):
        if activity.state is ActivityState.CANCELLED:
            listening.ended(movement, movement.process.nodes[activity.node_id], activity, cancelled=True)
        else:
            _end(movement, activity)
    movement.empty(gone)


def interrupt_everything(movement: Movement) -> None:
    """Take a whole called instance away, for its caller is interrupted; the output mappings of what is in it run."""
    cancel_inside(movement, movement.instance.id)
    listening.instance_ended(movement, None, cancelled=True)
    movement.abandon(InstanceState.INTERNALLY_TERMINATED)


def cancel_everything(
    movement: Movement, state: InstanceState, *, silently: bool = False, called: bool = False
) -> None:
    """Take a whole instance away: all in it is cancelled, and no output mapping runs; ``silently`` no listener either.

    ``called``: it goes with what has called it.
    """
    doomed = movement.open_activities()
    if (movement.process.listens or movement.process.has_task_listeners) and not silently:
        _listen_to_end(movement, doomed, tasks_first=not called)
    for activity in reversed(doomed):
        movement.end(activity, ActivityState.CANCELLED)
    for join in movement.tokens.joins():
        movement.cancel_waiting(join)
    movement.abandon(state)


def _listen_to_end(movement: Movement, doomed: Sequence[Activity], *, tasks_first: bool) -> None:
    scopes = [movement.instance.id, *(one.id for one in doomed if one.kind is ActivityKind.SCOPE)]
    for activity in doomed if tasks_first else ():
        _listen_to_delete(movement, activity)
    for activity in innermost_first([*_without_rows(movement, scopes), *doomed]):
        if activity.kind not in WITHOUT_ACTIVITY:
            listening.ended(movement, movement.process.nodes[activity.node_id], activity, cancelled=True)
            _listen_to_delete(movement, activity)
    listening.instance_ended(movement, None, cancelled=True)


def _listen_to_delete(movement: Movement, activity: Activity) -> None:
    node = movement.process.nodes[activity.node_id]
    if node.task_listeners is not None and activity.kind is ActivityKind.USER:
        task_listening.deleted(movement, node, activity)  # once


def interrupt_inside(movement: Movement, scope_id: int) -> None:
    """Cancel all in a scope that goes on with something else: a task that has the scope's own execution goes first."""
    if movement.process.has_task_listeners:
        inside = movement.inside(scope_id)
        for activity in inside:
            node = movement.process.nodes[activity.node_id]
            if node.task_listeners is not None and standing.shares_scope(
                movement.process, movement.tokens, activity, inside
            ):
                task_listening.deleted(movement, node, activity)
    cancel_inside(movement, scope_id)


def innermost_first(doomed: Sequence[Activity]) -> Iterator[Activity]:
    """Activities in the order in which the vendor's engine deletes them: what is in a scope before it, else by age.

    They come with every scope before what is in it.
    """
    inside: dict[int, list[Activity]] = {}
    ids = {activity.id for activity in doomed}
    tops = [activity for activity in doomed if activity.scope_id not in ids]
    for activity in doomed:
        inside.setdefault(activity.scope_id, []).append(activity)
    waiting = [(activity, False) for activity in reversed(tops)]
    while waiting:
        activity, is_empty = waiting.pop()
        if is_empty or activity.id not in inside:
            yield activity
        else:
            waiting.append((activity, True))
            waiting += [(one, False) for one in reversed(inside[activity.id])]


def _without_rows(movement: Movement, scope_ids: Sequence[int]) -> list[Activity]:
    """What is cancelled in scopes without having a row: events that throw, and tokens at joins that have listeners."""
    found = [one for one in movement.fleeting if one.scope_id in scope_ids]
    for activity in found:
        movement.fleeting.remove(activity)
    for join in [one for scope_id in scope_ids for one in movement.tokens.joins_in(scope_id)]:
        if movement.process.nodes[join.node_id].listeners is not None:
            found += [Activity(0, join.scope_id, join.node_id, ActivityKind.SCOPE) for _ in range(join.number)]
    for activity in found:
        activity.state = ActivityState.CANCELLED
    return found


def _end(movement: Movement, activity: Activity, *, silently: bool = False) -> None:
    if activity.kind not in WITHOUT_ACTIVITY:  # which has not begun, or has run its outputs already
        node = movement.process.nodes[activity.node_id]
        if node.listeners is not None and not silently:
            listening.ended(movement, node, activity, cancelled=True)
        run_outputs(movement, node, activity)
        if node.task_listeners is not None:
            task_listening.deleted(movement, node, activity)
    movement.end(activity, ActivityState.CANCELLED)


def _contents(movement: Movement, scope_id: int) -> tuple[list[Activity], list[int]]:
    found: list[Activity] = []
    scopes = [scope_id]
    for scope in scopes:  # grows while it is read, so that depth costs no stack
        inside = movement.inside(scope)
        found += inside
        scopes += [activity.id for activity in inside if activity.kind is ActivityKind.SCOPE]
    return found, scopes
