"""Messages and signals that one thing would wait for twice, which the vendor's parser refuses.

Called by ``bpmn`` once a process is tied together.
"""

from collections.abc import Iterator, Mapping, Sequence

from taskbridge.engine.bpmn_flows import Begun, ScopeDraft
from taskbridge.engine.bpmn_xml import Source
from taskbridge.engine.events.named import named_of, subscription_of
from taskbridge.engine.graph import Node

_SEVERAL = "Cannot have more than one {} event subscription with name '{}' for scope '{}'"


def check_subscriptions(source: Source, scopes: Sequence[ScopeDraft], nodes: Mapping[str, Node], begun: Begun) -> None:
    """Complain about every event that waits for the name of another one of the same host."""
    elements = {identifier: one for scope in scopes for identifier, one in scope.elements.items()}
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
