"""Instances that are started by conditions: the conditional start events that hold with given variables.

Nothing evaluates these by itself; a client asks for it. The conditions see the given variables and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from taskbridge.engine.events import conditional
from taskbridge.engine.graph import Node
from taskbridge.engine.scripts.script import SCRIPTS, VISIBLE
from taskbridge.engine.variables import Variable, Variables
from taskbridge.service import processes
from taskbridge.service.errors import NoConditionalStarts, NotConditional
from taskbridge.service.processes import Started
from taskbridge.service.unit import Unit
from taskbridge.store import definitions, subscriptions
from taskbridge.store.definitions import DefinitionRow


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What conditions are evaluated with. ``tenant`` and ``without_tenant`` narrow down whose definitions are asked."""

    variables: Mapping[str, Variable]
    business_key: str | None = None
    tenant: str | None = None
    without_tenant: bool = False


def evaluate(unit: Unit, wanted: Evaluation) -> list[Started]:
    """Start an instance for every conditional start event that holds, of the latest versions of all processes.

    Those of suspended definitions are passed over. Raises NoConditionalStarts, EngineError.
    """
    rows = subscriptions.starts_by_condition(unit.tx)
    if wanted.tenant is not None or wanted.without_tenant:
        rows = [row for row in rows if row.tenant == wanted.tenant]
    if not rows:
        raise NoConditionalStarts
    found = []
    for row in rows:
        definition = definitions.get(unit.tx, row.definition_id)
        if definition is not None:
            found += _holding(unit, definition, [unit.process(definition.id).nodes[row.node_id]], wanted)
    return _started(unit, found, wanted)


def evaluate_definition(unit: Unit, row: DefinitionRow, wanted: Evaluation) -> list[Started]:
    """The same for the start events of one definition, be it the latest version or not. Raises NotConditional too."""
    starts = [node for node in unit.process(row.id).starts if conditional.settings_of(node) is not None]
    if not starts:
        raise NotConditional(f"{row.key}:{row.version}:{row.id}")
    return _started(unit, _holding(unit, row, conditional.in_order(starts), wanted), wanted)


def _holding(
    unit: Unit, definition: DefinitionRow, starts: Sequence[Node], wanted: Evaluation
) -> list[tuple[DefinitionRow, Node]]:
    if definition.suspended:
        return []
    seen = Variables()
    for name, variable in wanted.variables.items():
        seen.set(name, variable)

    def resolve(name: str) -> object:
        if name == VISIBLE:
            return dict(seen.items())
        return unit.scripts if name == SCRIPTS else seen.seen(name)

    return [(definition, node) for node in starts if conditional.lets_start(node, wanted.variables, resolve)]


def _started(unit: Unit, found: Sequence[tuple[DefinitionRow, Node]], wanted: Evaluation) -> list[Started]:
    unit.expect_commands(len(found))
    started = [
        processes.start(unit, row, dict(wanted.variables), wanted.business_key, node_id=node.id) for row, node in found
    ]
    return [processes.as_left(unit, one) for one in started]
