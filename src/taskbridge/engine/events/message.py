"""Message events. A catching one waits until its message is correlated.

A throwing one is work for a worker where it has an external implementation, else it is passed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import Source, tag, vendor
from taskbridge.engine.elements.expression_task import ExpressionSettings
from taskbridge.engine.elements.external_task import (
    DELEGATES,
    IMPLEMENTATION,
    ExternalTaskSettings,
    read_work,
    vocabulary_at,
    with_work,
)
from taskbridge.engine.events.base import Position, starts_event_subprocess
from taskbridge.engine.events.named import Named, NamedDefinition
from taskbridge.engine.foreign_work import foreign_work
from taskbridge.engine.graph import Node
from taskbridge.engine.reading import Reading, reference
from taskbridge.engine.vocabulary import NOTES, Vocabulary

#: How a message is sent.
Work = ExternalTaskSettings | ExpressionSettings
_NO_NAME = "Cannot have a message event subscription with an empty or missing name"
_NO_EXPRESSION = (
    "Invalid message name '{}' for element 'messageEventDefinition': "
    "expressions in the message start event name are not allowed!"
)


class Message(NamedDefinition):
    """A message from the outside, or to it."""

    name = "messageEventDefinition"
    vocabulary = Vocabulary(
        frozenset({"id", "messageRef", "operationRef"}),
        NOTES | {"operationRef"},
        IMPLEMENTATION,
        frozenset({"errorEventDefinition"}),
        frozenset({"connector"}),
    )
    types: ClassVar[Mapping[Position, str]] = {
        Position.START: "messageStartEvent",
        Position.EVENT_SUBPROCESS_START: "messageStartEvent",
        Position.CATCH: "intermediateMessageCatch",
        Position.BOUNDARY: "boundaryMessage",
        Position.THROW: "intermediateNoneThrowEvent",  # while nothing sends it, as at the end
        Position.END: "endEvent",
    }

    subscription = "message"

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> Named | Work | None:
        """What is waited for, or how the message is sent; None where nothing says so: the vendor's engine passes it."""
        if not _is_thrown(event):
            if tag(event) != "startEvent" or starts_event_subprocess(event):
                return message_named(reading, definition)
            named = message_named(reading, definition, event)
            if named is not None and named.name is not None and not named.name.literal:
                reading.source.refuse(definition, _NO_EXPRESSION.format(named.name.text))
            return named
        if not _is_sent(reading.source, definition):
            return None
        return read_work(reading, definition, event)

    def node(self, node: Node, settings: object) -> Node:
        """The node of a task for a worker where there is work to do."""
        if isinstance(settings, ExternalTaskSettings | ExpressionSettings):
            return with_work(node, settings)
        return super().node(node, settings)

    def vocabulary_at(self, source: Source, definition: XmlElement) -> Vocabulary:
        """What may stand at the definition in a file; the vendor's engine asks no connector for what comes in."""
        if not _is_thrown(definition.getparent()):
            return replace(self.vocabulary, refused=frozenset())
        return vocabulary_at(source, definition, self.vocabulary)


def _is_thrown(event: XmlElement | None) -> bool:
    return event is not None and tag(event) in ("endEvent", "intermediateThrowEvent")


def _is_sent(source: Source, definition: XmlElement) -> bool:
    """Whether anything says how the message is sent."""
    named = any(vendor(definition, name) is not None for name in ("type", *DELEGATES))
    return named or foreign_work(source, definition) is not None


MESSAGE = Message()


def message_named(reading: Reading, element: XmlElement, blamed: XmlElement | None = None) -> Named | None:
    """What the ``messageRef`` of an element that waits refers to; ``blamed``, or the element, lacks a name."""
    wanted = reference(reading.source, element, "messageRef")
    if wanted is None:
        reading.source.complain(element, "attribute 'messageRef' is required")
    declared = reading.declared.messages
    if wanted is None or wanted not in declared:
        reading.source.complain(
            element, f"Invalid 'messageRef': no message with id '{'null' if wanted is None else wanted}' found."
        )
        return None
    named = Named(declared[wanted])
    if named.name is None or not named.name.text:
        reading.source.refuse(element if blamed is None else blamed, _NO_NAME)
    return named
