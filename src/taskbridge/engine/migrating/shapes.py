"""How a process is nested, as plans look at it: the scope in which an activity stands, and the one that hosts an event.

None stands for the process itself. The body of a multi-instance activity is a scope of its own, as everywhere.
"""

from collections.abc import Iterator
from functools import cached_property

from taskbridge.engine.elements.multi_instance import body_around
from taskbridge.engine.events.base import Event, event_of
from taskbridge.engine.events.compensation import COMPENSATION
from taskbridge.engine.graph import Node, Process


class Shape:
    """A process with its nesting."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.nodes = process.nodes

    def scopes_around(self, node_id: str) -> Iterator[str]:
        """The scopes around a node, the innermost first, without the process."""
        scope = self.nodes[node_id].scope
        while scope is not None:
            yield scope
            scope = self.nodes[scope].scope

    def inside(self, scope: str | None) -> list[Node]:
        """What stands directly in a scope."""
        return self._inside.get(scope, [])

    def hosted(self, scope: str | None) -> list[Node]:
        """What a scope hosts: what it waits for while it is alive, or catches."""
        return self._hosted.get(scope, [])

    @cached_property
    def _hosted(self) -> dict[str | None, list[Node]]:
        found: dict[str | None, list[Node]] = {}
        for node_id, host in self.hosts.items():
            found.setdefault(host, []).append(self.nodes[node_id])
        return found

    @cached_property
    def _inside(self) -> dict[str | None, list[Node]]:
        found: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.scope, []).append(node)
        return found

    @cached_property
    def hosts(self) -> dict[str, str | None]:
        """Events, and what else waits or begins by one -> the scope that waits for it: itself where that is its own."""
        found: dict[str, str | None] = {one.id: None for one in self.process.event_starts}
        for node in self.nodes.values():
            found |= {one.id: node.id for one in node.event_starts}
            if node.behaviour.begins_by_event:
                found[node.id] = node.scope
            if node.behaviour.is_boundary:
                found[node.id] = body_around(self.process, self.nodes[event_of(node).attached_to or ""]).id
            if node.behaviour.awaits_next:
                found |= {flow.target: node.id for flow in node.outgoing}
        for node in self.nodes.values():
            if has_timeouts(node) or _waits_by_itself(node):
                found.setdefault(node.id, node.id)
        return found

    def has_trigger(self, node_id: str) -> bool:
        """Whether a node waits for something that is stored: a time, an event, or a condition."""
        node = self.nodes[node_id]
        if has_timeouts(node):
            return True
        if isinstance(node.settings, Event):
            return node_id in self.hosts and node.settings.definition.waits
        return _waits_by_itself(node)

    def for_compensation(self, node: Node) -> bool:
        """Whether it is carried out by nothing but compensation: a handler, or an event subprocess for it."""
        if node.for_compensation:
            return True
        begins = node.behaviour.begins_by_event
        return begins and any(one.behaviour.is_start and compensates(one) for one in self.inside(node.id))


def _waits_by_itself(node: Node) -> bool:
    if isinstance(node.settings, Event):
        return node.behaviour.for_events and node.settings.definition.waits
    return node.behaviour.for_events and node.behaviour.subscribes


def compensates(node: Node) -> bool:
    """Whether it is an event that catches compensation."""
    return isinstance(node.settings, Event) and node.settings.definition is COMPENSATION


def has_timeouts(node: Node) -> bool:
    """Whether it is a user task with listeners that wait for a time."""
    return node.task_listeners is not None and bool(node.task_listeners.timeouts)
