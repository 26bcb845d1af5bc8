"""Events without a definition: they begin, are passed, or end a path."""

from collections.abc import Mapping
from typing import ClassVar

from taskbridge.engine.events.base import Definition, Position
from taskbridge.engine.vocabulary import Vocabulary


class NoDefinition(Definition):
    """What stands for the definition of an event that has none."""

    name = ""
    vocabulary = Vocabulary(frozenset())
    types: ClassVar[Mapping[Position, str]] = {
        Position.START: "startEvent",
        Position.THROW: "intermediateNoneThrowEvent",
        Position.END: "noneEndEvent",
    }


NONE = NoDefinition()
