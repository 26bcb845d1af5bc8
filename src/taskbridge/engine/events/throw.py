"""Intermediate throw events: their definition throws something, and a token passes."""

from taskbridge.engine.elements.base import fleeting, leave_with_mappings
from taskbridge.engine.events.base import Position, event_of
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.events.throwing import throw
from taskbridge.engine.mappings import run_outputs
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.vocabulary import IN_EVENT, MAPPING, Vocabulary
from taskbridge.kinds import ActivityState


class ThrowEvent(EventElement):
    """An event on the way."""

    names = ("intermediateThrowEvent",)
    vocabulary = Vocabulary(frozenset({"id", "name"}), IN_EVENT, extensions=MAPPING)
    position = Position.THROW
    acts_on = frozenset(
        {"messageEventDefinition", "signalEventDefinition", "escalationEventDefinition", "compensateEventDefinition"}
        | {"linkEventDefinition"}
    )

    def enter(self, movement: Movement, token: Token) -> None:
        """The definition throws, and the token passes; the mappings run, also where it does not go on."""
        node = token.node
        if event_of(node).definition.begins(movement, token):
            return
        place = fleeting(movement, token)
        if place.state >= ActivityState.DONE or throw(movement, token, place):
            leave_with_mappings(movement, token, place)
            return
        run_outputs(movement, node, place)
        movement.passed(node.id, token.scope_id, cancelled=True)


THROW_EVENT = ThrowEvent()
