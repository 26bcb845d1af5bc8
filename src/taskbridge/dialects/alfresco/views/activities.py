"""What a process went through as entries (contract 4.5)."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from taskbridge.dialects.alfresco.models import Activity
from taskbridge.dialects.alfresco.values import filled, format_date
from taskbridge.engine.elements.multi_instance import is_body
from taskbridge.engine.graph import Node, Process
from taskbridge.kinds import WITHOUT_ACTIVITY
from taskbridge.store.instance_history import VisitRow
from taskbridge.store.instances import InstanceRow


def activities(
    graph: Process, row: InstanceRow, trail: str | None, visits: Iterable[VisitRow]
) -> Iterator[dict[str, Any]]:
    """Everything an instance went through: what its start passed, then each visit with what was passed after it."""
    return chain(_passed(graph, row.id, trail, row.started_at), *(_visit(graph, visit) for visit in visits))


def _visit(graph: Process, visit: VisitRow) -> Iterator[dict[str, Any]]:
    if visit.kind not in WITHOUT_ACTIVITY and not is_body(visit.node_id):
        yield _activity(graph, str(visit.id), visit.node_id, visit.created_at, visit.ended_at)
    if visit.ended_at is not None:
        yield from _passed(graph, visit.id, visit.trail, visit.ended_at)


def _passed(graph: Process, row_id: int, trail: str | None, moment: int) -> Iterator[dict[str, Any]]:
    """What was passed without waiting has no row: its id is that of the row that tells of it, and a number."""
    for number, step in enumerate((trail or "").split(), start=1):
        yield _activity(graph, f"{row_id}.{number}", _node(step), moment, moment)


def _activity(graph: Process, identifier: str, node_id: str, started: int, ended: int | None) -> dict[str, Any]:
    node = graph.nodes.get(node_id)
    return filled(
        Activity(
            id=identifier,
            activityDefinitionId=node_id,
            activityDefinitionName=node.name if node is not None else None,
            activityDefinitionType=None if node is None else _type_of(node),
            startedAt=format_date(started),
            endedAt=format_date(ended),
            durationInMs=None if ended is None else ended - started,
        )
    )


def _type_of(node: Node) -> str:
    """Events that are waited for are called by what they wait for, all else by its BPMN element."""
    named = node.behaviour.for_events or node.behaviour.is_boundary
    return node.behaviour.type_of(node) if named else node.element


def _node(visit: str) -> str:
    """The node of one step of a trail, which may also tell its scope and that it was cancelled."""
    return visit.rstrip("!").partition("@")[0]
