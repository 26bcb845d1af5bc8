"""Starting a token at any element of a living instance, as a modification does it at the vendor's.

The scopes around the element are walked from the inside outwards as far as one lives; those that do not live begin,
with their listeners, mappings and what they wait for, but without their start events. An event that interrupts does so
if it is started, or begins the event subprocess that it starts; what stands behind the start does not.
"""

from collections.abc import Mapping
from typing import NamedTuple

from taskbridge.engine import conditions, scopes, standing
from taskbridge.engine.cancelling import cancel, interrupt_inside
from taskbridge.engine.catchers import happened
from taskbridge.engine.elements.base import begin_activity, fleeting, leave_with_mappings
from taskbridge.engine.elements.multi_instance import begin_empty, forbids_another, is_body, one_more
from taskbridge.engine.elements.subprocess import start_of
from taskbridge.engine.events.base import event_of
from taskbridge.engine.graph import Flow, Node
from taskbridge.engine.instructions import (
    ImpossibleInstruction,
    InvalidInstruction,
    Named,
    NothingToStartAt,
    Place,
    Start,
    ambiguous_event,
    ambiguous_scope,
)
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
from taskbridge.engine.tree import token_ids
from taskbridge.engine.variables import Variable
from taskbridge.kinds import WITHOUT_ACTIVITY, ActivityKind, ActivityState

_NO_FLOW = "Cannot start after activity {}; activity has no outgoing sequence flow to take"
_COMPENSATES = "Cannot start before activity {}; activity is a compensation boundary event."
_SEVERAL_FLOWS = "Cannot start after activity {}; activity has more than one outgoing sequence flow"


class Target(NamedTuple):
    """Where a token starts: it enters a node, or takes a flow to it. ``scope`` is the node around that."""

    node: Node
    flow: Flow | None
    scope: Node | None


def check_first(movement: Movement, instruction: Start) -> None:
    """Raises NothingToStartAt where an instance is to begin at what is not there, and as ``start`` does."""
    nodes, flows = movement.process.nodes, movement.process.flows
    known = {Place.BEFORE: nodes, Place.FLOW: flows}.get(instruction.place)
    if known is not None and instruction.element_id not in known:
        raise NothingToStartAt(instruction.element_id, movement.shown.definition_id)


def first_node(movement: Movement, instruction: Start) -> Node:
    """The node at which an instance begins that is started by this instruction."""
    return _target(movement, instruction).node


def start(movement: Movement, instruction: Start) -> None:
    """Send a token. Raises InvalidInstruction, ImpossibleInstruction, and what the beginning of a scope raises."""
    target = _target(movement, instruction)
    around, missing = _scope(movement, instruction, target)
    outside = _around(movement, missing[0]) if missing else target.scope
    if outside is not None and forbids_another(outside):
        raise ImpossibleInstruction(f"Concurrent instantiation not possible for activities in scope {outside.id}")
    room = _made_room(movement, target, around, missing)
    inner = _begin_scopes(movement, _as_instance(movement, room), missing)
    if inner is None:
        return
    loop = _set_variables(movement, instruction, inner)
    if not movement.process.conditional or conditions.goes_on(movement, inner.scope_id):
        _enter(movement, target, inner.scope_id, loop)


def _target(movement: Movement, instruction: Start) -> Target:
    process, element_id = movement.process, instruction.element_id
    if instruction.place is Place.AFTER:
        node = process.nodes.get(element_id)
        if node is None:
            raise InvalidInstruction(instruction.described, f"Activity '{element_id}' does not exist: activity is null")
        if len(node.outgoing) != 1:
            raise ImpossibleInstruction((_SEVERAL_FLOWS if node.outgoing else _NO_FLOW).format(element_id))
        flow = node.outgoing[0]
    elif instruction.place is Place.FLOW and element_id in process.flows:
        flow = process.flows[element_id]
    elif instruction.place is Place.BEFORE and element_id in process.nodes:
        node = process.nodes[element_id]
        if node.behaviour.is_boundary and not event_of(node).definition.while_alive:
            raise ImpossibleInstruction(_COMPENSATES.format(element_id))
        return Target(node, None, _around(movement, node))
    else:
        raise InvalidInstruction(
            instruction.described,
            f"Element '{element_id}' does not exist in process '{movement.shown.definition_id}': element is null",
        )
    return Target(process.nodes[flow.target], flow, _around(movement, process.nodes[flow.source]))


