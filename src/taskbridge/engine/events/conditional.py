"""Conditional events: they take place once their condition holds.

A condition is looked at when the event is armed, and after changes of variables (``engine.conditions``); those of start
events of a process only when a client asks for it (``service.condition_starts``).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from taskbridge.engine import bpmn_conditions
from taskbridge.engine.bpmn_xml import BPMN, child, children, tag, text, vendor
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.events.base import Definition, Event, Position
from taskbridge.engine.expressions import Resolver, UnknownProperty, hash_order
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement
from taskbridge.engine.reading import Reading
from taskbridge.engine.scripts.script import Computed
from taskbridge.engine.state import Activity, ForEvent, VariableChange
from taskbridge.engine.vocabulary import NOTES, Vocabulary

#: What all conditional events wait for; the type is that of the vendor's API.
CONDITION = ForEvent("conditional", None)

_INCOMPLETE = (
    "cvc-complex-type.2.4.b: The content of element 'conditionalEventDefinition' is not complete. One of "
    f'\'{{"{BPMN}":documentation, "{BPMN}":extensionElements, "{BPMN}":condition}}\' is expected.'
)
_NO_MORE = (
    "cvc-complex-type.2.4.d: Invalid content was found starting with element 'condition'. "
    "No child element is expected at this point."
)


@dataclass(frozen=True, slots=True)
class ConditionalSettings:
    """A condition, and which changes let it be looked at: those of one variable, and of some kinds. None for all."""

    condition: Computed
    variable: str | None = None
    changes: frozenset[str] | None = None

    def asks_about(self, change: VariableChange) -> bool:
        """Whether a change is one after which the condition is looked at."""
        named = self.variable is None or self.variable == change.name
        return named and (self.changes is None or change.kind in self.changes)

    def holds(self, resolve: Resolver) -> bool:
        """Whether the condition holds; where what it reads does not exist it does not. Raises ExpressionError."""
        try:
            return self.condition.condition(resolve)
        except UnknownProperty:
            return False


class Conditional(Definition):
    """A condition over variables."""

    name = "conditionalEventDefinition"
    vocabulary = Vocabulary(frozenset({"id"}), NOTES | {"condition"}, frozenset({"variableName", "variableEvents"}))
    types: ClassVar[Mapping[Position, str]] = {
        Position.START: "conditionalStartEvent",
        Position.EVENT_SUBPROCESS_START: "conditionalStartEvent",
        Position.CATCH: "intermediateConditional",
        Position.BOUNDARY: "boundaryConditional",
    }
    waits = True
    subscribes = True

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> ConditionalSettings | None:
        """The condition and its filters; None where there is none, which is a fault."""
        source = reading.source
        found = list(children(definition, "condition"))
        if not found:
            source.complain(definition, _INCOMPLETE)
            source.complain(definition, "Conditional event must contain an expression for evaluation.")
            return None
        if len(found) > 1:
            source.complain(found[1], _NO_MORE)
        condition = bpmn_conditions.condition(source, found[0])
        if condition is None:
            return None
        _check_only_one(reading, definition, event)
        kinds = vendor(definition, "variableEvents")
        changes = frozenset(one.strip() for one in kinds.split(",")) if kinds else None
        return ConditionalSettings(condition, vendor(definition, "variableName"), changes)

    def arm(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """Let an activity, or the instance, wait for the condition."""
        movement.subscribe(host, node, CONDITION)

    def awaited_to_start(self, _node: Node) -> ForEvent | None:
        """The condition, which a client has to ask about."""
        return CONDITION


CONDITIONAL = Conditional()


def settings_of(node: Node) -> ConditionalSettings | None:
    """The settings of a conditional event; None for any other node."""
    settings = node.settings.settings if isinstance(node.settings, Event) else None
    return settings if isinstance(settings, ConditionalSettings) else None


def lets_start(node: Node, given: Collection[str], resolve: Resolver) -> bool:
    """Whether a start event's condition holds; its variable has to be among those given. Raises ExpressionError."""
    settings = settings_of(node)
    if settings is None or (settings.variable is not None and settings.variable not in given):
        return False
    return settings.holds(resolve)


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """Events that one host waits for, in the order in which the vendor looks at them: by the hashes of their ids."""
    by_id = {node.id: node for node in nodes}
    return [by_id[node_id] for node_id in hash_order(by_id)]


def _check_only_one(reading: Reading, definition: XmlElement, event: XmlElement) -> None:
    """Two start events of a process must not have the same condition."""
    around = event.getparent()
    if around is None or tag(event) != "startEvent" or tag(around) != "process":
        return
    condition = text(child(definition, "condition"))
    starts = event.itersiblings(event.tag, preceding=True)
    before = (one for start in starts for one in children(start, tag(definition)))
    if any(text(child(one, "condition")) == condition for one in before):
        message = f"Cannot have more than one conditional event subscription with the same condition '{condition}'"
        reading.source.complain(event, message)
