"""The plan that the vendor's engine proposes: the same ids, alike in kind and nesting."""

from collections.abc import Iterator, Sequence

from taskbridge.engine.elements.multi_instance import MULTI_INSTANCE, loop_of
from taskbridge.engine.events.base import Event
from taskbridge.engine.events.cancel import CANCEL
from taskbridge.engine.events.conditional import CONDITIONAL
from taskbridge.engine.events.error import ERROR
from taskbridge.engine.events.escalation import ESCALATION
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.migrating.behaviours import is_supported
from taskbridge.engine.migrating.plan import Instruction
from taskbridge.engine.migrating.rules import Mapped, Mapping
from taskbridge.engine.migrating.shapes import Shape

#: Events at boundaries and of event subprocesses that are looked for and not waited for: nothing of them is alive.
_LOOKED_FOR = (ERROR, ESCALATION, CANCEL)


def generated(source: Process, target: Process, *, update_triggers: bool = False) -> list[Instruction]:
    """The instructions that the two processes suggest. ``update_triggers``: what is waited for is made anew."""
    mapping = Mapping(Shape(source), Shape(target))
    waiting: list[tuple[str | None, str | None]] = [(None, None)]
    while waiting:
        scope, into = waiting.pop()
        flowing = list(_matches(mapping, mapping.source.inside(scope), mapping.target.inside(into), update_triggers))
        hosted = _matches(mapping, mapping.source.hosted(scope), mapping.target.hosted(into), update_triggers, flowing)
        mapping.add_valid([*flowing, *hosted])
        waiting += [(one.source.id, one.target.id) for one in reversed(flowing) if mapping.of_source(one.source.id)]
    return [Instruction(one.source.id, one.target.id, one.updates) for one in mapping.all]


def _matches(
    mapping: Mapping, ours: Sequence[Node], theirs: Sequence[Node], update: bool, besides: Sequence[Mapped] = ()
) -> Iterator[Mapped]:
    taken = {one.source.id for one in besides}
    found = {node.id: node for node in theirs if _may(mapping.target, node)}
    for node in ours:
        other = found.get(node.id)
        if other is None or not _may(mapping.source, node) or node.id in taken or mapping.of_source(node.id):
            continue
        yield _mapped(mapping, node, other, update)
        if node.behaviour is MULTI_INSTANCE and other.behaviour is MULTI_INSTANCE:
            inner, into = loop_of(node).activity, loop_of(other).activity
            yield _mapped(mapping, mapping.source.nodes[inner.id], mapping.target.nodes[into.id], update)


def _mapped(mapping: Mapping, node: Node, other: Node, update: bool) -> Mapped:
    settings = node.settings
    always = isinstance(settings, Event) and settings.definition is CONDITIONAL
    return Mapped(node, other, (update or always) and mapping.source.has_trigger(node.id))


def _may(shape: Shape, node: Node) -> bool:
    if shape.for_compensation(node):
        return False
    settings = node.settings
    if isinstance(settings, Event) and node.id in shape.hosts and settings.definition in _LOOKED_FOR:
        return False
    return is_supported(node) or (node.job is not None and (node.job.before or node.job.after))
