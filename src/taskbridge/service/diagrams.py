"""Pictures of processes: what is drawn is read within the unit of work, the drawing itself is done outside of it."""

from dataclasses import dataclass

import anyio.to_thread

from taskbridge.diagrams import png
from taskbridge.engine.bpmn_diagram import Diagram, read_diagram
from taskbridge.service import processes
from taskbridge.service.unit import Unit
from taskbridge.store import activities
from taskbridge.store.definitions import DefinitionRow


@dataclass(frozen=True, slots=True)
class Sight:
    """What a picture shows: a diagram, and the nodes where somebody or something is at work."""

    diagram: Diagram
    active: frozenset[str] = frozenset()


def of_definition(unit: Unit, row: DefinitionRow) -> Sight | None:
    """A definition; None when its file draws nothing of it. Raises DiagramTooLarge."""
    diagram = read_diagram(row.resource_name, processes.bpmn_of(unit, row), row.key)
    return None if diagram is None else Sight(diagram)


def of_instance(unit: Unit, instance_id: int, row: DefinitionRow) -> Sight | None:
    """A running instance of that definition, with the nodes where it stands; None as above."""
    seen = of_definition(unit, row)
    standing = frozenset(one.node_id for one in activities.open_of_instance(unit.tx, instance_id))
    return None if seen is None else Sight(seen.diagram, standing)


async def drawn(seen: Sight) -> bytes:
    """The picture as a PNG file, drawn beside the event loop."""
    return await anyio.to_thread.run_sync(png, seen.diagram, seen.active)
