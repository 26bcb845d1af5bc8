"""End events: a path ends, in the way of their definition."""

from taskbridge.engine import conditions, listening
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import extensions, vendor_children
from taskbridge.engine.elements.base import fleeting
from taskbridge.engine.events.base import Position, event_of
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.events.throwing import throw
from taskbridge.engine.graph import Node
from taskbridge.engine.leaving import go
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import IN_EVENT, MAPPING, Vocabulary
from taskbridge.kinds import ActivityState


class EndEvent(EventElement):
    """An event at which a token ends."""

    names = ("endEvent",)
    vocabulary = Vocabulary(frozenset({"id", "name"}), IN_EVENT, extensions=MAPPING)
    position = Position.END
    acts_on = frozenset(
        {"errorEventDefinition", "cancelEventDefinition", "terminateEventDefinition", "messageEventDefinition"}
        | {"signalEventDefinition", "escalationEventDefinition", "compensateEventDefinition"}
    )
    is_end = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node; it may have input parameters only."""
        node = super().read(reading, element, scope)
        own = [one for held in extensions(element, "inputOutput") for one in vendor_children(held, "outputParameter")]
        if own:
            reading.source.complain(element, "camunda:outputParameter not allowed for element type 'endEvent'.")
        return node

    def wait_before(self, movement: Movement, token: Token) -> None:
        """A token waits before the event; its definition may do something at once."""
        event_of(token.node).definition.announce(movement, token)
        super().wait_before(movement, token)

    def enter(self, movement: Movement, token: Token) -> None:
        """The path ends; the input parameters are computed, for they may fail."""
        node = token.node
        if event_of(node).definition.begins(movement, token):
            return
        if node.listeners is not None:
            event_of(node).definition.announce(movement, token)  # before the event begins, which listeners can see
        place = fleeting(movement, token)
        ends = place.state < ActivityState.DONE and throw(movement, token, place)
        if ends and node.listeners is not None:
            with conditions.unjudged(movement.instance):
                listening.ended(movement, node, place)
        movement.passed(node.id, token.scope_id, cancelled=not ends)
        if ends:
            go(movement, node, (), token.scope_id)

    def left_empty(self, movement: Movement, node: Node, scope: Activity) -> bool:
        """What the definition has begun is done."""
        return event_of(node).definition.left(movement, node, scope)


END_EVENT = EndEvent()
