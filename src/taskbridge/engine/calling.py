"""What crosses the border between a called instance and the activity that has called it.

Called by the service that moves the instances of a tree (``service.calls``), with the movement of the caller.
"""

from typing import NamedTuple

from taskbridge.engine import listening, names, scopes
from taskbridge.engine.cancelling import cancel as cancel_activity
from taskbridge.engine.cancelling import cancel_everything, interrupt_everything
from taskbridge.engine.elements.call_activity import own_execution, settings_of
from taskbridge.engine.elements.multi_instance import NOT_HANDED_BACK, is_body, one_less
from taskbridge.engine.errors import EngineError
from taskbridge.engine.events import error, escalation
from taskbridge.engine.execution_view import At
from taskbridge.engine.graph import Process
from taskbridge.engine.interpreter import advance, stays
from taskbridge.engine.movement import Movement
from taskbridge.engine.passing import handed_on
from taskbridge.engine.state import Activity, Changes, Environment, Escaped, Instance
from taskbridge.engine.variables import Variable
from taskbridge.kinds import InstanceState


class Called(NamedTuple):
    """A called instance, seen from its caller."""

    process: Process
    instance: Instance
    environment: Environment


class Outcome(NamedTuple):
    """The variables that a called instance hands back; ``local`` ones go into the activity itself."""

    variables: dict[str, Variable]
    local: dict[str, Variable]


def outcome(movement: Movement, activity: Activity, called: Called) -> Outcome:
    """What the called instance hands back to an activity of the movement's instance. Raises ExpressionError."""
    node = movement.process.nodes[activity.node_id]
    settings = settings_of(node)
    resolve = names.resolver(called.process, called.instance, None, called.environment, node, at=At.AROUND)
    seen = dict(called.instance.variables.items())
    try:
        return Outcome(
            handed_on(settings.returned, movement, resolve, lambda _local: seen),
            handed_on(settings.returned_locally, movement, resolve, lambda _local: seen),
        )
    except EngineError as failure:
        failure.node_id = failure.node_id or node.id
        raise


def take(movement: Movement, activity: Activity, given: Outcome) -> None:
    """Set what a called instance has handed back. Raises TransientConflict."""
    for name, variable in given.variables.items():
        if name not in NOT_HANDED_BACK:
            scopes.set_variable(movement.instance, activity, movement, name, variable)
    own = own_execution(movement, activity)
    for name, variable in given.local.items():
        scopes.set_local(own, name, variable)


def returned(movement: Movement, activity: Activity) -> None:
    """The called instance has ended, and what it handed back is set: the activity is left."""
    node = movement.process.nodes[activity.node_id]
    try:
        if movement.process.conditional and not stays(movement, activity):
            return
        node.behaviour.triggered(movement, activity, node)
    except EngineError as failure:
        failure.node_id = failure.node_id or node.id
        raise


def caught(movement: Movement, activity: Activity, thrown: Escaped) -> bool:
    """Something was thrown in what the activity has called; whether it is caught in the movement's instance."""
    if thrown.is_error:
        return error.catch_from(movement, activity, thrown.code, thrown.message)
    return escalation.catch_from(movement, activity, thrown.code)


def given_up(
    process: Process, instance: Instance, environment: Environment, activity: Activity, *, silently: bool
) -> Changes:
    """The called instance was ended from outside: its activity is cancelled, and each scope in which nothing else is.

    Where nothing else is left at all, the instance is ended as from outside. ``silently``: without listeners.
    """
    movement = Movement(process, instance, environment)
    doomed = activity
    while True:
        cancel_activity(movement, doomed, silently=silently)
        scope_id = doomed.scope_id
        scope = movement.place(scope_id)
        if scope is not None and is_body(scope.node_id):
            if movement.inside(scope_id):
                one_less(movement, scope)
                return advance(movement)
        elif movement.tokens.count(scope_id) > 1:
            movement.tokens.add(scope_id, -1)
            return advance(movement)
        if scope_id == instance.id:
            if not silently:
                listening.instance_ended(movement, None, cancelled=True)
            movement.abandon(InstanceState.EXTERNALLY_TERMINATED)
            return movement.finished()
        doomed = movement.scope(scope_id)


def cancel(movement: Movement, state: InstanceState, *, silently: bool) -> Changes:
    """Take a called instance away, ``silently`` without its listeners."""
    if state is InstanceState.INTERNALLY_TERMINATED:
        interrupt_everything(movement)
    else:
        cancel_everything(movement, state, silently=silently, called=True)
    return movement.finished()


def go_on(movement: Movement) -> Changes:
    """Let the tokens move that have waited until a called instance had its turn."""
    return advance(movement)
