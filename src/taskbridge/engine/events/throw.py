"""Intermediate throw events: passed; what they throw is the affair of their definition."""

from taskbridge.engine.elements.task import pass_with_mappings
from taskbridge.engine.events.base import Position
from taskbridge.engine.events.position import EventElement
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
        """A token passes; the mappings run."""
        pass_with_mappings(movement, token)


THROW_EVENT = ThrowEvent()
