"""What the instructions of a plan have to meet. Each rule tells what is wrong with one, in the vendor's words.

The order of ``RULES`` is that in which the vendor's engine reports.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from taskbridge.engine.elements.inclusive_gateway import INCLUSIVE_GATEWAY
from taskbridge.engine.elements.multi_instance import MULTI_INSTANCE, loop_of
from taskbridge.engine.elements.parallel_gateway import PARALLEL_GATEWAY
from taskbridge.engine.events.base import Event
from taskbridge.engine.events.conditional import CONDITIONAL
from taskbridge.engine.graph import Node
from taskbridge.engine.migrating.behaviours import alike, name_of
from taskbridge.engine.migrating.shapes import Shape, compensates, has_timeouts


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """An instruction whose activities exist."""

    source: Node
    target: Node
    updates: bool

    def __str__(self) -> str:
        """As the vendor's texts show it."""
        ends = f"sourceActivity=Activity({self.source.id}), targetActivity=Activity({self.target.id})"
        return f"ValidatingMigrationInstructionImpl{{{ends}}}"


class Mapping:
    """Instructions that are looked at together; ``names`` are what texts call the two processes."""

    def __init__(self, source: Shape, target: Shape, names: tuple[str, str] = ("", "")) -> None:
        self.source = source
        self.target = target
        self.source_name, self.target_name = names
        self.all: list[Mapped] = []
        self._by_source: dict[str, list[Mapped]] = {}
        self._by_target: dict[str, list[Mapped]] = {}

    def add(self, some: Iterable[Mapped]) -> None:
        """Look at further ones."""
        for one in some:
            self.all.append(one)
            self._by_source.setdefault(one.source.id, []).append(one)
            self._by_target.setdefault(one.target.id, []).append(one)

    def add_valid(self, some: Sequence[Mapped]) -> None:
        """The same without those that break a rule, or do so without others that do. What is there stays valid."""
        self.add(some)
        kept = [one for one in some if not failures(self, one)]
        while len(kept) < len(some):
            for one in set(some).difference(kept):
                self.all.remove(one)
                self._by_source[one.source.id].remove(one)
                self._by_target[one.target.id].remove(one)
            some, kept = kept, [one for one in kept if not failures(self, one)]

    def of_source(self, node_id: str) -> Sequence[Mapped]:
        """The instructions for an activity or scope."""
        return self._by_source.get(node_id, ())

    def of_target(self, node_id: str) -> Sequence[Mapped]:
        """The instructions that lead to one."""
        return self._by_target.get(node_id, ())


_TOO_FEW_FLOWS = (
    "The target gateway must have at least the same number of incoming sequence flows that the source gateway has"
)
Rule = Callable[[Mapping, Mapped], Iterator[str]]


def _same_behaviour(_mapping: Mapping, one: Mapped) -> Iterator[str]:
    if not alike(one.source, one.target):
        names = f"{name_of(one.source)} is not compatible with {name_of(one.target)}"
        yield f"Activities have incompatible types ({names})"


def _same_event(_mapping: Mapping, one: Mapped) -> Iterator[str]:
    if _triggers(one.source) and _triggers(one.target):
        before, after = (node.behaviour.type_of(node) for node in (one.source, one.target))
        if before != after:
            yield f"Events are not of the same type ({before} != {after})"


def _triggers(node: Node) -> bool:
    """Whether it is an event at a boundary or of an event subprocess."""
    return isinstance(node.settings, Event) and (
        node.behaviour.is_boundary or name_of(node).startswith("EventSubProcessStart")
    )


def _only_once(mapping: Mapping, one: Mapped) -> Iterator[str]:
    several = mapping.of_source(one.source.id)
    if len(several) > 1:
        texts = ", ".join(str(instruction) for instruction in several)
        yield f"There are multiple mappings for source activity id '{one.source.id}': {texts}"


