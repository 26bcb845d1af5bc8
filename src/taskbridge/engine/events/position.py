"""What events of all positions have in common: how their definition is read."""

from typing import ClassVar

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import Source, tag
from taskbridge.engine.elements.base import Element
from taskbridge.engine.events.base import EVENT_DEFINITIONS, Definition, Event, Position, definition_elements
from taskbridge.engine.events.definitions import DEFINITIONS
from taskbridge.engine.events.none import NONE
from taskbridge.engine.events.timer import TIMER
from taskbridge.engine.graph import JobDeclaration, Node
from taskbridge.engine.problem_kinds import of_element
from taskbridge.engine.reading import Reading, draft
from taskbridge.engine.vocabulary import check, described, ignore


class EventElement(Element):
    """A BPMN element that is an event at one position."""

    position: ClassVar[Position]
    #: The definitions that the vendor's engine acts on at the position; it ignores all others.
    acts_on: ClassVar[frozenset[str]]

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node with its definition."""
        source = reading.source
        node = draft(reading, element, scope, self, self.vocabulary, *EVENT_DEFINITIONS)
        found = self.chosen(source, element, scope)
        if found is None:
            return self.without_definition(reading, element, node)
        definition = DEFINITIONS.get(tag(found))
        if definition is None or self.position not in definition.types:
            kind = of_element(tag(found))
            source.refuse(found, f"Unsupported element {described(found)} in {described(element)}", kind)
            return self.with_definition(element, node, NONE, None)
        check(source, found, definition.vocabulary_at(source, found))
        return self.with_definition(element, node, definition, definition.read(reading, found, element))

    def acting(self, _element: XmlElement) -> frozenset[str]:
        """The definitions that the vendor's engine acts on at this event."""
        return self.acts_on

    def chosen(self, source: Source, element: XmlElement, _scope: str | None) -> XmlElement | None:
        """The definition that counts: a timer before others, as in the vendor's engine. A file may have one of them."""
        found = definition_elements(element)
        acting = [one for one in found if tag(one) in self.acting(element)]
        timers = [one for one in acting if tag(one) == TIMER.name]
        if any(tag(one) == "compensateEventDefinition" for one in acting):
            timers = []  # the vendor's engine looks for compensation first, at a boundary event with a timer too
        if len(timers) > 1:
            source.complain(timers[1], f"multiple elements with tag name {TIMER.name} found.")
        elif not timers and len(acting) > 1:
            source.complain(acting[1], f"Unsupported: more than one event definition in {described(element)}")
        counting = timers or acting
        for one in set(found).difference(counting):
            ignore(source, one, tag(one), element)
        return counting[0] if counting else None

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

    def subscribes_at(self, node: Node) -> bool:
        """Whether an instance may come to wait for the event by a subscription."""
        settings = node.settings
        return isinstance(settings, Event) and settings.definition.subscribes

    def has_execution(self, node: Node) -> bool:
        """Whether the event is a scope."""
        return isinstance(node.settings, Event) and node.settings.definition.has_inside

    def type_of(self, node: Node) -> str:
        """The name of its definition at this position."""
        settings = node.settings
        return (
            settings.definition.types.get(self.position, node.element) if isinstance(settings, Event) else node.element
        )
