"""A definition as a workflow: the steps in it, and the transitions between them.

A step is work of people or workers, or a place where an event is waited for. What lies between steps (gateways, other
events, edges of subprocesses) is looked through. Pure, over the process graph and the ids of its elements.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from taskbridge.engine.elements import subprocess
from taskbridge.engine.elements.multi_instance import activity_in, body_around
from taskbridge.engine.graph import Flow, Node, Process
from taskbridge.engine.leaving import transitions
from taskbridge.service import elements
from taskbridge.service.elements import Elements
from taskbridge.service.unit import Unit

#: What the one way out of a step is called where the model gives it no name.
COMPLETE = "Complete"


@dataclass(frozen=True, slots=True)
class Way:
    """A transition: its id, its place among its like from 1, what it is called, and the flow behind it.

    Out of a step that no flow leads out of it has none: the path ends there.
    """

    id: int
    index: int
    text: str
    flow_id: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its id, its place in the workflow from 1, and the transitions out of it and into it."""

    id: int
    place: int
    node: Node
    outbound: tuple[Way, ...]
    inbound: tuple[Way, ...]

    @property
    def human(self) -> bool:
        """Whether people do it."""
        return self.node.behaviour.for_people

    @property
    def waits(self) -> bool:
        """Whether an event is waited for there, which is no work."""
        return self.node.behaviour.for_events

    @property
    def name(self) -> str:
        """What it is called."""
        return self.node.name or self.node.id


@dataclass(frozen=True, slots=True)
class Workflow:
    """The steps of a definition by BPMN id, in document order, and the end that all ways lead to."""

    process: Process
    steps: Mapping[str, Step]
    finish: Step | None

    def way(self, node_id: str, transition: int) -> Way | None:
        """The transition of that id out of a step, None when there is none."""
        step = self.steps.get(node_id)
        return next((way for way in step.outbound if way.id == transition), None) if step else None


def of_definition(unit: Unit, definition_id: int) -> Workflow:
    """A definition as a workflow; raises NotFound."""
    return workflow(unit.process(definition_id), elements.of_definition(unit, definition_id))


def workflow(process: Process, ids: Elements) -> Workflow:
    """A process as a workflow."""
    nodes = [node for node in process.nodes.values() if _is_step(node)]
    out = {
        node.id: _ways(process, ids, transitions(process, node.id))
        or (Way(ids.nodes[node.id], 1, COMPLETE, None),)  # the id is that of the step, which no flow has
        for node in nodes
    }
    into = _inbound(process, ids, out)
    steps = {
        node.id: Step(ids.nodes[node.id], place, node, out[node.id], _numbered(into.get(node.id, [])))
        for place, node in enumerate(nodes, start=1)
    }
    end = next((node for node in process.nodes.values() if node.behaviour.is_end and node.scope is None), None)
    if end is None:
        return Workflow(process, steps, None)
    return Workflow(process, steps, Step(ids.nodes[end.id], len(nodes) + 1, end, (), _numbered(into.get("", []))))


def _is_step(node: Node) -> bool:
    return node.behaviour.is_step or node.behaviour.for_events


def _ways(process: Process, ids: Elements, flows: tuple[Flow, ...]) -> tuple[Way, ...]:
    alone = len(flows) == 1
    return tuple(
        Way(ids.flows[flow.id], index, flow.name or (COMPLETE if alone else _target(process, flow)), flow.id)
        for index, flow in enumerate(flows, start=1)
    )


def _target(process: Process, flow: Flow) -> str:
    return activity_in(process, process.nodes[flow.target]).name or flow.id


def _numbered(ways: list[Way]) -> tuple[Way, ...]:
    return tuple(Way(way.id, index, way.text, way.flow_id) for index, way in enumerate(ways, start=1))


def _inbound(process: Process, ids: Elements, out: Mapping[str, tuple[Way, ...]]) -> dict[str, list[Way]]:
    """The transitions into each step by its BPMN id, those into the end under ''."""
    beginnings = [node for node in process.nodes.values() if node.behaviour.is_start and node.scope is None]
    caught = [boundary for node in process.nodes.values() for boundary in node.boundaries]
    beginnings += [*process.event_starts, *(event for node in process.nodes.values() for event in node.event_starts)]
    ways = [(process.nodes[step], way) for step, found in out.items() for way in found]
    ways += [(node, way) for node in (*beginnings, *caught) for way in _ways(process, ids, node.outgoing)]
    into: dict[str, list[Way]] = {}
    for node, way in ways:
        targets = _out_of_scope(process, node) if way.flow_id is None else [process.flows[way.flow_id].target]
        for reached in _reached(process, targets):
            into.setdefault(reached, []).append(way)
    return into


def _reached(process: Process, targets: list[str]) -> Iterator[str]:
    """The steps that a token on its way to nodes gets to next, '' for the end."""
    pending, seen = targets, set[str]()
    while pending:
        name = pending.pop(0)
        if name in seen:
            continue
        seen.add(name)
        node = process.nodes[name]
        if _is_step(node):
            yield name
        elif node.behaviour.is_end and node.scope is None:
            if "" not in seen:
                seen.add("")
                yield ""
        else:
            pending += _beyond(process, node)


def _beyond(process: Process, node: Node) -> list[str]:
    inside = activity_in(process, node)
    if inside is not node:
        return [inside.id]
    start = subprocess.start_of(node)
    if start is not None:
        return [start.id]
    return _out_of_scope(process, node) if node.behaviour.is_end else [flow.target for flow in node.outgoing]


def _out_of_scope(process: Process, node: Node) -> list[str]:
    """Where it goes on from the scope in which a path ends at the node."""
    if node.scope is None:
        return []
    return [flow.target for flow in body_around(process, process.nodes[node.scope]).outgoing]
