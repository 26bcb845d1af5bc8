"""Cancel events: an end event cancels the transaction that it stands in, which goes on at its cancel boundary event.

Everything else in the transaction goes first; what was done in it is compensated before the boundary event is reached.
"""

from collections.abc import Mapping
from typing import ClassVar

from taskbridge.engine import compensation
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import tag
from taskbridge.engine.cancelling import cancel_inside
from taskbridge.engine.catchers import branch, interrupt
from taskbridge.engine.elements.base import begin, begin_activity
from taskbridge.engine.elements.multi_instance import Loop, body_around
from taskbridge.engine.errors import NothingCatchesCancel
from taskbridge.engine.events.base import Definition, Event, Position, event_of
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import NOTES, Vocabulary
from taskbridge.kinds import ActivityKind


class Cancel(Definition):
    """The cancellation of a transaction."""

    name = "cancelEventDefinition"
    vocabulary = Vocabulary(frozenset({"id"}), NOTES, frozenset(), refused=frozenset())
    types: ClassVar[Mapping[Position, str]] = {
        Position.BOUNDARY: "cancelBoundaryCatch",
        Position.END: "cancelEndEvent",
    }
    has_inside = True

    def read(self, reading: Reading, definition: XmlElement, event: XmlElement) -> None:
        """Nothing; an end event must stand in a transaction."""
        around = event.getparent()
        if tag(event) == "endEvent" and around is not None and tag(around) != "transaction":
            text = "end event with cancelEventDefinition only supported inside transaction subprocess"
            reading.source.complain(definition, text)

    def cannot_hang_on(self, host: Node) -> str | None:
        """Only on a transaction."""
        inside = host.settings.activity if isinstance(host.settings, Loop) else host
        if inside.element == "transaction":
            return None
        return "boundary event with cancelEventDefinition only supported on transaction subprocesses"

    def announce(self, movement: Movement, token: Token) -> None:
        """Everything else in the transaction goes at once, and it waits for nothing any more."""
        scope_id = compensation.scope_around(movement, token.node, token.scope_id)
        if movement.tokens.count(scope_id) > 1:
            cancel_inside(movement, scope_id)
        movement.disarm(scope_id)

    def begins(self, movement: Movement, token: Token) -> bool:
        """Let the handlers begin inside of the event; without any the boundary event is reached at once.

        Raises NothingCatchesCancel.
        """
        self.announce(movement, token)
        _catcher(movement, token.node)
        done = compensation.found(movement, token.node, token.scope_id)
        activity = begin_activity(movement, token, ActivityKind.SCOPE)
        if begin(movement, activity):
            if done:
                compensation.compensate(movement, activity, done)
            else:
                self.left(movement, token.node, activity)
        return True

    def left(self, movement: Movement, node: Node, scope: Activity) -> bool:
        """All is compensated: the transaction goes on at its boundary event.

        Where that does not interrupt, as at the vendor's the transaction stays at the end event, and never ends.
        """
        host = movement.scope(compensation.scope_around(movement, node, scope.scope_id))
        catcher = _catcher(movement, node)
        if host.node_id != _host(movement, node).id:
            host = movement.scope(host.scope_id)
        if event_of(catcher).interrupting:
            interrupt(movement, host, catcher)
        else:
            branch(movement, host, catcher)
        return True


CANCEL = Cancel()


def _catcher(movement: Movement, node: Node) -> Node:
    found = next((one for one in _host(movement, node).boundaries if _catches(one)), None)
    if found is None:
        raise NothingCatchesCancel(node.id)
    return found


def _host(movement: Movement, node: Node) -> Node:
    """The transaction of an end event, or the body around it, at whose edge the boundary event is."""
    return body_around(movement.process, movement.process.nodes[node.scope or ""])


def _catches(boundary: Node) -> bool:
    return isinstance(boundary.settings, Event) and boundary.settings.definition is CANCEL
