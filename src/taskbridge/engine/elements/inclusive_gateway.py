"""Inclusive gateways: every flow out whose condition holds, and a join of all that can still come.

The join waits as long as some token can still reach it; unlike the vendor's, which judges only when a token arrives, it
is judged again after every command (``joins.release``), so that it never waits for a token that went elsewhere.
"""

from collections.abc import Sequence

from taskbridge.engine import leaving
from taskbridge.engine.elements.base import Element
from taskbridge.engine.errors import NoOutgoingFlow
from taskbridge.engine.graph import Flow, Node
from taskbridge.engine.joins import arrives, is_awaited, is_complete, merge
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import GATEWAY_ATTRIBUTES, IN_GATEWAY, Vocabulary


class InclusiveGateway(Element):
    """A gateway that takes some of its flows, and joins what was taken."""

    names = ("inclusiveGateway",)
    vocabulary = Vocabulary(GATEWAY_ATTRIBUTES, IN_GATEWAY)
    joins_by_reach = True

    def enter(self, movement: Movement, token: Token) -> None:
        """A token comes; it goes on once no other token can."""
        if not arrives(movement, token):
            return
        if is_complete(movement, token) or not is_awaited(movement, token.node.id, token.scope_id):
            merge(movement, token)
        else:
            movement.park(token)

    def ways(self, movement: Movement, node: Node, scope_id: int, activity: Activity | None) -> Sequence[Flow]:
        """Every flow whose condition holds, else the default flow. Raises NoOutgoingFlow, ExpressionError."""
        return leaving.all_that_hold(movement, node, scope_id, activity, none=NoOutgoingFlow)


INCLUSIVE_GATEWAY = InclusiveGateway()
