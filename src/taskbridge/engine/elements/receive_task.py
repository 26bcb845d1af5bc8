"""Receive tasks: a token waits for a message, or for being signalled where the task has none."""

from dataclasses import replace

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.elements.base import Element, begin, begin_activity
from taskbridge.engine.events.message import MESSAGE, message_named
from taskbridge.engine.events.named import named_of
from taskbridge.engine.graph import Node
from taskbridge.engine.leaving import chosen, finish, go
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading, draft
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import IN_ACTIVITY, LOOPS, MAPPING, TASK_ATTRIBUTES, Vocabulary
from taskbridge.kinds import ActivityKind


class ReceiveTask(Element):
    """A task that is done when something comes in."""

    names = ("receiveTask",)
    vocabulary = Vocabulary(TASK_ATTRIBUTES | {"instantiate"}, IN_ACTIVITY, extensions=MAPPING, ignored=LOOPS)
    hosts_boundaries = True
    subscribes = True
    for_events = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node with the message that it waits for, if it names one."""
        node = draft(reading, element, scope, self, self.vocabulary)
        named = message_named(reading, element) if element.get("messageRef") is not None else None
        # As at the vendor's, one that compensates waits for its execution to be signalled.
        return replace(node, settings=None if node.for_compensation else named)

    def enter(self, movement: Movement, token: Token) -> None:
        """An activity begins that waits."""
        activity = begin_activity(movement, token, ActivityKind.EVENT)
        if begin(movement, activity) and named_of(token.node) is not None:
            MESSAGE.arm(movement, activity, token.node)

    def has_execution(self, node: Node) -> bool:
        """Where it waits for a message: the subscription hangs on it."""
        return node.settings is not None

    def triggered(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """The task is done."""
        if host is None:
            raise TypeError(f"receive task '{node.id}' waits at no activity")
        flows = chosen(movement, node, host.scope_id, host)
        finish(movement, host, node)
        go(movement, node, flows, host.scope_id)


RECEIVE_TASK = ReceiveTask()
