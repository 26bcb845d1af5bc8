"""Integer ids of the flow nodes and sequence flows of definitions: what a dialect calls steps and transitions.

They are rows, made at deployment. Definitions that an older version deployed get theirs when they are first asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from taskbridge.engine.graph import Process
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.store import elements
from taskbridge.store.elements import FLOW, NODE, ElementRow


@dataclass(frozen=True, slots=True)
class Elements:
    """The ids of one definition, by BPMN id."""

    nodes: Mapping[str, int]
    flows: Mapping[str, int]


def of_definition(unit: Unit, definition_id: int) -> Elements:
    """The ids of one definition's elements; raises NotFound."""
    return of_definitions(unit, [definition_id])[definition_id]


def of_definitions(unit: Unit, definition_ids: Iterable[int]) -> dict[int, Elements]:
    """The ids of the elements of several definitions, in one statement; raises NotFound."""
    wanted = sorted(set(definition_ids))
    rows = elements.of_definitions(unit.tx, wanted)
    found = {row.definition_id for row in rows}
    unnumbered = [number for number in wanted if number not in found]
    if unnumbered:
        unit.require_writing()
    for missing in unnumbered:
        rows += number_elements(unit, missing, unit.process(missing))
    return {number: _of(number, rows) for number in wanted}


def find(unit: Unit, element_number: int) -> ElementRow:
    """The element of that id; raises NotFound."""
    row = elements.get(unit.tx, element_number)
    if row is None:
        raise NotFound("element", element_number)
    return row


def number_elements(unit: Unit, definition_id: int, process: Process) -> list[ElementRow]:
    """Give every flow node and sequence flow of a definition its id."""
    rows = [ElementRow(unit.tx.new_id(), definition_id, name, NODE) for name in process.nodes]
    rows += [ElementRow(unit.tx.new_id(), definition_id, name, FLOW) for name in process.flows]
    elements.insert(unit.tx, rows)
    return rows


def _of(definition_id: int, rows: list[ElementRow]) -> Elements:
    own = [row for row in rows if row.definition_id == definition_id]
    return Elements(
        {row.element_id: row.id for row in own if row.kind == NODE},
        {row.element_id: row.id for row in own if row.kind == FLOW},
    )