def _no_new_body(mapping: Mapping, one: Mapped) -> Iterator[str]:
    for scope in mapping.target.scopes_around(one.target.id):
        if mapping.of_target(scope):
            return
        if mapping.target.nodes[scope].behaviour is MULTI_INSTANCE:
            yield (
                f"Target activity '{one.target.id}' is a descendant of multi-instance body '{scope}' "
                "that is not mapped from the source process definition."
            )
            return


def _body_with_activity(mapping: Mapping, one: Mapped) -> Iterator[str]:
    if one.target.behaviour is MULTI_INSTANCE and not mapping.of_target(loop_of(one.target).activity.id):
        yield "Must map the inner activity of a multi-instance body when the body is mapped"
    if one.source.behaviour is MULTI_INSTANCE and not mapping.of_source(loop_of(one.source).activity.id):
        yield "Cannot remove the inner activity of a multi-instance body when the body is mapped"


def _gateways(mapping: Mapping, one: Mapped) -> Iterator[str]:
    if one.target.behaviour not in (PARALLEL_GATEWAY, INCLUSIVE_GATEWAY):
        return
    if len(one.source.incoming) > len(one.target.incoming):
        yield _TOO_FEW_FLOWS
    scope = one.source.scope
    if scope is not None and not mapping.of_source(scope):
        yield f"The gateway's flow scope '{scope}' must be mapped"
    if len(mapping.of_target(one.target.id)) > 1:
        yield f"Only one gateway can be mapped to gateway '{one.target.id}'"


def _same_host(mapping: Mapping, one: Mapped) -> Iterator[str]:
    if one.source.id not in mapping.source.hosts or (one.source.behaviour.is_boundary and compensates(one.source)):
        return
    host = mapping.source.hosts[one.source.id]
    if one.source.behaviour.begins_by_event:
        return
    shown = f"The source activity's event scope ({host or mapping.source_name}) must be mapped"
    if one.target.id not in mapping.target.hosts:
        if not has_timeouts(one.source):
            yield f"{shown} but the target activity has no event scope"
        return
    wanted = mapping.target.hosts[one.target.id]
    if not _leads_to(mapping, host, wanted):
        yield f"{shown} to the target activity's event scope ({wanted or mapping.target_name})"


def _leads_to(mapping: Mapping, host: str | None, wanted: str | None) -> bool:
    if host is None or wanted is None:
        return host is wanted
    found = mapping.of_source(host)
    return bool(found) and found[0].target.id == wanted


def _updates(mapping: Mapping, one: Mapped) -> Iterator[str]:
    if one.updates and not mapping.source.has_trigger(one.source.id):
        yield "Cannot update event trigger because the activity does not define a persistent event trigger"


def _nested_alike(mapping: Mapping, one: Mapped) -> Iterator[str]:
    for scope in mapping.source.scopes_around(one.source.id):
        around = mapping.of_source(scope)
        if around:
            target = around[0].target.id
            if target not in mapping.target.scopes_around(one.target.id):
                yield (
                    f"The closest mapped ancestor '{scope}' is mapped to scope '{target}' "
                    f"which is not an ancestor of target scope '{one.target.id}'"
                )
            return


def _conditions(_mapping: Mapping, one: Mapped) -> Iterator[str]:
    settings = one.source.settings
    conditional = isinstance(settings, Event) and settings.definition is CONDITIONAL
    if conditional and name_of(one.source) != _START and not one.updates:
        yield "Conditional event has to migrate with update event trigger."


_START = "NoneStartEventActivityBehavior"
RULES: Sequence[Rule] = (
    *(_same_behaviour, _same_event, _only_once, _no_new_body, _body_with_activity, _gateways, _same_host, _updates),
    *(_nested_alike, _conditions),
)


def failures(mapping: Mapping, one: Mapped) -> list[str]:
    """What is wrong with an instruction."""
    return [text for rule in RULES for text in rule(mapping, one)]
