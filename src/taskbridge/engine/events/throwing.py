"""What a throw or end event does in its definition's way, while nothing has a row of it."""

from taskbridge.engine.events.base import event_of
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
from taskbridge.kinds import ActivityState


def throw(movement: Movement, token: Token, place: Activity) -> bool:
    """Let the definition throw; whether the event takes place in the ordinary way (``Definition.throw``).

    An event with listeners is known meanwhile, so that they are evaluated where what it throws cancels it.
    """
    definition = event_of(token.node).definition
    if token.node.listeners is None:
        return definition.throw(movement, token, place)
    movement.fleeting.append(place)
    ends = definition.throw(movement, token, place)
    if place.state < ActivityState.DONE:
        movement.fleeting.remove(place)
    return ends
