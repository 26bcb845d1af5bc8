"""Start events: where an instance, a subprocess or an event subprocess begins."""

from dataclasses import replace

from taskbridge.engine.bpmn_values import flag
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import Source, tag
from taskbridge.engine.cancelling import interrupt_inside
from taskbridge.engine.elements.base import fleeting, pass_by
from taskbridge.engine.events.base import (
    Definition,
    Event,
    Position,
    definition_elements,
    event_of,
    starts_event_subprocess,
)
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.graph import Node
from taskbridge.engine.leaving import leave
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity, ForEvent
from taskbridge.engine.vocabulary import (
    FORM,
    FORM_FIELDS,
    FORM_HANDLER,
    IN_EVENT,
    JOBS,
    LISTENERS,
    MAPPING,
    Vocabulary,
    ignore,
)
from taskbridge.kinds import ActivityState

_NO_DEFINITION = (
    "start event of event subprocess must be of type "
    "'error', 'message', 'timer', 'signal', 'compensation' or 'escalation'"
)
#: What the vendor's parser says of definitions at the start of a subprocess that is entered by its flows.
_INSIDE = {
    **{
        f"{name}EventDefinition": f"{name}EventDefinition is not allowed on start event within a subprocess"
        for name in ("timer", "conditional", "escalation", "compensate")
    },
    **{
        f"{name}EventDefinition": f"{written} only allowed on start event if subprocess is an event subprocess"
        for name, written in (
            ("message", "messageEventDefinition"),
            ("error", "errorEventDefinition"),
            ("signal", "signalEventDefintion"),
        )
    },
}


class StartEvent(EventElement):
    """An event at which a token begins."""

    names = ("startEvent",)
    vocabulary = Vocabulary(
        frozenset({"id", "name", "isInterrupting", "parallelMultiple"}),
        IN_EVENT,
        FORM | JOBS | {"initiator"},
        FORM_FIELDS,
        LISTENERS | MAPPING | FORM_HANDLER,
    )
    position = Position.START
    acts_on = frozenset(
        {"timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "conditionalEventDefinition"}
    )
    is_start = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node; that of an event subprocess is read as such."""
        if starts_event_subprocess(element):
            return EVENT_SUBPROCESS_START.read(reading, element, scope)
        return super().read(reading, element, scope)

    def chosen(self, source: Source, element: XmlElement, scope: str | None) -> XmlElement | None:
        """The definition that counts; within a subprocess that is entered by its flows nothing may begin it."""
        if scope is None:
            return super().chosen(source, element, scope)
        for one in definition_elements(element):
            if tag(one) in _INSIDE:
                source.refuse(one, _INSIDE[tag(one)])
            else:
                ignore(source, one, tag(one), element)
        return None

    def awaited_to_start(self, node: Node) -> ForEvent | None:
        """What the definition waits for. Raises ExpressionError."""
        return event_of(node).definition.awaited_to_start(node)

    def enter(self, movement: Movement, token: Token) -> None:
        """A token begins; it goes on at once."""
        pass_by(movement, token)


class EventSubprocessStart(EventElement):
    """The start event of an event subprocess: armed while the scope around it is alive, or looked for."""

    names = StartEvent.names
    vocabulary = StartEvent.vocabulary
    position = Position.EVENT_SUBPROCESS_START
    acts_on = frozenset(_INSIDE)
    is_start = True

    def without_definition(self, reading: Reading, element: XmlElement, node: Node) -> Node:
        """Nothing could begin the subprocess."""
        reading.source.complain(element, _NO_DEFINITION)
        return super().without_definition(reading, element, node)

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node; some definitions may only interrupt."""
        node = super().read(reading, element, scope)
        definition = event_of(node).definition
        if definition.only_interrupts and not _interrupts(element):
            name = definition.name.removesuffix("EventDefinition")
            reading.source.complain(element, f"{name} start event of event subprocess must be interrupting")
        return node

    def with_definition(self, element: XmlElement, node: Node, definition: Definition, settings: object) -> Node:
        """The node with what it does to the scope."""
        return replace(node, settings=Event(definition, settings, interrupting=_interrupts(element)))

    def arm(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """The scope around the event subprocess is alive."""
        event_of(node).definition.arm(movement, host, node)

    def enter(self, movement: Movement, token: Token) -> None:
        """A token begins; the event has a row already."""
        place = fleeting(movement, token) if token.node.listeners is not None else None
        if place is None or place.state < ActivityState.DONE:
            leave(movement, token.node, token.scope_id, place)

    def triggered(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """The event subprocess begins, alone in the scope or beside what is in it.

        As at the vendor's, a scope that is interrupted waits for nothing any more, boundary events of it included.
        """
        scope_id = movement.instance.id if host is None else host.id
        if event_of(node).interrupting:
            interrupt_inside(movement, scope_id)
            movement.disarm(scope_id)
        else:
            movement.tokens.add(scope_id, 1)
        movement.send(Token(movement.process.nodes[node.scope or ""], scope_id, None))


START_EVENT = StartEvent()
EVENT_SUBPROCESS_START = EventSubprocessStart()


def _interrupts(element: XmlElement) -> bool:
    return flag(element.get("isInterrupting"), default=True)
