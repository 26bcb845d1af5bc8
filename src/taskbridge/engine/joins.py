"""Joins: tokens that wait for one another at parallel and inclusive gateways.

Called by the interpreter. A parallel join counts tokens, as the vendor's engine does. An inclusive join waits as long
as some token can still reach it; unlike the vendor's, which judges only when a token arrives, it is judged again after
every command, so that it never waits for a token that went elsewhere.
"""

from collections.abc import Iterable

from taskbridge.engine.graph import Kind
from taskbridge.engine.leaving import leave
from taskbridge.engine.movement import Movement, Token


def arrive_parallel(movement: Movement, token: Token) -> None:
    """A token reaches a parallel gateway; with as many tokens as there are incoming flows it goes on as one."""
    needed = len(token.node.incoming)
    if needed > 1 and _waiting(movement, token.node.id, token.scope_id) + 1 < needed:
        movement.park(token)
    else:
        _merge(movement, token)


def arrive_inclusive(movement: Movement, token: Token) -> None:
    """A token reaches an inclusive gateway; it goes on once no other token can reach it."""
    needed = len(token.node.incoming)
    if needed > 1 and _waiting(movement, token.node.id, token.scope_id) + 1 < needed and _awaited(movement, token):
        movement.park(token)
    else:
        _merge(movement, token)


def release(movement: Movement) -> bool:
    """With nothing left that moves, let one inclusive join go on that waits for nobody any more; tells whether one did.

    Where joins only wait for one another, and nothing that is alive can change that, the first of them goes on.
    """
    nodes = movement.process.nodes
    arrivals = [one for one in movement.tokens.arrivals if nodes[one.node_id].kind is Kind.INCLUSIVE]
    joins = dict.fromkeys((arrival.node_id, arrival.scope_id) for arrival in arrivals)
    for others in (_standing, _alive):
        for node_id, scope_id in joins:
            if not _reaches(movement, others(movement, scope_id), node_id):
                _go_on(movement, node_id, scope_id)
                return True
    return False


def _go_on(movement: Movement, node_id: str, scope_id: int) -> None:
    movement.tokens.add(scope_id, 1 - _waiting(movement, node_id, scope_id))
    movement.unpark(node_id, scope_id)
    leave(movement, movement.process.nodes[node_id], scope_id)


def _merge(movement: Movement, token: Token) -> None:
    waiting = _waiting(movement, token.node.id, token.scope_id)
    if waiting:
        movement.unpark(token.node.id, token.scope_id)
        movement.tokens.add(token.scope_id, -waiting)
    movement.passed(token.node.id, token.scope_id)
    leave(movement, token.node, token.scope_id)


def _waiting(movement: Movement, node_id: str, scope_id: int) -> int:
    arrivals = movement.tokens.arrivals
    return sum(1 for arrival in arrivals if arrival.node_id == node_id and arrival.scope_id == scope_id)


def _awaited(movement: Movement, token: Token) -> bool:
    moving = [other.node.id for other in movement.work if other.scope_id == token.scope_id]
    return (
        token.node.id in moving
        or _reaches(movement, moving, token.node.id)
        or _reaches(movement, _standing(movement, token.scope_id), token.node.id)
    )


def _reaches(movement: Movement, places: Iterable[str], node_id: str) -> bool:
    before = movement.process.reach[node_id]
    return any(place in before for place in places if place != node_id)


def _standing(movement: Movement, scope_id: int) -> list[str]:
    parked = [arrival.node_id for arrival in movement.tokens.arrivals if arrival.scope_id == scope_id]
    return parked + _alive(movement, scope_id)


def _alive(movement: Movement, scope_id: int) -> list[str]:
    return [activity.node_id for activity in movement.open_activities() if activity.scope_id == scope_id]
