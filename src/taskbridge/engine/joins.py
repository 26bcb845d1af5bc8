"""Joins: tokens that wait for one another at parallel and inclusive gateways.

Called by the interpreter. A parallel join counts tokens, as the vendor's engine does. An inclusive join waits as long
as some token can still reach it; unlike the vendor's, which judges only when a token arrives, it is judged again after
every command, so that it never waits for a token that went elsewhere.
"""

from taskbridge.engine.graph import Kind
from taskbridge.engine.leaving import leave
from taskbridge.engine.movement import Movement, Token


def arrive_parallel(movement: Movement, token: Token) -> None:
    """A token reaches a parallel gateway; with as many tokens as there are incoming flows it goes on as one."""
    if _is_complete(movement, token):
        _merge(movement, token)
    else:
        movement.park(token)


def arrive_inclusive(movement: Movement, token: Token) -> None:
    """A token reaches an inclusive gateway; it goes on once no other token can reach it."""
    if _is_complete(movement, token) or not _is_awaited(movement, token.node.id, token.scope_id):
        _merge(movement, token)
    else:
        movement.park(token)


def release(movement: Movement) -> bool:
    """With nothing left that moves, let one inclusive join go on that waits for nobody any more; tells whether one did.

    Where joins only wait for one another, and nothing that is alive can change that, the first of them goes on.
    """
    nodes = movement.process.nodes
    waiting = movement.tokens.joins()
    movement.spend(len(waiting))
    joins = [join for join in waiting if nodes[join[0]].kind is Kind.INCLUSIVE]
    for can_be_reached in (_is_awaited, _is_reached_by_the_living):
        for node_id, scope_id in joins:
            if not can_be_reached(movement, node_id, scope_id):
                _go_on(movement, node_id, scope_id)
                return True
    return False


def _go_on(movement: Movement, node_id: str, scope_id: int) -> None:
    movement.tokens.add(scope_id, 1 - movement.unpark(node_id, scope_id))
    leave(movement, movement.process.nodes[node_id], scope_id)


def _merge(movement: Movement, token: Token) -> None:
    waiting = movement.unpark(token.node.id, token.scope_id)
    if waiting:
        movement.tokens.add(token.scope_id, -waiting)
    movement.passed(token.node.id, token.scope_id)
    leave(movement, token.node, token.scope_id)


def _is_complete(movement: Movement, token: Token) -> bool:
    needed = len(token.node.incoming)
    return needed <= 1 or movement.tokens.waiting(token.node.id, token.scope_id) + 1 >= needed


def _is_awaited(movement: Movement, node_id: str, scope_id: int) -> bool:
    """Whether something else can still come: a token on its last step to the join, or one that can get there."""
    places = movement.places(scope_id)
    movement.spend(places.size(node_id))
    return places.at(node_id) > movement.tokens.waiting(node_id, scope_id) or places.awaited(node_id) > 0


def _is_reached_by_the_living(movement: Movement, node_id: str, scope_id: int) -> bool:
    before = movement.process.reach[node_id]
    return any(activity.node_id in before for activity in movement.inside(scope_id))
