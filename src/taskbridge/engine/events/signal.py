"""Signals: waited for by name, and thrown to everything that waits for the name at that moment.

Receivers in the thrower's own instance are reached within the movement, as at the vendor's: each takes its first step
at once, the thrower goes on first and then the receivers, the last one before the others. What waits elsewhere, and
what begins with the signal, is the affair of the service (``Changes.thrown``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from taskbridge.engine import scopes
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag, vendor
from taskbridge.engine.events.base import Position, event_of
from taskbridge.engine.events.named import Named, NamedDefinition
from taskbridge.engine.expressions import Expression
from taskbridge.engine.graph import Node
from taskbridge.engine.leaving import end_token
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.passing import Payload, business_key_of, read_payload, variables_of
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity, Armed, Thrown
from taskbridge.engine.value_texts import text
from taskbridge.engine.variables import Variable
from taskbridge.engine.vocabulary import NOTES, Vocabulary

#: The type of its subscriptions, as the vendor's API names it.
SIGNAL_TYPE = "signal"
_NO_REFERENCE = "signalEventDefinition does not have required property 'signalRef'"


@dataclass(frozen=True, slots=True)
class Throwing:
    """What an event throws. ``later``: receivers that can wait for it get it in a transaction of their own."""

    name: Expression | None
    payload: Payload
    later: bool


class Signal(NamedDefinition):
    """A signal, by its name."""

    name = "signalEventDefinition"
    subscription = SIGNAL_TYPE
    vocabulary = Vocabulary(
        frozenset({"id", "signalRef"}), NOTES, frozenset({"async"}), frozenset({"in"}), refused=frozenset()
    )
    types: ClassVar[Mapping[Position, str]] = {
        Position.START: "signalStartEvent",
        Position.EVENT_SUBPROCESS_START: "signalStartEvent",
        Position.CATCH: "intermediateSignalCatch",
        Position.THROW: "intermediateSignalThrow",
        Position.BOUNDARY: "boundarySignal",
        Position.END: "signalEndEvent",
    }

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> Named | Throwing | None:
        """What is waited for, or thrown."""
        reference = definition.get("signalRef")
        if reference is None:
            reading.source.complain(definition, _NO_REFERENCE)
            return None
        if reference not in reading.declared.signals:
            reading.source.complain(definition, f"Could not find signal with id '{reference}'")
            return None
        name = reading.declared.signals[reference]
        if tag(event) not in ("endEvent", "intermediateThrowEvent"):
            return Named(name)
        return Throwing(name, read_payload(reading.source, definition), vendor(definition, "async") == "true")

    def happen(self, movement: Movement, token: Token, place: Activity) -> bool:
        """Throw the signal; ``place`` has the event's input parameters. Raises ExpressionError.

        False where a receiver has taken the thrower away, in which case the token goes nowhere.
        """
        node, throwing = token.node, event_of(token.node).settings
        if not isinstance(throwing, Throwing):
            raise TypeError(f"{node.id} throws no signal")
        thrown = Thrown(
            text(throwing.name, movement.resolver(node, place)),
            variables_of(throwing.payload, movement, node, place),
            business_key_of(throwing.payload, movement, node, place),
            later=throwing.later,
        )
        return True


SIGNAL = Signal()
