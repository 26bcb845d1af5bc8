"""Parallel gateways: every flow out, and a join that counts tokens as the vendor's engine does."""

from collections.abc import Sequence

from taskbridge.engine.elements.base import Element
from taskbridge.engine.graph import Flow, Node
from taskbridge.engine.joins import arrives, is_complete, merge
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import GATEWAY_ATTRIBUTES, IN_GATEWAY, Vocabulary


class ParallelGateway(Element):
    """A gateway that forks and joins."""

    names = ("parallelGateway",)
    vocabulary = Vocabulary(GATEWAY_ATTRIBUTES, IN_GATEWAY)

    def enter(self, movement: Movement, token: Token) -> None:
        """A token comes; with as many tokens as there are incoming flows it goes on as one."""
        if not arrives(movement, token):
            return
        if is_complete(movement, token):
            merge(movement, token)
        else:
            movement.park(token)

    def ways(self, _movement: Movement, node: Node, _scope_id: int, _activity: Activity | None) -> Sequence[Flow]:
        """All flows, conditions unread."""
        return node.outgoing


PARALLEL_GATEWAY = ParallelGateway()
