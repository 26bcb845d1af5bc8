"""Behaviours: what a token does when it enters a node, one function per kind of node.

``ENTER`` is the table to extend for new kinds; ``advance`` moves tokens until every one of them waits or has ended.
"""

from collections.abc import Callable, Mapping

from taskbridge.engine import task_values
from taskbridge.engine.cancelling import cancel_inside
from taskbridge.engine.graph import Kind, Node
from taskbridge.engine.joins import arrive_inclusive, arrive_parallel, release
from taskbridge.engine.leaving import chosen, end_token, go, leave
from taskbridge.engine.mappings import run_inputs, run_outputs
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.state import Activity, Changes
from taskbridge.engine.throwing import throw_from_end
from taskbridge.kinds import ActivityKind


def advance(movement: Movement) -> Changes:
    """Move every token until it waits or ends; gives what the command changed. Raises TooManySteps."""
    while True:
        token = movement.next()
        if token is not None:
            ENTER[token.node.kind](movement, token)
        elif not (movement.tokens.some_wait and release(movement)):
            return movement.finished()


def _pass(movement: Movement, token: Token) -> None:
    movement.passed(token.node.id, token.scope_id)
    leave(movement, token.node, token.scope_id)


def _pass_task(movement: Movement, token: Token) -> None:
    node = token.node
    if not node.inputs and not node.outputs:
        _pass(movement, token)
        return
    activity = _fleeting(movement, token)
    movement.passed(node.id, token.scope_id)
    flows = chosen(movement, node, token.scope_id, activity)
    run_outputs(movement, node, activity)
    go(movement, flows, token.scope_id)


def _fleeting(movement: Movement, token: Token) -> Activity:
    # A scope for the mappings of a node that never waits: it needs no id, for nobody can meet it.
    activity = Activity(0, token.scope_id, token.node.id, ActivityKind.SCOPE)
    run_inputs(movement, token.node, activity)
    return activity


def _end(movement: Movement, token: Token) -> None:
    _fleeting(movement, token)
    movement.passed(token.node.id, token.scope_id)
    end_token(movement, token.scope_id)


def _terminate(movement: Movement, token: Token) -> None:
    _fleeting(movement, token)
    if movement.tokens.count(token.scope_id) > 1:
        cancel_inside(movement, token.scope_id)
    movement.passed(token.node.id, token.scope_id)
    end_token(movement, token.scope_id)


def _throw(movement: Movement, token: Token) -> None:
    node = token.node
    place = _fleeting(movement, token)
    told = node.throws_message.evaluate(movement.resolver(node, place)) if node.throws_message is not None else None
    throw_from_end(movement, token, node.throws or "", None if told is None else str(told))


def _activity(movement: Movement, token: Token, kind: ActivityKind) -> Activity:
    activity = Activity(movement.new_id(), token.scope_id, token.node.id, kind)
    run_inputs(movement, token.node, activity)
    return activity


def _user_task(movement: Movement, token: Token) -> None:
    node = token.node
    activity = _activity(movement, token, ActivityKind.USER)
    if node.user is not None:
        activity.task = task_values.user_task(node, node.user, movement.resolver(node, activity), movement.now)
    movement.create(activity)


def _external_task(movement: Movement, token: Token) -> None:
    node = token.node
    activity = _activity(movement, token, ActivityKind.EXTERNAL)
    if node.external is not None:
        activity.task = task_values.external_task(node, node.external, movement.resolver(node, activity))
    movement.create(activity)


def _subprocess(movement: Movement, token: Token) -> None:
    activity = _activity(movement, token, ActivityKind.SCOPE)
    movement.create(activity)
    if token.node.start is not None:
        movement.send(Token(token.node.start, activity.id, None))


ENTER: Mapping[Kind, Callable[[Movement, Token], None]] = {
    Kind.START: _pass,
    Kind.END: _end,
    Kind.TERMINATE_END: _terminate,
    Kind.ERROR_END: _throw,
    Kind.PASS: _pass_task,
    Kind.USER_TASK: _user_task,
    Kind.EXTERNAL_TASK: _external_task,
    Kind.EXCLUSIVE: _pass,
    Kind.PARALLEL: arrive_parallel,
    Kind.INCLUSIVE: arrive_inclusive,
    Kind.SUBPROCESS: _subprocess,
    Kind.ERROR_BOUNDARY: _pass,
}


def begin(movement: Movement, start: Node) -> None:
    """Put the first token of an instance on its start event."""
    movement.send(Token(start, movement.instance.id, None))
