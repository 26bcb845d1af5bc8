"""Subprocesses: a scope with nodes of its own, left when its last token is gone (``leaving.end_token``).

An embedded one is entered by a token. An event subprocess is begun by its start event, which the scope around it waits
for, or to which something is thrown (``events.event_subprocess_start``).
"""

from dataclasses import dataclass, replace

from taskbridge.engine.bpmn_values import flag
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.catchers import happened
from taskbridge.engine.elements.base import Element, begin, begin_activity, listen
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading, draft
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import ACTIVITY_ATTRIBUTES, IN_SCOPE, LOOPS, MAPPING, Vocabulary
from taskbridge.kinds import ActivityKind


@dataclass(frozen=True, slots=True)
class SubprocessSettings:
    """The start event in it; None in a file that was deployed before one was asked for."""

    start: Node | None


class Subprocess(Element):
    """A scope inside of a process."""

    names = ("subProcess",)
    vocabulary = Vocabulary(ACTIVITY_ATTRIBUTES | {"triggeredByEvent"}, IN_SCOPE, extensions=MAPPING, ignored=LOOPS)
    hosts_boundaries = True
    is_scope = True
    takes_along = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node; what stands in it is read as a scope of its own."""
        chosen = EVENT_SUBPROCESS if flag(element.get("triggeredByEvent"), default=False) else self
        return draft(reading, element, scope, chosen, chosen.vocabulary, *reading.readable)

    def enter(self, movement: Movement, token: Token) -> None:
        """A scope begins, with one token at its start event."""
        activity = begin_activity(movement, token, ActivityKind.SCOPE)
        goes_on = begin(movement, activity)
        start = start_of(token.node)
        if goes_on and start is not None:
            movement.send(Token(start, activity.id, None))


class EventSubprocess(Subprocess):
    """A scope that begins when its start event is triggered."""

    vocabulary = Vocabulary(Subprocess.vocabulary.attributes, IN_SCOPE, ignored=LOOPS)
    begins_by_event = True

    def wait_before(self, movement: Movement, token: Token) -> None:
        """It begins in another transaction, to which what the event brought does not come."""
        movement.brought = {}
        super().wait_before(movement, token)

    def enter(self, movement: Movement, token: Token) -> None:
        """Its start event has been triggered; that has a row of its own, and goes on."""
        activity = Activity(movement.new_id(), token.scope_id, token.node.id, ActivityKind.SCOPE)
        for name, variable in movement.brought.items():
            activity.variables.set(name, variable)
        movement.brought = {}  # conditions may begin further ones, to which it does not belong
        if token.node.listeners is not None:
            listen(movement, token.node, activity)
        goes_on = begin(movement, activity)
        start = start_of(token.node)
        if goes_on and start is not None:
            happened(movement, start, activity.id)
            movement.send(Token(start, activity.id, None))


class Transaction(Subprocess):
    """A subprocess that can be cancelled (``events.cancel``)."""

    names = ("transaction",)
    vocabulary = Vocabulary(Subprocess.vocabulary.attributes | {"method"}, IN_SCOPE, extensions=MAPPING, ignored=LOOPS)

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node; no event begins it, whatever it says."""
        return draft(reading, element, scope, self, self.vocabulary, *reading.readable)


SUBPROCESS = Subprocess()
TRANSACTION = Transaction()
EVENT_SUBPROCESS = EventSubprocess()


def start_of(node: Node) -> Node | None:
    """The start event in a subprocess; None for any other node."""
    return node.settings.start if isinstance(node.settings, SubprocessSettings) else None


def with_start(node: Node, start: Node | None) -> Node:
    """The node of a subprocess with the start event that was found in it."""
    return replace(node, settings=SubprocessSettings(start))
