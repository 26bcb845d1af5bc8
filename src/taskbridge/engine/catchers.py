"""The catchers of a scope: events that hang on activities, looked for from the inside outwards, and set off.

Called for errors that are thrown and for events that boundary events wait for.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from taskbridge.engine import scopes
from taskbridge.engine.cancelling import cancel
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity, Environment, Instance
from taskbridge.kinds import ActivityKind, ActivityState


class Caught(NamedTuple):
    """Where something that was thrown is caught: the host is an activity, or the instance (None)."""

    host: Activity | None
    catcher: Node


Choice = Callable[[Sequence[Node]], Node | None]


def find(movement: Movement, activity: Activity | None, choose: Choice, *, from_called: bool = False) -> Caught | None:
    """The nearest place, from an activity or the instance (None) outwards, where ``choose`` takes a catching event.

    At each place it is offered the start events of the event subprocesses, then the boundary events. An event
    subprocess is not offered what is thrown inside of it, but for what comes ``from_called``, out of an instance that
    the activity has called: that lets it begin anew.
    """
    return _find(movement.process, movement.instance, movement, activity, choose, from_called=from_called)


def find_above(movement: Movement, choose: Choice) -> Caught | None:
    """The same in the instances that have called this one, from the nearest outwards, at each from its call."""
    caller = movement.caller()
    while caller is not None:
        movement.spend_on_caller()
        found = _find(caller.process, caller.instance, caller.environment, caller.activity, choose, from_called=True)
        if found is not None:
            return found
        caller = caller.environment.caller()
    return None


def _find(
    process: Process,
    instance: Instance,
    environment: Environment,
    activity: Activity | None,
    choose: Choice,
    *,
    from_called: bool,
) -> Caught | None:
    inside = ""
    while activity is not None:
        node = process.nodes[activity.node_id]
        catcher = choose(_others(node.event_starts, inside)) or choose(node.boundaries)
        if catcher is not None:
            return Caught(activity, catcher)
        inside = "" if from_called else node.id
        activity = scopes.around(instance, activity, environment)
    catcher = choose(_others(process.event_starts, inside))
    return None if catcher is None else Caught(None, catcher)


def _others(starts: Sequence[Node], inside: str) -> Sequence[Node]:
    return [one for one in starts if one.scope != inside] if starts else starts


def interrupt(movement: Movement, host: Activity, catcher: Node) -> None:
    """Cancel an activity with all that is in it; its token goes on at the event that interrupts it."""
    cancel(movement, host)
    movement.send(Token(catcher, host.scope_id, None))


def branch(movement: Movement, host: Activity, catcher: Node) -> None:
    """Let a further token begin at an event of an activity, which goes on itself.

    The event gets a row of its own, for no other row ends here that could tell what is passed.
    """
    happened(movement, catcher, host.scope_id)
    movement.tokens.add(host.scope_id, 1)
    movement.send(Token(catcher, host.scope_id, None))


def happened(movement: Movement, node: Node, scope_id: int) -> None:
    """Give an event that has just happened a row of its own, with what is passed from there on."""
    event = Activity(movement.new_id(), scope_id, node.id, ActivityKind.EVENT)
    movement.create(event)
    movement.end(event, ActivityState.DONE)
    movement.changes.beside = event
