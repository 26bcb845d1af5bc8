"""What a task shows of its process: the step that it is, and the ways out that its doer may choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from taskbridge.engine import leaving
from taskbridge.engine.elements import user_task
from taskbridge.engine.elements.multi_instance import activity_in
from taskbridge.engine.graph import Node, Process
from taskbridge.service import elements
from taskbridge.service.elements import Elements
from taskbridge.service.unit import Unit
from taskbridge.store.activities import ActivityRow

#: The property of a user task that tells whether the doer of the one before it must, or must not, choose who does it.
AD_HOC = "adHocAssignment"
REQUIRED, REFUSED = "required", "refused"


@dataclass(frozen=True, slots=True)
class Way:
    """A transition: number and name of its flow, the policy of the task it leads to, and whether it is the default."""

    number: int
    name: str
    ad_hoc: str | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The step that a task is: the number of its node, the process it is part of, and the ways out."""

    number: int
    process: Process
    ways: tuple[Way, ...]


def of_tasks(unit: Unit, rows: Sequence[ActivityRow]) -> dict[int, Step]:
    """The step of each task, by task; one statement for all of them."""
    known = elements.of_definitions(unit, {row.definition_id for row in rows}) if rows else {}
    return {row.id: _step(unit.process(row.definition_id), row.node_id, known[row.definition_id]) for row in rows}


def ad_hoc(node: Node) -> str | None:
    """Whether the doer of this user task is chosen by that of the one before: REQUIRED, REFUSED, or as he likes."""
    settings = user_task.settings_of(node)
    return None if settings is None else settings.properties.get(AD_HOC)


def _step(process: Process, node_id: str, known: Elements) -> Step:
    flows = leaving.transitions(process, node_id)
    ways = (
        Way(
            known.flows[flow.id],
            flow.name or target.name or flow.id,
            ad_hoc(target),
            is_default=len(flows) == 1 or flow is process.nodes[flow.source].default,
        )
        for flow, target in ((flow, activity_in(process, process.nodes[flow.target])) for flow in flows)
    )
    return Step(known.nodes[node_id], process, tuple(ways))
