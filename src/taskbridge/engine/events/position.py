"""What events of all positions have in common: how their definition is read."""

from typing import ClassVar

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag
from taskbridge.engine.elements.base import Element
from taskbridge.engine.events.base import Definition, Event, Position, definition_elements
from taskbridge.engine.events.definitions import DEFINITIONS
from taskbridge.engine.events.none import NONE
from taskbridge.engine.graph import JobDeclaration, Node
from taskbridge.engine.reading import Reading, draft
from taskbridge.engine.vocabulary import check, described


class EventElement(Element):
    """A BPMN element that is an event at one position."""

    position: ClassVar[Position]

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node with its definition; a file may have one at most."""
        accepted = [one.name for one in DEFINITIONS.values() if self.position in one.types]
        node = draft(reading, element, scope, self, self.vocabulary, *accepted)
        found = definition_elements(element)
        if len(found) > 1:
            reading.source.complain(found[1], f"Unsupported: more than one event definition in {described(element)}")
        if not found:
            return self.without_definition(reading, element, node)
        definition = DEFINITIONS.get(tag(found[0]))
        if definition is None or self.position not in definition.types:  # refused already
            return self.with_definition(element, node, NONE, None)
        check(reading.source, found[0], definition.vocabulary)
        return self.with_definition(element, node, definition, definition.read(reading, found[0], element))

    def without_definition(self, _reading: Reading, _element: XmlElement, node: Node) -> Node:
        """The node of an event that has no definition."""
        return NONE.node(node, None)

    def with_definition(self, _element: XmlElement, node: Node, definition: Definition, settings: object) -> Node:
        """The node of an event that has this definition."""
        return definition.node(node, settings)

    def jobs(self, node: Node) -> list[JobDeclaration]:
        """The jobs of any node, and those of the definition."""
        settings = node.settings
        waits = settings.definition.declared(node, self.position) if isinstance(settings, Event) else []
        return [*super().jobs(node), *waits]

    def type_of(self, node: Node) -> str:
        """The name of its definition at this position."""
        settings = node.settings
        return (
            settings.definition.types.get(self.position, node.element) if isinstance(settings, Event) else node.element
        )
