"""BPMN sequence flows: reading them, tying them and boundary events to the nodes of a scope, and the rules for both.

Called by ``bpmn``. The rules and their words are those of the vendor's parser.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from taskbridge.engine.bpmn_conditions import condition
from taskbridge.engine.bpmn_listeners import take_listeners
from taskbridge.engine.bpmn_xml import Element, Source, child, local, tag
from taskbridge.engine.elements.subprocess import with_start
from taskbridge.engine.events.base import event_of
from taskbridge.engine.expressions import literal
from taskbridge.engine.graph import Flow, Node
from taskbridge.engine.vocabulary import DESCRIPTIONS, LISTENERS, Vocabulary, check

_FLOW = Vocabulary(
    frozenset({"id", "name", "sourceRef", "targetRef", "isImmediate"}),
    DESCRIPTIONS | {"conditionExpression"},
    frozenset(),
    refused=LISTENERS,
)
_FLOW_OF_HANDLER = (
    "Invalid {} sequence flow of compensation activity '{}'. "
    "A compensation activity should not have an incoming or outgoing sequence flow."
)
#: Stands for a condition that cannot be read, so that its flow is not taken for one without.
_UNREAD = literal("")
#: Inclusive joins times nodes of one scope: bounds what a file can make the reader compute and keep.
_MAX_REACH = 2_000_000


@dataclass(slots=True)
class ScopeDraft:
    """A process or subprocess while it is read: what stands directly in it."""

    element: Element
    id: str | None  # None for the process itself
    unread: bool = False  # within an element that is not supported: what stands in it is only checked
    nodes: dict[str, Node] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)  # of the nodes
    flows: list[tuple[Flow, Element]] = field(default_factory=list)
    associations: list[Element] = field(default_factory=list)

    def entered(self, identifier: str) -> str:
        """The node that flows and boundary events mean by an id: the body where the activity has one."""
        node = self.nodes.get(identifier)
        return identifier if node is None or node.scope == self.id else str(node.scope)

    def lead_through_bodies(self) -> None:
        """Let flows lead to and out of the bodies of multi-instance activities."""
        if any(node.scope != self.id for node in self.nodes.values()):
            self.flows = [
                (replace(flow, source=self.entered(flow.source), target=self.entered(flow.target)), element)
                for flow, element in self.flows
            ]


def read_flow(source: Source, element: Element, taken: Collection[str]) -> Flow:
    """A sequence flow; where it has no id one is made up that is not among those ``taken``."""
    check(source, element, _FLOW, extensions=LISTENERS)
    found = child(element, "conditionExpression")
    made_up = (name for number in count(len(taken)) if (name := f"flow{number}") not in taken)
    return Flow(
        element.get("id") or next(made_up),
        element.get("name"),
        element.get("sourceRef") or "",
        element.get("targetRef") or "",
        None if found is None else condition(source, found) or _UNREAD,
        take_listeners(source, element),
    )


class Begun(NamedTuple):
    """What begins in a scope: its start events, and those of the event subprocesses that stand directly in it."""

    starts: tuple[Node, ...]
    event_starts: tuple[Node, ...]


_NOTHING = Begun((), ())


def tie(source: Source, scope: ScopeDraft, begun: Mapping[str | None, Begun]) -> dict[str, Node]:
    """The nodes of a scope with their flows, boundary events and (for subprocesses) what is ``begun`` in them."""
    incoming: dict[str, list[Flow]] = defaultdict(list)
    leaving: dict[str, list[Flow]] = defaultdict(list)
    for flow, element in scope.flows:
        if _has_ends(source, scope, flow, element):
            leaving[flow.source].append(flow)
            incoming[flow.target].append(flow)
    nodes = {}
    for node in scope.nodes.values():
        outgoing = tuple(leaving[node.id])
        nodes[node.id] = replace(
            node,
            incoming=tuple(incoming[node.id]),
            outgoing=outgoing,
            default=_default_of(source, scope, node, leaving),
        )
        if node.behaviour.is_scope:
            nodes[node.id] = _with_begun(nodes[node.id], begun.get(node.id, _NOTHING))
    _attach(source, scope, nodes)
    _check_event_gateways(source, scope, nodes)
    for node in nodes.values():
        for fault in node.behaviour.faults(node):
            source.complain(scope.elements[node.id], fault)
    return nodes


def _with_begun(node: Node, begun: Begun) -> Node:
    started = with_start(node, begun.starts[0] if begun.starts else None)
    return replace(started, event_starts=begun.event_starts, armed=awaited(begun.event_starts))


def awaited(events: Iterable[Node]) -> tuple[Node, ...]:
    """Those of catching events that something waits for, while others are looked for when something is thrown."""
    return tuple(one for one in events if event_of(one).definition.waits)


def initial(starts: Sequence[Node]) -> Node | None:
    """Where an instance begins that is started by the key of its process: the only start event, of whatever kind.

    Of several the one that waits for no event; None where each of them does.
    """
    return starts[0] if len(starts) == 1 else next((one for one in starts if _begins_by_key(one)), None)


def _begins_by_key(start: Node) -> bool:
    return not event_of(start).definition.subscribes


def begun_by(source: Source, scope: ScopeDraft, nodes: Mapping[str, Node], begun: Mapping[str | None, Begun]) -> Begun:
    """What begins in a scope; ``begun`` has the same of the scopes in it."""
    starts = [node for node in nodes.values() if node.behaviour.is_start]
    if not starts:
        source.complain(scope.element, f"{tag(scope.element)} must define a startEvent element")
    if scope.id is not None and len(starts) > 1:
        source.complain(scope.elements[starts[1].id], "multiple start events not supported for subprocess")
    by_key = [one for one in starts if _begins_by_key(one)] if scope.id is None else []
    if len(by_key) > 1:
        text_ = "multiple none start events or timer start events not supported on process definition"
        source.complain(scope.elements[by_key[1].id], text_)
    # The vendor's engine never begins an event subprocess that has several instances.
    own = [node for node in nodes.values() if node.behaviour.begins_by_event and node.scope == scope.id]
    inside = [begun[node.id].starts[:1] for node in own]
    event_starts = tuple(one for events in inside for one in events)
    return Begun(tuple(starts), event_starts)


def reach(source: Source, scope: ScopeDraft, nodes: Mapping[str, Node]) -> dict[str, frozenset[str]]:
    """For each inclusive join the nodes from which a token can still get there; boundary events do not count."""
    joins = [node for node in nodes.values() if node.behaviour.joins_by_reach and len(node.incoming) > 1]
    if len(joins) * len(nodes) > _MAX_REACH:
        source.complain(scope.element, f"{len(joins)} inclusive joins among {len(nodes)} nodes are too many")
        return {}
    before: dict[str, set[str]] = {identifier: set() for identifier in nodes}
    for node in nodes.values():
        for flow in node.outgoing:
            before[flow.target].add(node.id)
    return {join.id: _all_before(before, join.id) for join in joins}


def _all_before(before: Mapping[str, set[str]], target: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = [target]
    while waiting:
        fresh = before[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


def _has_ends(source: Source, scope: ScopeDraft, flow: Flow, element: Element) -> bool:
    identifier = element.get("id")
    origin, target = scope.nodes.get(flow.source), scope.nodes.get(flow.target)
    if origin is not None and origin.for_compensation:
        source.complain(element, _FLOW_OF_HANDLER.format("outgoing", flow.source))
    elif target is not None and target.for_compensation:
        source.complain(element, _FLOW_OF_HANDLER.format("incoming", flow.target))
    elif origin is None:
        source.complain(element, f"Invalid source '{flow.source}' of sequence flow '{identifier}'")
    elif target is None:
        source.complain(element, f"Invalid destination '{flow.target}' of sequence flow '{identifier}'")
    elif origin.behaviour.is_end:
        source.complain(element, f"Invalid outgoing sequence flow '{identifier}' of end event '{flow.source}'")
    elif origin.behaviour.begins_by_event:
        source.complain(element, "Invalid outgoing sequence flow of event subprocess")
    elif target.behaviour.begins_by_event:
        source.complain(element, "Invalid incoming sequence flow of event subprocess")
    elif target.behaviour.is_boundary:
        source.complain(element, f"Invalid incoming sequence flow '{identifier}' of boundary event '{flow.target}'")
    else:
        return True
    return False


def _default_of(source: Source, scope: ScopeDraft, node: Node, leaving: Mapping[str, Sequence[Flow]]) -> Flow | None:
    """The default flow of a node. That of a multi-instance activity is known to the activity, and not to its body."""
    element = scope.elements[node.id]
    if element.get("id") != node.id:
        return None
    source_id = node.id if node.scope == scope.id else str(node.scope)
    return _default(source, element, tuple(leaving[source_id]))


def _default(source: Source, element: Element, outgoing: tuple[Flow, ...]) -> Flow | None:
    wanted = element.get("default")
    found = next((flow for flow in outgoing if flow.id == wanted), None)
    if wanted and found is None and local(str(element.tag)) != "parallelGateway":
        source.complain(element, f"The default flow '{wanted}' of '{element.get('id')}' is none of its outgoing flows")
    return found


def _check_event_gateways(source: Source, scope: ScopeDraft, nodes: Mapping[str, Node]) -> None:
    gateways: dict[str, set[str]] = defaultdict(set)  # of each catch event behind some
    for gateway in [node for node in nodes.values() if node.behaviour.awaits_next]:
        for event in [nodes[flow.target] for flow in gateway.outgoing]:
            if event.element != "intermediateCatchEvent":
                message = "Event based gateway can only be connected to elements of type intermediateCatchEvent"
                source.complain(scope.elements[gateway.id], message)
            elif not event_of(event).definition.waits:
                message = "IntermediateCatchLinkEvent is not allowed after an EventBasedGateway."
                source.complain(scope.elements[event.id], message)
            else:
                gateways[event.id].add(gateway.id)
    for flow, element in scope.flows:
        if flow.target in gateways and gateways[flow.target] != {flow.source}:
            message = (
                f"Invalid incoming sequenceflow for intermediateCatchEvent with id '{flow.target}' "
                "connected to an event-based gateway."
            )
            source.complain(element, message)


def _attach(source: Source, scope: ScopeDraft, nodes: dict[str, Node]) -> None:
    for node in list(nodes.values()):
        if not node.behaviour.is_boundary:
            continue
        event = event_of(node)
        host = nodes.get(scope.entered(event.attached_to or ""))
        if host is None or host.for_compensation or not host.behaviour.hosts_boundaries:
            message = (
                "Invalid reference in boundary event. "
                "Make sure that the referenced activity is defined in the same scope as the boundary event"
            )
            source.complain(scope.elements[node.id], message)
        elif (fault := event.definition.cannot_hang_on(host)) is not None:
            source.complain(scope.elements[node.id], fault)
        elif event.definition.while_alive:
            nodes[host.id] = replace(host, boundaries=(*host.boundaries, node), armed=(*host.armed, *awaited([node])))
