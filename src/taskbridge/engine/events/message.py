"""Message events. A catching one waits until its message is correlated.

A throwing one is work for a worker where it has an external implementation, else it is passed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag, vendor
from taskbridge.engine.elements.expression_task import EXPRESSION_TASK, ExpressionSettings
from taskbridge.engine.elements.external_task import (
    DELEGATES,
    EXTERNAL_TASK,
    IMPLEMENTATION,
    ExternalTaskSettings,
    read_work,
)
from taskbridge.engine.events.base import Position, starts_event_subprocess
from taskbridge.engine.events.named import Named, NamedDefinition
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
        if tag(event) not in ("endEvent", "intermediateThrowEvent"):
            if tag(event) != "startEvent" or starts_event_subprocess(event):
                return message_named(reading, definition)
            named = message_named(reading, definition, event)
            if named is not None and named.name is not None and not named.name.literal:
                reading.source.refuse(definition, _NO_EXPRESSION.format(named.name.text))
            return named
        if not any(vendor(definition, name) is not None for name in ("type", *DELEGATES)):
            return None
        return read_work(reading, definition, event)

    def node(self, node: Node, settings: object) -> Node:
        """The node of a task for a worker where there is work to do."""
        if isinstance(settings, ExternalTaskSettings):
            return replace(node, behaviour=EXTERNAL_TASK, settings=settings)
        if isinstance(settings, ExpressionSettings):
            return replace(node, behaviour=EXPRESSION_TASK, settings=settings)
        return super().node(node, settings)


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
