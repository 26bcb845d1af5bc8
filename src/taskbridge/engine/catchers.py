"""The catchers of a scope: events that hang on activities, looked for from the inside outwards, and set off.

Called for errors that are thrown and for timers that fall due.
"""

from collections.abc import Callable, Sequence

from taskbridge.engine.cancelling import cancel
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token, around
from taskbridge.engine.state import Activity
from taskbridge.kinds import ActivityKind, ActivityState


def find(
    movement: Movement, activity: Activity | None, choose: Callable[[Sequence[Node]], Node | None]
) -> tuple[Activity, Node] | None:
    """The nearest activity, from this one outwards, at which ``choose`` takes one of the boundary events; and that."""
    while activity is not None:
        catcher = choose(movement.process.nodes[activity.node_id].boundaries)
        if catcher is not None:
            return activity, catcher
        activity = around(movement, activity)
    return None


def interrupt(movement: Movement, host: Activity, catcher: Node) -> None:
    """Cancel an activity with all that is in it; its token goes on at the event that interrupts it."""
    cancel(movement, host)
    movement.send(Token(catcher, host.scope_id, None))


def branch(movement: Movement, host: Activity, catcher: Node) -> None:
    """Let a further token begin at an event of an activity, which goes on itself.

    The event gets a row of its own, for no other row ends here that could tell what is passed.
    """
    event = Activity(movement.new_id(), host.scope_id, catcher.id, ActivityKind.EVENT)
    movement.create(event)
    movement.end(event, ActivityState.DONE)
    movement.changes.beside = event
    movement.tokens.add(host.scope_id, 1)
    movement.send(Token(catcher, host.scope_id, None))
