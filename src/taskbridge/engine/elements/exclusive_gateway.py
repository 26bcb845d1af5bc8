"""Exclusive gateways: the first flow in document order whose condition holds."""

from collections.abc import Sequence

from taskbridge.engine import leaving
from taskbridge.engine.elements.base import Element, pass_by
from taskbridge.engine.errors import NoOutgoingFlow
from taskbridge.engine.graph import Flow, Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import GATEWAY_ATTRIBUTES, IN_GATEWAY, Vocabulary


class ExclusiveGateway(Element):
    """A gateway that takes one of its flows."""

    names = ("exclusiveGateway",)
    vocabulary = Vocabulary(GATEWAY_ATTRIBUTES, IN_GATEWAY)
    is_exclusive = True

    def enter(self, movement: Movement, token: Token) -> None:
        """A token passes."""
        pass_by(movement, token)

    def ways(self, movement: Movement, node: Node, scope_id: int, activity: Activity | None) -> Sequence[Flow]:
        """The first flow whose condition holds, else the default flow. Raises NoOutgoingFlow, ExpressionError."""
        if not node.outgoing or leaving.is_only_way(node):
            return node.outgoing
        first = next(leaving.holding(movement, node, scope_id, activity), node.default)
        if first is None:
            raise NoOutgoingFlow(node.id)
        return (first,)

    def faults(self, node: Node) -> list[str]:
        """What the vendor's parser refuses about its flows."""
        gateway = f"Exclusive Gateway '{node.id}'"
        if not node.outgoing:
            return [f"{gateway} has no outgoing sequence flows."]
        if len(node.outgoing) == 1:
            flow = node.outgoing[0]
            only = (
                f"{gateway} has only one outgoing sequence flow ('{flow.id}'). This is not allowed to have a condition."
            )
            return [only] if flow.condition is not None else []
        faults = []
        if node.default is not None and node.default.condition is not None:
            both = f"'{node.default.id}' which is the default flow but has a condition too."
            faults.append(f"{gateway} has outgoing sequence flow {both}")
        bare = [flow for flow in node.outgoing if flow.condition is None and flow is not node.default]
        if node.default is not None or len(bare) > 1:
            faults += [
                f"{gateway} has outgoing sequence flow '{flow.id}' without condition which is not the default flow."
                for flow in bare
            ]
        return faults


EXCLUSIVE_GATEWAY = ExclusiveGateway()
