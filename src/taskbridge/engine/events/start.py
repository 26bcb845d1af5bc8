"""Start events: where an instance or a subprocess begins."""

from taskbridge.engine.elements.base import pass_by
from taskbridge.engine.events.base import Position
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.vocabulary import FORM, IN_EVENT, JOBS, Vocabulary


class StartEvent(EventElement):
    """An event at which a token begins."""

    names = ("startEvent",)
    vocabulary = Vocabulary(
        frozenset({"id", "name", "isInterrupting", "parallelMultiple"}), IN_EVENT, FORM | JOBS | {"initiator"}
    )
    position = Position.START
    is_start = True

    def enter(self, movement: Movement, token: Token) -> None:
        """A token begins; it goes on at once."""
        pass_by(movement, token)


START_EVENT = StartEvent()