def _around(movement: Movement, node: Node) -> Node | None:
    return None if node.scope is None else movement.process.nodes[node.scope]


# the scope


def _scope(movement: Movement, instruction: Start, target: Target) -> tuple[Activity | None, list[Node]]:
    """The innermost living scope around what is started, None for the instance, and those in it that must begin."""
    if instruction.ancestor is not None:
        return _below_ancestor(movement, instruction, instruction.ancestor, target)
    missing: list[Node] = []
    scope = target.scope
    while scope is not None:
        living = _living(movement, scope)
        if len(living) > 1:
            raise ambiguous_scope((target.scope or scope).id)
        if living:
            return living[0], missing
        missing.insert(0, scope)
        scope = _around(movement, scope)
    return None, missing


def _living(movement: Movement, node: Node) -> list[Activity]:
    """The instances of an activity that have begun and not ended."""
    return [one for one in movement.open_activities() if one.node_id == node.id and one.kind not in WITHOUT_ACTIVITY]


def _below_ancestor(
    movement: Movement, instruction: Start, ancestor: Named, target: Target
) -> tuple[Activity | None, list[Node]]:
    place, node_id = _ancestor(movement, instruction, ancestor)
    missing: list[Node] = []
    scope = target.scope
    while scope is not None and scope.id != node_id:
        missing.insert(0, scope)
        scope = _around(movement, scope)
    if (None if scope is None else scope.id) != node_id:
        raise InvalidInstruction(
            instruction.described,
            f"Scope execution for '{ancestor.text}' cannot be found in parent hierarchy of flow element "
            f"'{target.node.id if target.flow is None else target.flow.id}'",
        )
    return place, missing


def _ancestor(movement: Movement, instruction: Start, ancestor: Named) -> tuple[Activity | None, str | None]:
    """The scope that a client has named, or in which what it has named stands; None for the instance."""
    if ancestor.id == movement.instance.id:
        return None, None
    for activity in movement.open_activities():
        if activity.id == ancestor.id and activity.kind not in WITHOUT_ACTIVITY:
            if activity.kind is not ActivityKind.SCOPE and standing.shares_execution(movement.process, activity):
                return _of_scope(movement, activity.scope_id)
            return activity, activity.node_id
    for join in movement.tokens.joins():
        if ancestor.id in token_ids(join):
            return _of_scope(movement, join.scope_id)
    raise InvalidInstruction(
        instruction.described, f"Ancestor activity instance '{ancestor.text}' does not exist: ancestorInstance is null"
    )


def _of_scope(movement: Movement, scope_id: int) -> tuple[Activity | None, str | None]:
    place = movement.place(scope_id)
    return place, None if place is None else place.node_id


# room for a token


class Room(NamedTuple):
    """Where a token starts: a scope, None for the instance, in which it is counted.

    ``alone``: it is the only token there, and has the execution of the scope at the vendor's. ``loop`` are the
    variables with which an instance of a parallel multi-instance activity begins.
    """

    scope: Activity | None
    scope_id: int
    alone: bool
    loop: dict[str, Variable] | None = None


def _made_room(movement: Movement, target: Target, around: Activity | None, missing: list[Node]) -> Room:
    """Count the token, after what it interrupts has been cancelled. Raises ImpossibleInstruction."""
    first = missing[0] if missing else target.node if target.flow is None else None
    second = missing[1] if len(missing) > 1 else target.node if target.flow is None else None
    if first is not None and first.behaviour.begins_by_event:
        begun_by = start_of(first)
        if begun_by is not None and event_of(begun_by).interrupting and (not missing or second is begun_by):
            return _emptied(movement, around)
    if first is not None and not missing:
        host = _host(movement, first)
        if host is not None:
            cancel(movement, host, silently=movement.silent)
            return Room(movement.place(host.scope_id), host.scope_id, movement.tokens.count(host.scope_id) == 1)
    if around is not None and is_body(around.node_id):  # its instances are counted by its variables
        return Room(around, around.id, alone=False)
    scope_id = movement.instance.id if around is None else around.id
    return Room(around, scope_id, alone=movement.tokens.add(scope_id, 1) == 1)


