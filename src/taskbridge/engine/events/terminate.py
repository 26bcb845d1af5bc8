"""Terminate end events: everything else in their scope is cancelled."""

from collections.abc import Mapping
from typing import ClassVar

from taskbridge.engine.cancelling import cancel_inside
from taskbridge.engine.events.base import Definition, Position
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
from taskbridge.engine.vocabulary import NOTES, Vocabulary


class Terminate(Definition):
    """Ends the scope, not only the path."""

    name = "terminateEventDefinition"
    vocabulary = Vocabulary(frozenset({"id"}), NOTES, frozenset(), refused=frozenset())
    types: ClassVar[Mapping[Position, str]] = {Position.END: "terminateEndEvent"}

    def announce(self, movement: Movement, token: Token) -> None:
        """Everything else goes at once, as at the vendor's."""
        if movement.tokens.count(token.scope_id) > 1:
            cancel_inside(movement, token.scope_id)

    def throw(self, movement: Movement, token: Token, _place: Activity) -> bool:
        """Cancel all in the scope but this token."""
        self.announce(movement, token)
        return True


TERMINATE = Terminate()
