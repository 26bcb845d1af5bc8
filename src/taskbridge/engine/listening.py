"""Execution listeners: evaluated when an activity or instance begins and ends, and when a token takes a flow.

Called by the interpreter's other parts, for nodes and flows that have some. Conditions are judged by what listeners
have changed before anything else happens, as at the vendor's.
"""

from collections.abc import Sequence

from taskbridge.engine import conditions, names, scopes
from taskbridge.engine.errors import EngineError
from taskbridge.engine.execution_view import Occasion, execution_view
from taskbridge.engine.graph import Flow, Node
from taskbridge.engine.movement import Movement
from taskbridge.engine.scripts.script import Computed, execute
from taskbridge.engine.state import Activity
from taskbridge.kinds import ActivityKind

START, END, TAKE = "start", "end", "take"


def started(movement: Movement, node: Node, activity: Activity) -> bool:
    """An activity begins, and has its input parameters. Whether it goes on: a condition may interrupt its scope."""
    if node.listeners is None or not node.listeners.start:
        return True
    _run(movement, node, scopes.execution(node, activity), node.listeners.start, Occasion(START))
    return not movement.process.conditional or conditions.goes_on(movement, activity.scope_id)


def ended(movement: Movement, node: Node, activity: Activity, *, cancelled: bool = False) -> None:
    """An activity ends, or is cancelled; its output parameters are computed after that."""
    if node.listeners is not None and node.listeners.end:
        _run(movement, node, scopes.execution(node, activity), node.listeners.end, Occasion(END, cancelled=cancelled))


def taken(movement: Movement, flow: Flow, scope_id: int) -> bool:
    """A token takes a flow; whether it goes on: a condition may interrupt its scope."""
    if not flow.listeners:
        return True
    node = movement.process.nodes[flow.source]
    _run(movement, node, movement.place(scope_id), flow.listeners, Occasion(TAKE, flow.id))
    if not movement.process.conditional or conditions.goes_on(movement, scope_id):
        return True
    target = movement.process.nodes[flow.target]  # which the vendor's engine ends, though it has not begun
    ended(movement, target, Activity(0, scope_id, target.id, ActivityKind.SCOPE), cancelled=True)
    return False


def gateways_passed(movement: Movement, flows: Sequence[Flow], scope_id: int) -> None:
    """A token has taken flows to gateways at which a completion has chosen the way."""
    for flow in flows if movement.process.listens else ():
        taken(movement, flow, scope_id)
        gateway = movement.process.nodes[flow.target]
        activity = Activity(0, scope_id, gateway.id, ActivityKind.SCOPE)
        started(movement, gateway, activity)
        ended(movement, gateway, activity)


def instance_started(movement: Movement, start_event: Node) -> None:
    """The instance begins at a start event."""
    listeners = movement.process.listeners
    if listeners is not None and listeners.start:
        _run(movement, start_event, None, listeners.start, Occasion(START))


def instance_ended(movement: Movement, node: Node | None, *, cancelled: bool = False) -> None:
    """The instance ends at a node, or is deleted."""
    listeners = movement.process.listeners
    if listeners is not None and listeners.end:
        _run(movement, node, None, listeners.end, Occasion(END, cancelled=cancelled, over=True))


def _run(
    movement: Movement, node: Node | None, place: Activity | None, bodies: Sequence[Computed], occasion: Occasion
) -> None:
    if movement.silent:
        return
    process, instance = movement.process, movement.instance
    view = execution_view(process, instance, place, movement, node, occasion=occasion)
    resolve = names.resolver(process, instance, place, movement, node, {"execution": view})
    try:
        for body in bodies:
            movement.spend_on(body)
            execute(body, resolve)
    except EngineError as error:
        error.node_id = error.node_id or (None if node is None else node.id)
        raise
