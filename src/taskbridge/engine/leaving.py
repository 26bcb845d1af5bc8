"""Leaving a node: which of its flows are taken, and what happens to a scope whose last token is gone.

Called by the interpreter's other parts; the rules are the vendor's (flows in document order, default last).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from taskbridge.engine import compensation, conditions, listening, scopes
from taskbridge.engine.errors import EngineError, NoConditionHolds, NoDefaultFlow, NoOutgoingFlow, UnknownTransition
from taskbridge.engine.expressions import Resolver
from taskbridge.engine.graph import Flow, Node, Process
from taskbridge.engine.mappings import run_outputs
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import Variable
from taskbridge.kinds import ActivityKind, ActivityState


def leave(movement: Movement, node: Node, scope_id: int, activity: Activity | None = None) -> None:
    """Send the token that stands on a node of the scope on its ways; it ends where there is none.

    ``activity`` is what listeners see of the node; one is made up for them where there is none.
    """
    flows = chosen(movement, node, scope_id, None)
    if node.listeners is not None:
        listening.ended(movement, node, activity or Activity(0, scope_id, node.id, ActivityKind.SCOPE))
    go(movement, node, flows, scope_id)


def go(movement: Movement, node: Node, flows: Sequence[Flow], scope_id: int) -> None:
    """Send a token that leaves a node over flows, or end it when there are none."""
    if movement.process.conditional and not conditions.goes_on(movement, scope_id):
        return
    if node.compensation is not None:
        compensation.remember_activity(movement, node, scope_id)
    if node.waits_after:
        _go_later(movement, node, flows, scope_id)
    elif flows:
        movement.take(flows, scope_id)
    else:
        end_token(movement, scope_id, node)


def _go_later(movement: Movement, node: Node, flows: Sequence[Flow], scope_id: int) -> None:
    if len(flows) > 1:
        movement.tokens.add(scope_id, len(flows) - 1)
    ways = flows or (None,)
    for flow in ways if movement.advancing else reversed(ways):  # in the order in which the vendor makes their jobs
        movement.continue_later(node, scope_id, flow, after=True, loop=movement.left)
    movement.left = None


def chosen(movement: Movement, node: Node, scope_id: int, activity: Activity | None) -> Sequence[Flow]:
    """The flows that a token takes out of a node (``Behaviour.ways``); an error names the node."""
    try:
        return node.behaviour.ways(movement, node, scope_id, activity)
    except EngineError as error:
        error.node_id = error.node_id or node.id
        raise


def is_only_way(node: Node) -> bool:
    """Whether one flow leads out of a node, and nothing has to hold for it."""
    return len(node.outgoing) == 1 and node.outgoing[0].condition is None


def holding(movement: Movement, node: Node, scope_id: int, activity: Activity | None) -> Iterator[Flow]:
    """The flows out of a node whose conditions hold, without the default flow, in document order."""
    place = movement.place(scope_id) if activity is None else scopes.execution(node, activity)
    resolve = movement.resolver(node, place)
    return (flow for flow in node.outgoing if flow is not node.default and _holds(movement, flow, resolve))


def all_that_hold(
    movement: Movement,
    node: Node,
    scope_id: int,
    activity: Activity | None,
    *,
    none: type[NoOutgoingFlow] | None = None,
) -> Sequence[Flow]:
    """Every flow out of a node whose condition holds, else its default flow.

    ``none`` is raised where there is neither; else NoConditionHolds is, unless no flow leads out at all.
    """
    flows = node.outgoing
    if is_only_way(node):
        return flows
    if not flows and none is None:
        if node.default is not None:  # of a multi-instance activity, whose flows are those of its body
            raise NoDefaultFlow(node.id, node.default.id)
        return flows
    taken = list(holding(movement, node, scope_id, activity))
    if taken:
        return taken
    if node.default is None:
        raise (none or NoConditionHolds)(node.id)
    return (node.default,)


def _holds(movement: Movement, flow: Flow, resolve: Resolver) -> bool:
    if flow.condition is None:
        return True
    movement.spend_on(flow.condition)
    return flow.condition.condition(resolve)


def end_token(
    movement: Movement, scope_id: int, at: Node | None = None, then: Callable[[], None] | None = None
) -> None:
    """End a token ``at`` a node; a scope that has none left is left itself, outwards as far as that goes.

    ``then`` is called once the first scope, or the instance, has ended.
    """
    tokens = movement.tokens
    while tokens.count(scope_id) == 1:
        if scope_id == movement.instance.id:
            if movement.instance.held:
                movement.instance.cancelled = False
                break
            listening.instance_ended(movement, at)
            if then is not None:
                then()
            movement.complete_instance()
            return
        scope = movement.scope(scope_id)
        at = node = movement.process.nodes[scope.node_id]
        if movement.process.compensates and scope_id in tokens.again:  # it was left when it was completed
            tokens.forget(scope_id)
            movement.end(scope, ActivityState.DONE)
            scope_id = scope.scope_id
            continue
        if _stays(movement, node, scope):
            if then is not None:
                then()
            return
        if movement.process.compensates:
            compensation.remember_scope(movement, node, scope)
        if leave_scope(movement, scope, node, then):
            return
        then = None
        scope_id = scope.scope_id
        if node.compensation is not None:
            compensation.remember_activity(movement, node, scope_id)
    tokens.add(scope_id, -1)


def _stays(movement: Movement, node: Node, scope: Activity) -> bool:
    """Whether a scope in which nothing is alive is not left by its flows, now or at all."""
    if movement.process.compensates and node.behaviour.left_empty(movement, node, scope):
        return True
    return not node.behaviour.is_over(movement, scope)


def leave_scope(movement: Movement, scope: Activity, node: Node, then: Callable[[], None] | None = None) -> bool:
    """Leave a scope in which nothing is alive; False where its token ends here, True where the token is seen to.

    ``then`` is called once the scope has ended.
    """
    flows = chosen(movement, node, scope.scope_id, scope)
    finish(movement, scope, node)
    if then is not None:
        then()
    movement.tokens.forget(scope.id)
    if flows or node.waits_after:
        go(movement, node, flows, scope.scope_id)
        return True
    return movement.process.conditional and not conditions.goes_on(movement, scope.scope_id)


def finish(movement: Movement, activity: Activity, node: Node) -> None:
    """End an activity in the ordinary way, its listeners and output mapping included; an error names the node."""
    if node.listeners is not None:
        listening.ended(movement, node, activity)
    try:
        run_outputs(movement, node, activity)
    except EngineError as error:
        error.node_id = error.node_id or node.id
        raise
    if node.loop_variables:
        movement.left = what_stays(node, activity)
    movement.end(activity, ActivityState.DONE)


def what_stays(node: Node, activity: Activity) -> dict[str, Variable]:
    """The variables of an instance of a parallel multi-instance activity that are there until the body ends.

    Those of an execution of its own, which the vendor gives to some activities, end with the activity. What a called
    instance has handed back to its call alone stays with that.
    """
    if activity.kind is ActivityKind.CALL:
        return dict(activity.variables.items())
    names = node.loop_variables if node.behaviour.has_execution(node) else node.own_names
    found = ((name, activity.variables.get(name)) for name in names)
    return {name: variable for name, variable in found if variable is not None}


def transitions(process: Process, node_id: str) -> tuple[Flow, ...]:
    """The ways out of a task that its doer may choose.

    They are its outgoing flows; where its only way out leads into an exclusive gateway those of the gateway, and so on.
    A gateway that waits for its asynchronous continuation before it is entered decides by its conditions later; behind
    one that waits after it has been left nothing can be chosen yet.
    """
    return _ways(process, node_id)[-1]


class Named(NamedTuple):
    """The flow that a completion names, the node that the token leaves by it, and the flows to gateways before it."""

    source: Node
    flow: Flow
    before: tuple[Flow, ...]


def named(movement: Movement, node: Node, scope_id: int, transition: str) -> Named:
    """What a completion means that names a flow, whose condition is not read.

    The gateways before the flow are passed. The node is the one that waits after it has been left, else the task's.
    Raises UnknownTransition.
    """
    *before, last = _ways(movement.process, node.id)
    flow = next((flow for flow in last if flow.id == transition), None)
    if flow is None:
        raise UnknownTransition(node.id, transition)
    for (way,) in before:
        movement.passed(way.target, scope_id)
    source = movement.process.nodes[flow.source]
    return Named(source if source.waits_after else node, flow, tuple(way for (way,) in before))


def _ways(process: Process, node_id: str) -> list[tuple[Flow, ...]]:
    ways = [process.nodes[node_id].outgoing]
    seen = {node_id}
    waits = process.nodes[node_id].waits_after
    while len(ways[-1]) == 1:
        target = process.nodes[ways[-1][0].target]
        if not target.behaviour.is_exclusive or target.id in seen or (target.job is not None and target.job.before):
            break
        if waits and target.waits_after:  # a token waits once for what was chosen
            break
        seen.add(target.id)
        ways.append(target.outgoing)
        if target.waits_after:
            break
    return ways
