"""Joins: tokens that wait for one another. Called by the gateways that join, and at the end of every command."""

from taskbridge.engine import listening
from taskbridge.engine.elements.base import fleeting
from taskbridge.engine.graph import Node
from taskbridge.engine.leaving import leave
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
from taskbridge.kinds import ActivityKind, ActivityState


def release(movement: Movement) -> bool:
    """With nothing left that moves, let one inclusive join go on that waits for nobody any more; tells whether one did.

    Where joins only wait for one another, and nothing that is alive can change that, the first of them goes on.
    """
    nodes = movement.process.nodes
    waiting = movement.tokens.joins()
    movement.spend(len(waiting))
    joins = [(join.node_id, join.scope_id) for join in waiting if nodes[join.node_id].behaviour.joins_by_reach]
    for can_be_reached in (is_awaited, _is_reached_by_the_living):
        for node_id, scope_id in joins:
            if not can_be_reached(movement, node_id, scope_id):
                _go_on(movement, node_id, scope_id)
                return True
    return False


def _go_on(movement: Movement, node_id: str, scope_id: int) -> None:
    node = movement.process.nodes[node_id]
    waiting = movement.unpark(node_id, scope_id)
    movement.tokens.add(scope_id, 1 - waiting)
    _end_merged(movement, node, scope_id, waiting - 1)
    leave(movement, node, scope_id)


def _end_merged(movement: Movement, node: Node, scope_id: int, number: int) -> None:
    """Evaluate the end listeners of tokens that end at a join, for the last one goes on for all."""
    if node.listeners is not None:
        for _ in range(number):
            listening.ended(movement, node, Activity(0, scope_id, node.id, ActivityKind.SCOPE))


def arrives(movement: Movement, token: Token) -> bool:
    """Evaluate the listeners of a join for a token that comes to it; whether it waits or goes on there."""
    if token.node.listeners is None or fleeting(movement, token).state < ActivityState.DONE:
        return True
    movement.passed(token.node.id, token.scope_id, cancelled=True)
    return False


def merge(movement: Movement, token: Token) -> None:
    """Let a token go on together with all that wait at its join."""
    waiting = movement.unpark(token.node.id, token.scope_id)
    if waiting:
        movement.tokens.add(token.scope_id, -waiting)
    movement.passed(token.node.id, token.scope_id)
    _end_merged(movement, token.node, token.scope_id, waiting)
    leave(movement, token.node, token.scope_id)


def is_complete(movement: Movement, token: Token) -> bool:
    """Whether as many tokens have come to a join as flows lead to it."""
    needed = len(token.node.incoming)
    return needed <= 1 or movement.tokens.waiting(token.node.id, token.scope_id) + 1 >= needed


def is_awaited(movement: Movement, node_id: str, scope_id: int) -> bool:
    """Whether something else can still come: a token on its last step to the join, or one that can get there."""
    places = movement.places(scope_id)
    movement.spend(places.size(node_id))
    return places.at(node_id) > movement.tokens.waiting(node_id, scope_id) or places.awaited(node_id) > 0


def _is_reached_by_the_living(movement: Movement, node_id: str, scope_id: int) -> bool:
    before = movement.process.reach[node_id]
    # A token may also wait for its continuation at the join itself.
    return any(one.node_id in before or one.node_id == node_id for one in movement.inside(scope_id))
