"""Tasks that this engine does not carry out: ``task`` and ``manualTask``. A token passes them; their mappings run."""

from taskbridge.engine.elements.base import Element, fleeting, pass_by
from taskbridge.engine.leaving import chosen, go, what_stays
from taskbridge.engine.mappings import run_outputs
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity
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


def leave_with_mappings(movement: Movement, token: Token, activity: Activity) -> None:
    """Leave a node that never waits; its output parameters are computed in ``activity``, which has its inputs."""
    node = token.node
    movement.passed(node.id, token.scope_id)
    flows = chosen(movement, node, token.scope_id, activity)
    run_outputs(movement, node, activity)
    if node.loop_variables:
        movement.left = what_stays(node, activity)
    go(movement, node, flows, token.scope_id)
