"""Pictures of processes: what they need is read within the unit of work; the file is read and drawn outside of it.

``drawn`` keeps that away from the event loop, and draws a few pictures at a time: a large one takes seconds and
tens of megabytes.
"""

from dataclasses import dataclass
from functools import partial

from taskbridge.diagrams import png
from taskbridge.engine.bpmn_diagram import Diagram, read_diagram
from taskbridge.engine.errors import BpmnError, UnreadableModel
from taskbridge.kinds import ActivityKind
from taskbridge.loop_limit import LoopLimit
from taskbridge.service import processes
from taskbridge.service.unit import Unit
from taskbridge.store import activities
from taskbridge.store.definitions import DefinitionRow

_LIMIT = LoopLimit("diagrams", 2)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a picture shows: a process of a file, the nodes where somebody is at work, and the scopes around those."""

    resource_name: str
    content: bytes
    key: str
    working: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()


def of_definition(unit: Unit, row: DefinitionRow) -> Sight:
    """A definition."""
    return Sight(row.resource_name, processes.bpmn_of(unit, row), row.key)


def of_instance(unit: Unit, instance_id: int, row: DefinitionRow) -> Sight:
    """A running instance of that definition, with the nodes where it stands."""
    standing = activities.open_of_instance(unit.tx, instance_id)
    working = frozenset(one.node_id for one in standing if one.kind != ActivityKind.SCOPE)
    around = frozenset(one.node_id for one in standing if one.kind == ActivityKind.SCOPE)
    return Sight(row.resource_name, processes.bpmn_of(unit, row), row.key, working, around)


async def drawn(seen: Sight) -> bytes | None:
    """The picture as a PNG file; None when the file draws nothing of the process.

    Raises DiagramTooLarge, UnreadableModel.
    """
    return await _LIMIT.run(partial(_draw, seen))


def _draw(seen: Sight) -> bytes | None:
    try:
        diagram = read_diagram(seen.resource_name, seen.content, seen.key)
    except BpmnError as error:
        raise UnreadableModel(seen.resource_name, seen.key, str(error)) from error
    return None if diagram is None else png(diagram, _active(diagram, seen))


def _active(diagram: Diagram, seen: Sight) -> frozenset[str]:
    """Where the process stands: a subprocess is marked itself where its inside is not shown."""
    closed = {shape.id for shape in diagram.shapes if not shape.expanded}
    return seen.working | (seen.around & closed)
