"""Compensation: what is remembered of completed activities, what a throwing event finds of it, and how it is undone.

As at the vendor's: each completion of an activity with a handler is remembered in the scope around it. A subprocess
that is left takes what was done in it along, to be compensated as one thing, with the variables that it had then. Who
throws finds what was done in its own scope; an event subprocess belongs to the scope around it. Handlers run inside of
the event that throws, which goes on when all of them have ended. Each takes its first step at once, the newest first.

Called by the interpreter's other parts where ``Process.compensates``.
"""

from collections.abc import Sequence

from taskbridge.engine import listening
from taskbridge.engine.errors import EngineError
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity, Done
from taskbridge.engine.variables import Variables
from taskbridge.kinds import ActivityKind, ActivityState


def remember_activity(movement: Movement, node: Node, scope_id: int) -> None:
    """An activity that has a handler is left by a token of a scope."""
    if node.compensation is not None and not _is_inside(movement, node):
        movement.remember(scope_around(movement, node, scope_id), node.compensation, None)


def remember_scope(movement: Movement, node: Node, scope: Activity) -> None:
    """A subprocess, or the body of a multi-instance activity, is left; what was done in it is remembered with it."""
    if not node.behaviour.takes_along:
        return
    inside = _is_inside(movement, node)
    if inside or movement.memory.of(scope.id):
        handler = node.compensation if inside and node.compensation is not None else node.id
        movement.remember(scope_around(movement, node, scope.scope_id), handler, scope.id)


def _is_inside(movement: Movement, node: Node) -> bool:
    """Whether an event subprocess in it compensates a subprocess."""
    return node.compensation is not None and movement.process.nodes[node.compensation].behaviour.begins_by_event


def scope_around(movement: Movement, node: Node, scope_id: int) -> int:
    """The scope, or the instance, that the model has around a node, looked for outwards from where a token is."""
    while scope_id != movement.instance.id:
        scope = movement.scope(scope_id)
        if scope.node_id == node.scope:
            return scope_id
        scope_id = scope.scope_id
    return scope_id


def found(movement: Movement, node: Node, scope_id: int, activity_id: str | None = None) -> list[Done]:
    """What a throwing event compensates: all that was done in its scope, or an activity there, oldest first."""
    if not movement.process.compensates:
        return []
    wanted = None if activity_id is None else movement.process.nodes[activity_id].compensation or activity_id
    hosts = _hosts(movement, node, scope_id)
    done = sorted((one for host in hosts for one in movement.memory.of(host)), key=lambda one: one.id)
    return [one for one in done if wanted is None or one.node_id == wanted]


def _hosts(movement: Movement, node: Node, scope_id: int) -> list[int]:
    hosts: list[int] = []
    around: Node | None = node
    while around is not None:
        scope_id = scope_around(movement, around, scope_id)
        hosts.append(scope_id)
        if scope_id in movement.tokens.again:
            hosts.append(movement.tokens.again[scope_id])
        around = None if around.scope is None else movement.process.nodes[around.scope]
        if around is None or not around.behaviour.begins_by_event:
            return hosts
        scope_id = movement.scope(scope_id).scope_id
    return hosts


def compensate(movement: Movement, thrower: Activity, done: Sequence[Done]) -> None:
    """Let the handlers of what was done begin inside of an event that throws, the newest first."""
    movement.tokens.add(thrower.id, len(done) - 1)
    for one in done:
        movement.memory.forget(one)
    for one in reversed(done):
        if thrower.state >= ActivityState.DONE:
            return
        if one.scope_id is None:
            _begin(movement, movement.process.nodes[one.node_id], thrower.id)
        else:
            _compensate_scope(movement, thrower, one, one.scope_id)


def _begin(movement: Movement, handler: Node, scope_id: int) -> None:
    """Let a handler begin at once, whatever it says of asynchronous continuations. Its errors name it."""
    movement.spend_on_step()
    try:
        handler.behaviour.enter(movement, Token(handler, scope_id, None))
    except EngineError as error:
        error.node_id = error.node_id or handler.id
        raise


def _compensate_scope(movement: Movement, thrower: Activity, one: Done, done_id: int) -> None:
    """A completed subprocess comes to life again, with its variables as they were, and waits for nothing."""
    done = movement.completed(done_id)
    again = Activity(
        movement.new_id(), thrower.id, done.node_id, ActivityKind.SCOPE, variables=Variables(done.variables.text())
    )
    movement.create(again, arms=False)
    movement.tokens.do_again(again.id, done_id)
    if one.node_id != done.node_id:  # an event subprocess, which interrupts it
        listening.ended(movement, movement.process.nodes[again.node_id], again)
        _begin(movement, movement.process.nodes[one.node_id], again.id)
    else:
        compensate(movement, again, movement.memory.of(done_id))
