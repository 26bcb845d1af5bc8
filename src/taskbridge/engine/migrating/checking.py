"""Whether an instance can be migrated as it stands, in the vendor's words. The plan is valid."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import Enum

from taskbridge.engine.graph import Node
from taskbridge.engine.migrating.behaviours import is_supported
from taskbridge.engine.migrating.matching import Matching
from taskbridge.engine.migrating.migrant import Migrant
from taskbridge.engine.migrating.plan import Instruction
from taskbridge.engine.state import Activity, ForContinuation
from taskbridge.kinds import ActivityKind

_NO_INSTRUCTION = "There is no migration instruction for this instance's activity"
_NOT_SUPPORTED = "The type of the source activity is not supported for activity instance migration"
_NOT_COMPENSATED = (
    "Cannot migrate subscription for compensation handler '{}'. "
    "There is no migration instruction for the compensation {} event"
)
_NO_FLOW = (
    "Transition instance is assigned to no sequence flow and target activity has more than one outgoing sequence flow"
)
_OTHER_FLOW = "Transition instance is assigned to a sequence flow that cannot be matched in the target activity"
_NOT_TOP = "A transition instance that instantiates the process can only be migrated to a process-level flow node"


class Standing(Enum):
    """What a fault is about: an activity instance (the instance itself too), or a token between two transactions."""

    ACTIVITY = "activity"
    TRANSITION = "transition"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is in the way at one place. ``node_id`` is None for the instance itself, whose ``id`` it has then."""

    standing: Standing
    id: int
    node_id: str | None
    instruction: Instruction | None
    failures: tuple[str, ...]


def faults(matching: Matching, migrant: Migrant) -> list[Fault]:
    """All that is in the way of a migration; empty where it can be carried out."""
    found = [*_compensation(matching, migrant)]
    filled = _filled(migrant)
    for activity in migrant.activities:
        if activity.kind is ActivityKind.ENDED:
            continue
        continuation = migrant.continuations.get(activity.id)
        if continuation is None:
            standing, failures = Standing.ACTIVITY, [*_activity(matching, filled, activity)]
        else:
            standing, failures = Standing.TRANSITION, [*_transition(matching, migrant, activity, continuation)]
        if failures:
            instruction = matching.instruction(activity.node_id)
            found.append(Fault(standing, activity.id, activity.node_id, instruction, tuple(failures)))
    for join in migrant.instance.tokens.joins():
        if matching.goal(join.node_id) is None:
            found += [Fault(Standing.ACTIVITY, join.first_id, join.node_id, None, (_NO_INSTRUCTION,))] * join.number
    return found


def _activity(matching: Matching, filled: Container[int], activity: Activity) -> Iterator[str]:
    supported = is_supported(matching.source.nodes[activity.node_id])
    if matching.goal(activity.node_id) is None and (activity.id not in filled or not supported):
        yield _NO_INSTRUCTION
    if not supported:  # such as an event that compensates, inside of which the handlers are
        yield _NOT_SUPPORTED


def _filled(migrant: Migrant) -> set[int]:
    """The scopes in which something is, or was done that can be compensated."""
    found = {one.scope_id for one in migrant.activities} | {one.host_id for one in migrant.done}
    return found | {one.scope_id for one in migrant.instance.tokens.joins()}


def _transition(
    matching: Matching, migrant: Migrant, activity: Activity, continuation: ForContinuation
) -> Iterator[str]:
    goal = matching.goal(activity.node_id)
    if goal is None:
        yield _NO_INSTRUCTION
        return
    target = matching.target.nodes[goal]
    if continuation.after and len(target.outgoing) > 1:
        if continuation.flow_id is None:
            yield _NO_FLOW
        elif all(flow.id != continuation.flow_id for flow in target.outgoing):
            yield _OTHER_FLOW
    source = matching.source.nodes[activity.node_id]
    begins = source.behaviour.is_start and activity.scope_id == migrant.instance.id
    if begins and not continuation.after and target.scope is not None:
        yield _NOT_TOP
    if not _waits(target, after=continuation.after):
        yield f"Target activity is not {'asyncAfter' if continuation.after else 'asyncBefore'}"


def _waits(node: Node, *, after: bool) -> bool:
    return node.job is not None and (node.job.after if after else node.job.before)


def _compensation(matching: Matching, migrant: Migrant) -> Iterator[Fault]:
    """What was done and cannot be taken along is a fault of the living scope around it."""
    around = {one.scope_id: one.host_id for one in migrant.done if one.scope_id is not None}
    living = {one.id: one.node_id for one in migrant.activities}
    failures: dict[int, list[str]] = {}
    for one in migrant.done:
        catcher = matching.catcher(one, None if one.scope_id is None else migrant.completed[one.scope_id])
        if catcher is not None and matching.handler(catcher) is None:
            host = one.host_id
            while host in around:
                host = around[host]
            kind = "start" if catcher.behaviour.is_start else "boundary"
            failures.setdefault(host, []).append(_NOT_COMPENSATED.format(one.node_id, kind))
    for host, texts in failures.items():
        node_id = living.get(host)
        yield Fault(Standing.ACTIVITY, host, node_id, matching.instruction(node_id), tuple(texts))
