"""Event definitions and the positions that carry them.

A definition (timer, error, message, ...) is one module; a position (start, catch, throw, boundary, end) is one module.
Which definition a position may have is data: ``Definition.types``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar

from taskbridge.engine.bpmn_values import flag
from taskbridge.engine.bpmn_xml import BPMN, Source, namespace, tag
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.graph import JobDeclaration, Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity, ForEvent
from taskbridge.engine.vocabulary import Vocabulary

#: The children of an event that say what it is about; the last one only refers to a definition elsewhere.
EVENT_DEFINITIONS = (
    *("timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "conditionalEventDefinition"),
    *("errorEventDefinition", "escalationEventDefinition", "compensateEventDefinition", "cancelEventDefinition"),
    *("linkEventDefinition", "terminateEventDefinition", "eventDefinitionRef"),
)


class Position(Enum):
    """Where an event stands."""

    START = "start event"
    EVENT_SUBPROCESS_START = "start event of an event subprocess"
    CATCH = "intermediate catch event"
    THROW = "intermediate throw event"
    BOUNDARY = "boundary event"
    END = "end event"


class Definition:
    """What an event waits for, or throws."""

    name: ClassVar[str]  # of the BPMN element; empty for an event that has none
    vocabulary: ClassVar[Vocabulary]
    #: The positions that it may have; to each what the vendor's API calls such an event.
    types: ClassVar[Mapping[Position, str]]
    waits: ClassVar[bool] = False  # whether it has to be armed, as host to which others come; else it is looked for
    subscribes: ClassVar[bool] = False  # whether what is armed is a subscription, not a job
    while_alive: ClassVar[bool] = True  # whether a boundary event of it has to do with its host while that is alive
    has_inside: ClassVar[bool] = False  # whether a throw or end event of it is a scope (``begins``)
    only_interrupts: ClassVar[bool] = False  # whether it ends its host or scope whatever the file says

    def vocabulary_at(self, _source: Source, _definition: XmlElement) -> Vocabulary:
        """What may stand at the definition in a file."""
        return self.vocabulary

    def read(self, _reading: Reading, _definition: XmlElement, _event: XmlElement) -> object:
        """The settings that the definition has in a file, of a type that its own module knows."""
        return None

    def node(self, node: Node, settings: object) -> Node:
        """The node of an event that has the definition."""
        return replace(node, settings=Event(self, settings))

    def cannot_hang_on(self, _host: Node) -> str | None:
        """Why a boundary event of it cannot be attached to an activity, in the vendor's words; None when it can."""
        return None

    def arm(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """Let an activity, or the instance (None), wait for a catching event."""
        raise NotImplementedError

    def awaited_to_start(self, _node: Node) -> ForEvent | None:
        """What lets an instance begin at a start event of it, beside being started by its key."""
        return None

    def announce(self, movement: Movement, token: Token) -> None:
        """What a token at an end event does before it waits for its asynchronous continuation."""

    def begins(self, _movement: Movement, _token: Token) -> bool:
        """A token comes to a throw or end event; whether an activity begins there, which takes place instead of it."""
        return False

    def left(self, _movement: Movement, _node: Node, _scope: Activity) -> bool:
        """All is done in an activity that ``begins``; whether it is left in a way of its own, and not by its flows."""
        return False

    def throw(self, _movement: Movement, _token: Token, _place: Activity) -> bool:
        """A token comes to a throw or end event; ``place`` has its input parameters.

        Whether the event takes place in the ordinary way: the token then goes on, or ends, here. Otherwise it was
        cancelled by what was thrown.
        """
        return True

    def declared(self, _node: Node, _position: Position) -> list[JobDeclaration]:
        """The jobs that an event of it may come to have."""
        return []


@dataclass(frozen=True, slots=True)
class Event:
    """The settings of a node that is an event: its definition, and what the definition says there."""

    definition: Definition
    settings: object = None
    attached_to: str | None = None  # for a boundary event: its host
    interrupting: bool = True  # whether the host of a boundary event, or what is in the scope of a start event, ends


def event_of(node: Node) -> Event:
    """The event that a node is; only for nodes of event elements."""
    if not isinstance(node.settings, Event):
        raise TypeError(f"{node.element} '{node.id}' is no event")
    return node.settings


def definition_elements(element: XmlElement) -> list[XmlElement]:
    """The event definitions of an event in a file."""
    return [one for one in element if namespace(str(one.tag)) == BPMN and tag(one) in EVENT_DEFINITIONS]


def starts_event_subprocess(element: XmlElement) -> bool:
    """Whether a start event is that of an event subprocess."""
    around = element.getparent()
    return around is not None and tag(around) == "subProcess" and flag(around.get("triggeredByEvent"), default=False)