def _emptied(movement: Movement, scope: Activity | None) -> Room:
    """Take away what is in a scope, for an event subprocess in it interrupts it. An instance waits for events still."""
    if scope is None:
        interrupt_inside(movement, movement.instance.id)
        return Room(None, movement.instance.id, alone=True)
    if len(_living(movement, movement.process.nodes[scope.node_id])) > 1:
        raise ambiguous_event(scope.node_id)
    interrupt_inside(movement, scope.id)
    movement.disarm(scope.id)
    return Room(scope, scope.id, alone=True)


def _host(movement: Movement, node: Node) -> Activity | None:
    """What ends when an event is started: the host of one that interrupts it, or the gateway before it."""
    nodes = movement.process.nodes
    if node.behaviour.is_boundary and event_of(node).interrupting:
        around = {one.id for one in nodes.values() if any(edge.id == node.id for edge in one.boundaries)}
    elif _is_behind_gateway(movement, node):
        around = {flow.source for flow in node.incoming if nodes[flow.source].behaviour.awaits_next}
    else:
        return None
    alive = movement.open_activities()
    hosts = [one for one in alive if one.node_id in around and one.kind not in WITHOUT_ACTIVITY]
    if len(hosts) > 1:
        raise ambiguous_event(hosts[0].node_id)
    return hosts[0] if hosts else None


def _is_behind_gateway(movement: Movement, node: Node) -> bool:
    return any(movement.process.nodes[flow.source].behaviour.awaits_next for flow in node.incoming)


# the token


def _as_instance(movement: Movement, room: Room) -> Room:
    """The room of a further instance of a parallel multi-instance activity, which is counted; any other as it is."""
    loop = None if room.scope is None else one_more(movement, room.scope)
    return room if loop is None else room._replace(loop=loop)


def _begin_scopes(movement: Movement, room: Room, missing: list[Node]) -> Room | None:
    """Let scopes begin, each in the one before; the room in the innermost one, None where a condition has ended one."""
    for node in missing:
        movement.spend_on_step()
        activity = begin_activity(movement, Token(node, room.scope_id, None, loop=room.loop), ActivityKind.SCOPE)
        if activity.state >= ActivityState.DONE:
            movement.passed(node.id, room.scope_id, cancelled=True)
            return None
        movement.create(activity)
        if movement.process.conditional:  # conditions are armed, and not judged before something changes
            conditions.watch(movement.instance, activity.id, activity.variables)
        loop = begin_empty(node, activity)
        room = Room(activity, activity.id, alone=loop is None, loop=loop)
    return room


def _set_variables(movement: Movement, instruction: Start, room: Room) -> Mapping[str, Variable] | None:
    """Set the variables of an instruction; gives those that the activity begins with. Raises TransientConflict."""
    loop = dict(room.loop or {})
    for name, variable in instruction.variables.items():
        if name in loop:
            loop[name] = variable
        else:
            scopes.set_variable(movement.instance, room.scope, movement, name, variable)
    if not room.alone:
        return loop | dict(instruction.local) or None
    own = movement.instance.variables if room.scope is None else room.scope.variables
    for name, variable in instruction.local.items():
        scopes.set_own(own, name, variable)
    return loop or None


def _enter(movement: Movement, target: Target, scope_id: int, loop: Mapping[str, Variable] | None) -> None:
    node = target.node
    token = Token(node, scope_id, target.flow, loop=loop)
    if target.flow is None and _is_behind_gateway(movement, node) and not (node.job is not None and node.job.before):
        leave_with_mappings(movement, token, fleeting(movement, token))  # the event has happened
        return
    if target.flow is None and _has_row(movement, node):
        happened(movement, node, scope_id)
    movement.send(token)


def _has_row(movement: Movement, node: Node) -> bool:
    """Whether a node is an event that has a row once it has happened."""
    around = _around(movement, node)
    if node.behaviour.is_start:
        return around is not None and around.behaviour.begins_by_event
    return node.behaviour.is_boundary and not event_of(node).interrupting
