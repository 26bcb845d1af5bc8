"""What is wrong with the instructions of a plan, in the vendor's words."""

from collections.abc import Iterator, Sequence

from taskbridge.engine.graph import Process
from taskbridge.engine.migrating.plan import Instruction
from taskbridge.engine.migrating.rules import Mapped, Mapping, failures
from taskbridge.engine.migrating.shapes import Shape


def reports(
    source: Process, target: Process, instructions: Sequence[Instruction], names: tuple[str, str]
) -> list[tuple[Instruction, list[str]]]:
    """The instructions that are not valid, each with its faults. ``names`` are what texts call the two processes.

    Those whose activities do not exist are looked at no further, nor do others see them.
    """
    mapping = Mapping(Shape(source), Shape(target), names)
    found: list[tuple[Instruction, list[str]]] = []
    existing: list[tuple[Instruction, Mapped]] = []
    for one in instructions:
        missing = list(_missing(one, mapping))
        if missing:
            found.append((one, missing))
        elif one.source is not None and one.target is not None:
            existing.append((one, Mapped(source.nodes[one.source], target.nodes[one.target], one.updates)))
    mapping.add(mapped for _, mapped in existing)
    checked = ((one, failures(mapping, mapped)) for one, mapped in existing)
    return [*found, *((one, texts) for one, texts in checked if texts)]


def _missing(one: Instruction, mapping: Mapping) -> Iterator[str]:
    for end, node_id in (("Source", one.source), ("Target", one.target)):
        if node_id is None:
            yield f"{end} activity id is null"
    if one.source is None or one.target is None:
        return
    for end, node_id, shape in (("Source", one.source, mapping.source), ("Target", one.target, mapping.target)):
        if node_id not in shape.nodes:
            yield f"{end} activity '{node_id}' does not exist"
