"""Start events: where an instance or a subprocess begins."""

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag
from taskbridge.engine.elements.base import pass_by
from taskbridge.engine.events.base import Position, definition_elements, event_of
from taskbridge.engine.events.none import NONE
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.vocabulary import FORM, IN_EVENT, JOBS, Vocabulary


class StartEvent(EventElement):
    """An event at which a token begins."""

    names = ("startEvent",)
    vocabulary = Vocabulary(
        frozenset({"id", "name", "isInterrupting", "parallelMultiple"}), IN_EVENT, FORM | JOBS | {"initiator"}
    )
    position = Position.START
    is_start = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node; within a subprocess that is entered by its flows nothing but a token begins it."""
        node = super().read(reading, element, scope)
        if scope is not None and event_of(node).definition is not NONE:
            for definition in definition_elements(element):
                message = f"{tag(definition)} is not allowed on start event within a subprocess"
                reading.source.complain(definition, message)
        return node

    def enter(self, movement: Movement, token: Token) -> None:
        """A token begins; it goes on at once."""
        pass_by(movement, token)


START_EVENT = StartEvent()
