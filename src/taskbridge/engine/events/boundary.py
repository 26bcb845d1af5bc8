"""Boundary events: they hang on an activity, and are armed while it is alive or looked for when something is thrown."""

from dataclasses import replace

from taskbridge.engine.bpmn_values import flag
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.catchers import branch, interrupt
from taskbridge.engine.elements.base import fleeting
from taskbridge.engine.events.base import Definition, Event, Position, event_of
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.graph import Node
from taskbridge.engine.leaving import leave
from taskbridge.engine.movement import Movement, Token, around
from taskbridge.engine.reading import Reading
from taskbridge.engine.scopes import set_own
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import IN_EVENT, Vocabulary
from taskbridge.kinds import ActivityState


class BoundaryEvent(EventElement):
    """An event at the edge of an activity."""

    names = ("boundaryEvent",)
    vocabulary = Vocabulary(frozenset({"id", "name", "attachedToRef", "cancelActivity", "parallelMultiple"}), IN_EVENT)
    position = Position.BOUNDARY
    acts_on = frozenset(
        {"timerEventDefinition", "errorEventDefinition", "signalEventDefinition", "cancelEventDefinition"}
        | {"messageEventDefinition", "escalationEventDefinition", "compensateEventDefinition"}
        | {"conditionalEventDefinition"}
    )
    is_boundary = True

    def without_definition(self, reading: Reading, element: XmlElement, node: Node) -> Node:
        """There is nothing to catch."""
        reading.source.complain(element, "Unsupported boundary event type")
        return super().without_definition(reading, element, node)

    def with_definition(self, element: XmlElement, node: Node, definition: Definition, settings: object) -> Node:
        """The node with its host, which ends unless the file says otherwise."""
        interrupting = flag(element.get("cancelActivity"), default=True)
        return replace(node, settings=Event(definition, settings, element.get("attachedToRef"), interrupting))

    def arm(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """The host is alive."""
        event_of(node).definition.arm(movement, host, node)

    def enter(self, movement: Movement, token: Token) -> None:
        """A token comes out of the event; where the host goes on the event has a row already."""
        node = token.node
        place = fleeting(movement, token) if node.listeners is not None else None
        gone = place is not None and place.state >= ActivityState.DONE
        if event_of(node).interrupting:
            movement.passed(node.id, token.scope_id, cancelled=gone)
        if not gone:
            leave(movement, node, token.scope_id, place)

    def triggered(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """The host ends and its token goes on here, or it goes on itself beside a further token."""
        if host is None:
            raise TypeError(f"boundary event '{node.id}' has no host")
        _bring(movement, host)
        if event_of(node).interrupting:
            interrupt(movement, host, node)
        else:
            branch(movement, host, node)


BOUNDARY_EVENT = BoundaryEvent()


def _bring(movement: Movement, host: Activity) -> None:
    """What the event has with it for where it takes place: the scope around its host. Raises TransientConflict."""
    scope = around(movement, host) if movement.brought else None
    own = movement.instance.variables if scope is None else scope.variables
    for name, variable in movement.brought.items():
        set_own(own, name, variable)
