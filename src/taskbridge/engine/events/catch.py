"""Intermediate catch events: a token waits until what the definition names has happened."""

from taskbridge.engine import listening
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.elements.base import begin, begin_activity, fleeting
from taskbridge.engine.events.base import Position, event_of
from taskbridge.engine.events.position import EventElement
from taskbridge.engine.graph import Node
from taskbridge.engine.leaving import chosen, finish, go
from taskbridge.engine.mappings import run_outputs
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import IN_EVENT, MAPPING, Vocabulary
from taskbridge.kinds import ActivityKind, ActivityState


class CatchEvent(EventElement):
    """An event that is waited for on the way."""

    names = ("intermediateCatchEvent",)
    vocabulary = Vocabulary(frozenset({"id", "name", "parallelMultiple"}), IN_EVENT, extensions=MAPPING)
    position = Position.CATCH
    for_events = True
    acts_on = frozenset(
        {"timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "conditionalEventDefinition"}
        | {"linkEventDefinition"}
    )

    def without_definition(self, reading: Reading, element: XmlElement, node: Node) -> Node:
        """There is nothing to wait for."""
        reading.source.complain(element, "Unsupported intermediate catch event type")
        return super().without_definition(reading, element, node)

    def enter(self, movement: Movement, token: Token) -> None:
        """An activity begins that waits; a link is passed."""
        if not event_of(token.node).definition.waits:
            _pass(movement, token)
            return
        activity = begin_activity(movement, token, ActivityKind.EVENT)
        if begin(movement, activity):
            event_of(token.node).definition.arm(movement, activity, token.node)

    def triggered(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """The token goes on; behind an event-based gateway, which is what waits then, the event takes place first."""
        if host is None:
            raise TypeError(f"intermediate catch event '{node.id}' waits at no activity")
        if host.node_id == node.id:
            activity = host
        else:
            gateway = movement.process.nodes[host.node_id]
            if gateway.listeners is not None:
                listening.ended(movement, gateway, host, cancelled=True)
            movement.end(host, ActivityState.CANCELLED)
            activity = begin_activity(movement, Token(node, host.scope_id, None), ActivityKind.EVENT)
            if activity.state >= ActivityState.DONE:
                return
            movement.create(activity)
            movement.changes.beside = activity
        flows = chosen(movement, node, activity.scope_id, activity)
        finish(movement, activity, node)
        go(movement, node, flows, activity.scope_id)


def _pass(movement: Movement, token: Token) -> None:
    """Let a token through without a trace; the mappings run."""
    node = token.node
    place = fleeting(movement, token)
    if place.state >= ActivityState.DONE:
        return
    flows = chosen(movement, node, token.scope_id, place)
    if node.listeners is not None:
        listening.ended(movement, node, place)
    run_outputs(movement, node, place)
    go(movement, node, flows, token.scope_id)


CATCH_EVENT = CatchEvent()
