"""Start events: where an instance or a subprocess begins."""

from taskbridge.engine.bpmn_values import flag
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import Source, tag
from taskbridge.engine.elements.base import pass_by
from taskbridge.engine.events.base import Position, definition_elements
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.movement import Movement, Token
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

    def acting(self, element: XmlElement) -> frozenset[str]:
        """Those of a process; at the start of an event subprocess more."""
        return self.acts_on.union(_INSIDE) if _begins_by_event(element) else self.acts_on

    def chosen(self, source: Source, element: XmlElement, scope: str | None) -> XmlElement | None:
        """The definition that counts; within a subprocess that is entered by its flows nothing may begin it."""
        if scope is None or _begins_by_event(element):
            return super().chosen(source, element, scope)
        for one in definition_elements(element):
            if tag(one) in _INSIDE:
                source.refuse(one, _INSIDE[tag(one)])
            else:
                ignore(source, one, tag(one), element)
        return None

    def enter(self, movement: Movement, token: Token) -> None:
        """A token begins; it goes on at once."""
        pass_by(movement, token)


START_EVENT = StartEvent()


def _begins_by_event(element: XmlElement) -> bool:
    """Whether the start event is that of an event subprocess."""
    around = element.getparent()
    return around is not None and flag(around.get("triggeredByEvent"), default=False)
