"""Tasks that this engine does not carry out: ``task`` and ``manualTask``. A token passes them; their mappings run."""

from taskbridge.engine.elements.base import Element, fleeting, leave_with_mappings, pass_by
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.vocabulary import ACTIVITY_ATTRIBUTES, IN_ACTIVITY, LOOPS, MAPPING, Vocabulary


class Task(Element):
    """A task that is left as soon as it is entered."""

    names = ("task", "manualTask")
    vocabulary = Vocabulary(ACTIVITY_ATTRIBUTES, IN_ACTIVITY, extensions=MAPPING, ignored=LOOPS)
    hosts_boundaries = True

    def enter(self, movement: Movement, token: Token) -> None:
        """A token passes."""
        pass_with_mappings(movement, token)


TASK = Task()


def pass_with_mappings(movement: Movement, token: Token) -> None:
    """Leave a node as soon as it is entered; its output parameters are computed where its input parameters are seen."""
    if not token.node.inputs and not token.node.outputs:
        pass_by(movement, token)
        return
    leave_with_mappings(movement, token, fleeting(movement, token))
