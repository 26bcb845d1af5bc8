"""BPMN errors on their way from the thrower to a handler (contract 3.7).

Called for error ends and for errors that workers report. Whoever throws looks at its own boundary first, then at those
of the scopes around it; at one place a handler for the code goes before one that catches everything.
"""

from taskbridge.engine import scopes
from taskbridge.engine.cancelling import cancel
from taskbridge.engine.graph import ErrorHandler, Node
from taskbridge.engine.leaving import end_token, finish, leave
from taskbridge.engine.movement import Movement, Token, around
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import Variable


def throw_from_activity(movement: Movement, activity: Activity, code: str, message: str | None) -> None:
    """An activity breaks with an error. Where nobody catches it, the activity ends as if its path ended there."""
    if _caught(movement, activity, code, message):
        return
    movement.changes.uncaught.append(code)
    finish(movement, activity, movement.process.nodes[activity.node_id])
    end_token(movement, activity.scope_id)


def throw_from_end(movement: Movement, token: Token, code: str, message: str | None) -> None:
    """A token at an error end throws. Where nobody catches it, the token ends as at a none end event."""
    found = handler(movement, movement.place(token.scope_id), code)
    movement.passed(token.node.id, token.scope_id, cancelled=found is not None)
    if found is not None:
        _catch(movement, *found, code, message)
        return
    movement.changes.uncaught.append(code)
    end_token(movement, token.scope_id)


def handler(movement: Movement, activity: Activity | None, code: str) -> tuple[Activity, Node] | None:
    """The activity at whose boundary an error is caught, and the boundary event; None when it is not caught."""
    while activity is not None:
        boundaries = movement.process.nodes[activity.node_id].boundaries
        for wanted in (code, None):
            for boundary in boundaries:
                if boundary.catches is not None and boundary.catches.code == wanted:
                    return activity, boundary
        activity = around(movement, activity)
    return None


def _caught(movement: Movement, activity: Activity, code: str, message: str | None) -> bool:
    found = handler(movement, activity, code)
    if found is not None:
        _catch(movement, *found, code, message)
    return found is not None


def _catch(movement: Movement, host: Activity, boundary: Node, code: str, message: str | None) -> None:
    if boundary.catches is not None:
        _tell(movement, host, boundary.catches, code, message)
    cancel(movement, host)
    movement.passed(boundary.id, host.scope_id)
    leave(movement, boundary, host.scope_id)


def _tell(movement: Movement, host: Activity, catches: ErrorHandler, code: str, message: str | None) -> None:
    texts = {catches.code_variable: code, catches.message_variable: message}
    for name, value in texts.items():
        if name is not None:
            variable = Variable("Null", None) if value is None else Variable("String", value)
            scopes.set_variable(movement.instance, host, movement, name, variable)
