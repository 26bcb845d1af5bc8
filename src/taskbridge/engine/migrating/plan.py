"""A plan: which activity of one process becomes which activity of another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from taskbridge.engine.variables import Variable


@dataclass(frozen=True, slots=True)
class Instruction:
    """What becomes of the instances of an activity; ids are None where a client has named none.

    ``updates``: what the activity waits for is made anew, as the target has it.
    """

    source: str | None
    target: str | None
    updates: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The instructions for the instances of a definition, and the variables that they get."""

    source_id: int
    target_id: int
    instructions: tuple[Instruction, ...]
    variables: Mapping[str, Variable] = field(default_factory=dict)
