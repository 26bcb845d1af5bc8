"""What a migration does to an instance: scopes are left, scopes begin, and what is new is waited for.

The first part is a movement of the process that the instance comes from, the second one of the process that it goes to;
the service changes the rows in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from taskbridge.engine import listening, task_listening
from taskbridge.engine.cancelling import innermost_first
from taskbridge.engine.events.base import Event
from taskbridge.engine.events.message import MESSAGE
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.instructions import Omissions, movement_without
from taskbridge.engine.mappings import run_inputs, run_outputs
from taskbridge.engine.migrating.moves import Moves, Place
from taskbridge.engine.migrating.waits import Kept, New, Waits
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Activity, Armed, Changes, Done, Environment, Instance
from taskbridge.kinds import ActivityKind, ActivityState


@dataclass(slots=True)
class Arrival:
    """What comes of the second part: changes, and what existing jobs and subscriptions wait for from now on, by id."""

    changes: Changes
    timers: dict[int, Armed] = field(default_factory=dict)
    subscriptions: dict[int, Armed] = field(default_factory=dict)


def leave_scopes(
    process: Process, instance: Instance, environment: Environment, vanishing: Sequence[Activity], omitted: Omissions
) -> Changes:
    """Let scopes vanish, the innermost first; what is in them lives on. Raises EngineError."""
    movement = movement_without(omitted, process, instance, environment)
    for activity in innermost_first(vanishing):
        node = process.nodes[activity.node_id]
        if activity.kind is ActivityKind.SCOPE:
            listening.ended(movement, node, activity, cancelled=True)
            run_outputs(movement, node, activity)
        movement.end(activity, ActivityState.CANCELLED)
    return movement.finished()


def arrive(
    process: Process, instance: Instance, environment: Environment, moved: Moves, waits: Waits, omitted: Omissions
) -> Arrival:
    """Let scopes emerge, and wait for what is new. Raises EngineError."""
    movement = movement_without(omitted, process, instance, environment)
    arrival = Arrival(movement.changes)
    for place in moved.emerging:
        _begin(movement, place)
    hosts = {one.id: one for one in movement.open_activities()}
    for kept in waits.timers:
        if kept.updates:
            arrival.timers[kept.id] = _armed(movement, kept, hosts.get(kept.host_id))
    for kept in waits.subscriptions:
        if kept.updates:
            arrival.subscriptions[kept.id] = _armed(movement, kept, hosts.get(kept.host_id))
    for new in waits.new:
        _arm(movement, new, hosts.get(new.host_id))
    for place in moved.emerging_completed:
        _complete(movement, place)
    arrival.changes = movement.finished()
    return arrival


def _begin(movement: Movement, place: Place) -> None:
    node = movement.process.nodes[place.node_id]
    activity = Activity(place.id, place.scope_id, node.id, ActivityKind.SCOPE)
    run_inputs(movement, node, activity)
    listening.started(movement, node, activity)
    movement.create(activity)


def _complete(movement: Movement, place: Place) -> None:
    """A completed subprocess emerges, in which something was done that can be compensated."""
    activity = Activity(place.id, place.scope_id, place.node_id, ActivityKind.SCOPE, ActivityState.DONE)
    movement.changes.created.append(activity)
    movement.changes.done.append(Done(movement.new_id(), place.scope_id, place.node_id, place.id))


def _armed(movement: Movement, kept: Kept, host: Activity | None) -> Armed:
    """What a job or subscription waits for when it is made anew."""
    _arm(movement, New(kept.host_id, kept.node_id, kept.listener_id), host)
    return movement.changes.armed.pop()


def _arm(movement: Movement, new: New, host: Activity | None) -> None:
    node = movement.process.nodes[new.node_id]
    if new.listener_id is not None and host is not None:
        task_listening.arm(movement, node, host, new.listener_id)
    else:
        _arm_event(movement, node, host)


def _arm_event(movement: Movement, node: Node, host: Activity | None) -> None:
    if isinstance(node.settings, Event):
        node.settings.definition.arm(movement, host, node)
    else:
        MESSAGE.arm(movement, host, node)  # a receive task
