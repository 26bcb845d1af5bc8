"""What the vendor's API calls a node whose work is described as that of a service task is."""

from taskbridge.engine.graph import Node

_EVENT_TYPES = {"endEvent": "messageEndEvent", "intermediateThrowEvent": "intermediateMessageThrowEvent"}


def type_of_service(node: Node) -> str:
    """The type of a service-like task, or of a message event, which stays an event."""
    return _EVENT_TYPES.get(node.element, node.element)
