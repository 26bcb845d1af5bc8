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
from taskbridge.engine.reading import Reading, reference
from taskbridge.engine.state import Activity, Armed, ForEvent, Thrown
from taskbridge.engine.value_texts import text
from taskbridge.engine.variables import Variable
from taskbridge.engine.vocabulary import NOTES, Vocabulary
from taskbridge.kinds import ActivityState

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
        wanted = reference(reading.source, definition, "signalRef")
        if wanted is None:
            reading.source.complain(definition, _NO_REFERENCE)
            return None
        if wanted not in reading.declared.signals:
            reading.source.complain(definition, f"Could not find signal with id '{wanted}'")
            return None
        name = reading.declared.signals[wanted]
        if tag(event) not in ("endEvent", "intermediateThrowEvent"):
            return Named(name)
        return Throwing(name, read_payload(reading.source, definition), vendor(definition, "async") == "true")

    def throw(self, movement: Movement, token: Token, place: Activity) -> bool:
        """Throw the signal; False where a receiver has interrupted what the thrower stands in."""
        thrown = _thrown(movement, token.node, place)
        if thrown is None:
            return True
        movement.changes.thrown.append(thrown)
        if movement.root_id != movement.instance.id:
            movement.yields = True  # what has called the instance may be interrupted
        alone = movement.tokens.count(token.scope_id) == 1 and not (token.node.inputs or token.node.outputs)
        lost = False
        before = movement.times_emptied(token.scope_id)
        later = set(thrown.waiting)
        movement.stay(token)
        for armed in _receivers(movement, thrown.name):
            if armed not in later and movement.is_armed(armed):
                lost = lost or (alone and _interrupts(movement, armed, token.scope_id))
                reach(movement, armed, thrown.variables)
        here = movement.depart(token)
        if lost and not here and _emptied_once(movement, token.scope_id, before):
            _end_scope(movement, token.scope_id)
        return here


SIGNAL = Signal()


def reach(movement: Movement, armed: Armed, variables: Mapping[str, Variable]) -> None:
    """Let something that waits for a signal have it, with variables."""
    host = give(movement, armed, variables)
    node = movement.process.nodes[armed.node_id]
    node.behaviour.triggered(movement, host, node)


def give(movement: Movement, armed: Armed, variables: Mapping[str, Variable]) -> Activity | None:
    """Set the variables of a signal as seen from what waits for it, which is returned: an activity, or the instance."""
    host = movement.host(armed)
    for name, variable in variables.items():
        scopes.set_by_process(movement.process, movement.instance, host, movement, name, variable)
    return host


def waits_on_its_way(node: Node) -> bool:
    """Whether receivers at the node may get a signal later, as at the vendor's: only intermediate catch events."""
    return node.element == "intermediateCatchEvent"


def _thrown(movement: Movement, node: Node, place: Activity) -> Thrown | None:
    """What is thrown; None where it has no name, and reaches nothing."""
    throwing = event_of(node).settings
    if not isinstance(throwing, Throwing):
        raise TypeError(f"{node.id} throws no signal")
    variables = variables_of(throwing.payload, movement, node, place)
    business_key = business_key_of(throwing.payload, movement, node, place)
    name = text(throwing.name, movement.resolver(node, place))
    if name is None:
        return None
    nodes = movement.process.nodes
    waiting = [one for one in _receivers(movement, name) if throwing.later and waits_on_its_way(nodes[one.node_id])]
    return Thrown(name, variables, business_key, throwing.later, tuple(waiting))


def _receivers(movement: Movement, name: str) -> list[Armed]:
    wanted = ForEvent(SIGNAL_TYPE, name)
    return movement.waiting_for(wanted)


def _interrupts(movement: Movement, armed: Armed, scope_id: int) -> bool:
    """Whether it begins an event subprocess that interrupts this very scope."""
    event = movement.process.nodes[armed.node_id]
    return event.behaviour.is_start and armed.host_id == scope_id and event_of(event).interrupting


def _emptied_once(movement: Movement, scope_id: int, before: int) -> bool:
    """Whether a scope is alive that was interrupted since ``before``, and by nothing after that."""
    scope = movement.place(scope_id)
    return movement.times_emptied(scope_id) == before + 1 and (scope is None or scope.state < ActivityState.DONE)


def _end_scope(movement: Movement, scope_id: int) -> None:
    """End a scope whose only token has thrown what interrupts it.

    The vendor's engine leaves the thrower, which is the scope itself by then, and the event subprocess is lost.
    """
    movement.empty([scope_id])
    end_token(movement, scope_id)
