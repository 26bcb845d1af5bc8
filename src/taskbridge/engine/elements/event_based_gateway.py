"""Event-based gateways: a token waits for the first of several events."""

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import vendor
from taskbridge.engine.elements.base import Element, begin, begin_activity
from taskbridge.engine.events.base import event_of
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading, draft
from taskbridge.engine.vocabulary import GATEWAY_ATTRIBUTES, IN_GATEWAY, Vocabulary
from taskbridge.kinds import ActivityKind


class EventBasedGateway(Element):
    """A gateway behind which only intermediate catch events stand."""

    names = ("eventBasedGateway",)
    vocabulary = Vocabulary(GATEWAY_ATTRIBUTES - {"default"} | {"instantiate", "eventGatewayType"}, IN_GATEWAY)
    awaits_next = True
    for_events = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node; it is never left asynchronously, for what leaves it is the event."""
        if vendor(element, "asyncAfter") == "true":
            reading.source.complain(element, "'asyncAfter' not supported for eventBasedGateway elements.")
        return draft(reading, element, scope, self, self.vocabulary)

    def enter(self, movement: Movement, token: Token) -> None:
        """The gateway waits for the events behind it, which take place once they happen (``events.catch``)."""
        activity = begin_activity(movement, token, ActivityKind.EVENT)
        if not begin(movement, activity):
            return
        for flow in token.node.outgoing:
            event = movement.process.nodes[flow.target]
            event_of(event).definition.arm(movement, activity, event)


EVENT_BASED_GATEWAY = EventBasedGateway()
