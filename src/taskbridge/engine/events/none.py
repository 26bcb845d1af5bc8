"""Events without a definition: they begin, are passed, or end a path."""

from collections.abc import Mapping
from typing import ClassVar

from taskbridge.engine.events.base import Definition, Position
from taskbridge.engine.leaving import go
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
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

    def throw(self, movement: Movement, token: Token, _place: Activity) -> None:
        """The path ends."""
        movement.passed(token.node.id, token.scope_id)
        go(movement, token.node, (), token.scope_id)


NONE = NoDefinition()
