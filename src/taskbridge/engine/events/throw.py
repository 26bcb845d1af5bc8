"""Intermediate throw events: passed; what they throw is the affair of their definition."""

from taskbridge.engine.elements.base import fleeting
from taskbridge.engine.events.base import Position, event_of
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.leaving import chosen, go
from taskbridge.engine.mappings import run_outputs
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.vocabulary import IN_EVENT, MAPPING, Vocabulary


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
        """A token passes, unless what it throws cancels it; the mappings run."""
        node, place = token.node, fleeting(movement, token)
        passes = event_of(node).definition.throw(movement, token, place)
        movement.passed(node.id, token.scope_id, cancelled=not passes)
        if passes:
            flows = chosen(movement, node, token.scope_id, place)
            run_outputs(movement, node, place)
            go(movement, node, flows, token.scope_id)


THROW_EVENT = ThrowEvent()
