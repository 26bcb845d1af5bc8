"""Instructions that change where a process instance stands: what is cancelled in it, and where a token starts.

Made by dialects, carried out by ``modification``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from taskbridge.engine.errors import EngineError
from taskbridge.engine.graph import Process
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Environment, Instance
from taskbridge.engine.variables import Variable


class Place(Enum):
    """Where a token starts, as seen from the element that an instruction names. The values are the vendor's words."""

    BEFORE = "Start before activity"
    AFTER = "Start after activity"
    FLOW = "Start transition"


class Named(NamedTuple):
    """An entry of the tree of what is active that a client has named: its id, UNKNOWN (0) for none, and the text."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """Let a token start at an element. ``ancestor`` is the scope around it that is meant where there are several."""

    place: Place
    element_id: str
    ancestor: Named | None = None
    variables: Mapping[str, Variable] = field(default_factory=dict)
    local: Mapping[str, Variable] = field(default_factory=dict)

    @property
    def described(self) -> str:
        """What it is in errors, in the vendor's words."""
        text = f"{self.place.value} '{self.element_id}'"
        return text if self.ancestor is None else f"{text} with ancestor activity instance '{self.ancestor.text}'"


class What(Enum):
    """What an instruction cancels. The values are the vendor's words."""

    ACTIVITY = "activity"  # everything that is at an activity
    INSTANCE = "activity instance"
    TRANSITION = "transition instance"


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel what is at an activity, or one entry of the tree of what is active.

    ``current``: only what was at the activity before the first instruction; then ``among`` are the ids of all that was.
    """

    what: What
    named: Named
    current: bool = False
    among: frozenset[int] | None = None


Instruction = Start | Cancel


@dataclass(frozen=True, slots=True)
class Omissions:
    """What is left out of a modification or migration: listeners, and input and output mappings."""

    listeners: bool = False
    mappings: bool = False


def movement_without(omitted: Omissions, process: Process, instance: Instance, environment: Environment) -> Movement:
    """A movement that leaves that out."""
    movement = Movement(process, instance, environment)
    movement.silent, movement.unmapped = omitted.listeners, omitted.mappings
    return movement


class InvalidInstruction(EngineError):
    """An instruction names what is not there. The text is the vendor's."""

    def __init__(self, described: str, fault: str) -> None:
        super().__init__(f"Cannot perform instruction: {described}; {fault}")


class NothingToStartAt(EngineError):
    """An instance is to begin at an element that its process does not have. The text is the vendor's."""

    def __init__(self, element_id: str, definition_id: str) -> None:
        super().__init__(f"Element '{element_id}' does not exist in process {definition_id}: targetElement is null")


class ImpossibleInstruction(EngineError):
    """An instruction cannot be carried out as things are. The text is the vendor's."""


def ambiguous_scope(scope_id: str) -> ImpossibleInstruction:
    """Several instances of the scope in which a token should start."""
    return ImpossibleInstruction(f"Ancestor activity execution is ambiguous for activity Activity({scope_id})")


def ambiguous_event(host_id: str) -> ImpossibleInstruction:
    """Several instances of what an event should interrupt."""
    return ImpossibleInstruction(f"Executions for activity Activity({host_id}) ambiguous")
