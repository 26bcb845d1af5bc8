"""Link events: a token that would come to a throwing one comes to the catching one of the same name instead.

As at the vendor's: a throwing link is no node that anything enters (``bpmn_links``), and a catching one is passed and
leaves no trace.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag
from taskbridge.engine.events.base import Definition, Event, Position
from taskbridge.engine.graph import Node
from taskbridge.engine.reading import Reading
from taskbridge.engine.vocabulary import NOTES, Vocabulary

_SEVERAL = "Multiple Intermediate Catch Events with the same link event name ('{}') are not allowed."
_NO_NAME = "cvc-complex-type.4: Attribute 'name' must appear on element 'linkEventDefinition'."


@dataclass(frozen=True, slots=True)
class LinkSource:
    """What a throwing link is called."""

    name: str


class Link(Definition):
    """A link, by its name. It is one in the whole file."""

    name = "linkEventDefinition"
    vocabulary = Vocabulary(frozenset({"id", "name"}), NOTES | {"source", "target"}, frozenset(), refused=frozenset())
    types: ClassVar[Mapping[Position, str]] = {
        Position.CATCH: "intermediateLinkCatch",
        Position.THROW: "intermediateThrowEvent",
    }

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> LinkSource | None:
        """The name; that of a catching event becomes one of ``Declarations.links``."""
        name = definition.get("name")
        if name is None:
            reading.source.complain(definition, _NO_NAME)
        if tag(event) == "intermediateThrowEvent":
            return LinkSource(name or "")
        targets = reading.declared.links
        if name in targets:
            reading.source.complain(definition, _SEVERAL.format(name))
        elif name is not None:
            targets[name] = event
        return None


LINK = Link()


def source_of(node: Node) -> str | None:
    """The name of a throwing link; None for any other node."""
    settings = node.settings.settings if isinstance(node.settings, Event) else None
    return settings.name if isinstance(settings, LinkSource) else None
