"""When conditions are judged: as they are armed, and after changes of variables.

As at the vendor's: every change of a variable is one occasion, for the conditions that are armed in the scope of the
variable and in the scopes inside of it. Changes are noted as they happen, and judged at certain points: those that come
with a command before it does anything else, the others when a token leaves a node. What a condition sets off during a
command's own judgement runs until it waits; later it moves behind the token that leaves.

Called by the interpreter's other parts where ``Process.conditional``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from taskbridge.engine import scopes, standing
from taskbridge.engine.errors import EngineError
from taskbridge.engine.events.conditional import CONDITION, ConditionalSettings, in_order, settings_of
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Activity, Instance, VariableChange
from taskbridge.engine.variables import Variables
from taskbridge.kinds import ActivityKind, ActivityState, InstanceState


def watch(instance: Instance, scope_id: int, variables: Variables) -> None:
    """Note changes of a scope's variables from now on. Those of user tasks themselves are none of the process."""
    if instance.variable_changes is None:
        instance.variable_changes = []
    noted = instance.variable_changes
    variables.observer = lambda name, kind: noted.append(VariableChange(scope_id, name, kind))


def forget(instance: Instance) -> None:
    """Pass over the changes that were noted: the vendor judges nothing after some commands."""
    if instance.variable_changes:
        instance.variable_changes.clear()


@contextmanager
def unjudged(instance: Instance) -> Iterator[None]:
    """Pass over the changes that are noted within: the vendor's engine judges nothing by what some listeners do."""
    before = len(instance.variable_changes or ())
    yield
    if instance.variable_changes:
        del instance.variable_changes[before:]


def judge(movement: Movement, run: Callable[[Movement], object] | None = None) -> None:
    """Judge conditions by the changes noted so far; ``run`` moves what each of them sets off until it waits.

    Raises ExpressionError, and what the events raise.
    """
    noted = movement.instance.variable_changes
    if not noted:
        return
    changes = noted.copy()
    noted.clear()
    stood = {one.scope_id: _stands_at(movement, one.scope_id) for one in changes[1:]}
    for number, change in enumerate(changes):
        if number == 0 or not _moved_on(movement, change.scope_id, stood[change.scope_id]):
            _judge_one(movement, change, run)


def begun(movement: Movement, host: Activity | None) -> bool:
    """Judge what was armed for an activity, or the instance (None), that begins; whether it still goes on then.

    Filters by variables do not count here. Raises ExpressionError, and what the events raise.
    """
    if host is not None and host.kind is not ActivityKind.USER:
        watch(movement.instance, host.id, host.variables)
    scope_id = movement.instance.id if host is None else host.id
    before = movement.times_emptied(scope_id)
    for node, settings in _armed_for(movement, host):
        if _is_alive(movement, host) and _holds(movement, node, settings, host):
            node.behaviour.triggered(movement, host, node)
    if host is not None and host.state is ActivityState.CANCELLED and host.wait is not None:
        movement.never_began(host)
    return _is_alive(movement, host) and movement.times_emptied(scope_id) == before


def goes_on(movement: Movement, scope_id: int) -> bool:
    """Judge conditions as a token of the scope leaves a node; whether the token is still there then."""
    if not movement.instance.variable_changes:
        return True
    before = movement.times_emptied(scope_id)
    judge(movement)
    return movement.times_emptied(scope_id) == before


def _judge_one(movement: Movement, change: VariableChange, run: Callable[[Movement], object] | None) -> None:
    for host, node, settings in list(_reached(movement, change)):
        if not (_is_alive(movement, host) and _holds(movement, node, settings, host)):
            continue
        node.behaviour.triggered(movement, host, node)
        if run is not None:
            run(movement)


def _reached(movement: Movement, change: VariableChange) -> Iterator[tuple[Activity | None, Node, ConditionalSettings]]:
    """The armed conditions that a change is an occasion for: those of outer scopes before those of inner ones."""
    armed = movement.waiting_for(CONDITION)
    if not armed:
        return
    alive = {one.id: one for one in movement.open_activities()}
    nodes: dict[int, list[Node]] = {}
    for one in armed:
        nodes.setdefault(one.host_id, []).append(movement.process.nodes[one.node_id])
    paths = {host_id: _path(alive, host_id) for host_id in nodes}
    movement.spend(sum(map(len, paths.values())))
    for host_id in sorted(nodes, key=lambda one: (len(paths[one]), one)):
        if change.scope_id != movement.instance.id and change.scope_id not in paths[host_id]:
            continue
        for node in in_order(nodes[host_id]):
            settings = settings_of(node)
            if settings is not None and settings.asks_about(change):
                yield alive.get(host_id), node, settings


def _path(alive: dict[int, Activity], host_id: int) -> list[int]:
    """A host and the scopes around it; none for the instance."""
    found = []
    activity = alive.get(host_id)
    while activity is not None:
        found.append(activity.id)
        activity = alive.get(activity.scope_id)
    return found


def _armed_for(movement: Movement, host: Activity | None) -> Iterator[tuple[Node, ConditionalSettings]]:
    """The conditions that a host waits for: at its boundary, in its event subprocesses, itself, or behind it."""
    process = movement.process
    if host is None:
        nodes = list(process.armed)
    else:
        own = process.nodes[host.node_id]
        behind = [process.nodes[flow.target] for flow in own.outgoing] if own.behaviour.awaits_next else []
        nodes = [*own.armed, own, *behind]
    for node in in_order(one for one in nodes if settings_of(one) is not None):
        settings = settings_of(node)
        if settings is not None:
            yield node, settings


def _is_alive(movement: Movement, host: Activity | None) -> bool:
    if host is None:
        return movement.instance.state < InstanceState.COMPLETED
    return host.state < ActivityState.DONE


def _holds(movement: Movement, node: Node, settings: ConditionalSettings, host: Activity | None) -> bool:
    own = node if host is None else movement.process.nodes[host.node_id]
    place = None if host is None else scopes.execution(own, host)
    movement.spend_on(settings.condition)
    try:
        return settings.holds(movement.resolver(own, place))
    except EngineError as error:
        error.node_id = error.node_id or own.id
        raise


def _stands_at(movement: Movement, scope_id: int) -> int | None:
    """The activity at which the execution of a scope stands; None for none.

    The vendor drops the changes that are left once this has become another one.
    """
    only = standing.only_one_in(movement.process, movement.tokens, scope_id, movement.inside(scope_id))
    return None if only is None else only.id


def _moved_on(movement: Movement, scope_id: int, stood_at: int | None) -> bool:
    if scope_id != movement.instance.id and all(one.id != scope_id for one in movement.open_activities()):
        return True
    if stood_at is None:
        return _stands_at(movement, scope_id) is not None
    return all(one.id != stood_at for one in movement.inside(scope_id))
