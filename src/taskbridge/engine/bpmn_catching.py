"""Messages, signals and escalations that would be caught twice at one place, which the vendor's parser refuses.

Called by ``bpmn`` once a process is tied together.
"""

from collections.abc import Iterator, Mapping, Sequence

from taskbridge.engine.bpmn_flows import Begun, ScopeDraft
from taskbridge.engine.bpmn_xml import Source
from taskbridge.engine.events.base import event_of
from taskbridge.engine.events.escalation import EscalationHandler
from taskbridge.engine.events.named import named_of, subscription_of
from taskbridge.engine.graph import Node

_SEVERAL = "Cannot have more than one {} event subscription with name '{}' for scope '{}'"
#: What escalations are caught by, by whether it begins with them.
_KINDS = {True: ("event subprocess", "event subprocesses"), False: ("boundary event", "boundary events")}
_SEVERAL_CODES = "multiple escalation {} with the same escalationCode '{}' are not supported on same scope"
_SEVERAL_FOR_ALL = (
    "The same scope can not contains more than one escalation {0} without escalation code. "
    "An escalation {0} without escalation code catch all escalation events."
)
_BESIDE_ALL = (
    "The same scope can not contains an escalation {0} without escalation code and another one with escalation code. "
    "The escalation {0} without escalation code catch all escalation events."
)


def check_catching(source: Source, scopes: Sequence[ScopeDraft], nodes: Mapping[str, Node], begun: Begun) -> None:
    """Complain about every event that would catch what another one at the same host catches."""
    elements = {identifier: one for scope in scopes for identifier, one in scope.elements.items()}
    for alike in _places(nodes, begun):
        for event, fault in _escalations(alike):
            source.refuse(elements[event.id], fault)
    for host, events in _hosts(nodes, begun):
        seen: set[tuple[str, str]] = set()
        for event in events:
            named = named_of(event)
            if named is None or named.name is None:
                continue
            key = (subscription_of(event), named.name.text)
            if key in seen:
                source.refuse(elements[event.id], _SEVERAL.format(*key, host))
            seen.add(key)


def _hosts(nodes: Mapping[str, Node], begun: Begun) -> Iterator[tuple[str, list[Node]]]:
    """The ids of hosts, and the events that each waits for; the process itself has none at this point."""
    yield "null", list(begun.starts)
    yield "null", list(begun.event_starts)
    for node in nodes.values():
        if node.behaviour.awaits_next:
            yield node.id, [nodes[flow.target] for flow in node.outgoing]
        elif node.armed:
            itself = [node] if named_of(node) is not None else []
            yield node.id, [*itself, *node.event_starts, *node.boundaries]


def _places(nodes: Mapping[str, Node], begun: Begun) -> Iterator[tuple[Node, ...]]:
    """The events that are looked at together when an escalation is thrown."""
    yield begun.event_starts
    for node in nodes.values():
        yield node.event_starts
        yield node.boundaries


def _escalations(events: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    codes: set[str | None] = set()
    for event in events:
        handler = event_of(event).settings
        if not isinstance(handler, EscalationHandler):
            continue
        one, several = _KINDS[event.behaviour.is_start]
        if handler.code is not None and handler.code in codes:
            yield event, _SEVERAL_CODES.format(several, handler.code)
        elif handler.code is None and None in codes:
            yield event, _SEVERAL_FOR_ALL.format(one)
        elif codes and None in (*codes, handler.code):
            yield event, _BESIDE_ALL.format(one)
        codes.add(handler.code)
