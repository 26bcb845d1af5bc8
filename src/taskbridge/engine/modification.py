"""Modification: a process instance is changed from outside, instruction by instruction, as at the vendor's.

Each instruction is a movement of its own, whose tokens move until they wait before the next one is carried out.
Meanwhile the instance is held (``Instance.held``): it stays, with no token at all, when its last one has ended, and
what waits for it as a whole stays armed. Only ``let_go`` ends it. A scope in it is not held: it is cancelled with the
last that is in it.
"""

from taskbridge.engine.cancelling import cancel, interrupt_inside
from taskbridge.engine.elements.multi_instance import is_body, one_less
from taskbridge.engine.errors import EngineError
from taskbridge.engine.graph import Process
from taskbridge.engine.instructions import (
    Cancel,
    Instruction,
    InvalidInstruction,
    Omissions,
    Start,
    What,
    movement_without,
)
from taskbridge.engine.interpreter import advance
from taskbridge.engine.leaving import end_token
from taskbridge.engine.listening import instance_started
from taskbridge.engine.movement import Movement
from taskbridge.engine.starting import check_first, first_node, start
from taskbridge.engine.state import Activity, Changes, Environment, Instance, Waiting
from taskbridge.engine.tree import token_ids
from taskbridge.engine.variables import from_python
from taskbridge.kinds import WITHOUT_ACTIVITY, ActivityState


def create(process: Process, instance: Instance, environment: Environment, first: Start, omitted: Omissions) -> Changes:
    """Let an instance begin that has no token yet; ``first`` is the instruction that is carried out next.

    Raises EngineError.
    """
    movement = movement_without(omitted, process, instance, environment)
    check_first(movement, first)
    if process.initiator:
        instance.variables.set(process.initiator, from_python(instance.started_by))
    instance.held = True
    instance.tokens.add(instance.id, -1)
    if process.armed:
        movement.arm_instance()
    instance_started(movement, first_node(movement, first))
    return movement.finished()


def carry_out(
    process: Process, instance: Instance, environment: Environment, instruction: Instruction, omitted: Omissions
) -> Changes:
    """Carry an instruction out, for an instance that is held. Raises EngineError."""
    movement = movement_without(omitted, process, instance, environment)
    if isinstance(instruction, Start):
        start(movement, instruction)
        return advance(movement)
    _cancel(movement, instruction)
    return movement.finished()


def let_go(process: Process, instance: Instance, environment: Environment, omitted: Omissions) -> Changes:
    """All instructions are carried out, and the last thing alive has ended in the ordinary way: the instance ends."""
    instance.held = False
    instance.tokens.add(instance.id, 1)
    movement = movement_without(omitted, process, instance, environment)
    end_token(movement, instance.id)
    return movement.finished()


# cancelling


def _cancel(movement: Movement, instruction: Cancel) -> None:
    if instruction.what is What.ACTIVITY:
        _cancel_all_at(movement, instruction.named.text, instruction.among)
    elif instruction.named.id == movement.instance.id and instruction.what is What.INSTANCE:
        _empty_instance(movement)
    else:
        _cancel_named(movement, instruction)


def alive_in(instance: Instance, environment: Environment) -> frozenset[int]:
    """The ids of all that is active in an instance."""
    waiting = (token for join in instance.tokens.joins() for token in token_ids(join))
    return frozenset([*(one.id for one in environment.open_activities()), *waiting])


def _cancel_all_at(movement: Movement, node_id: str, among: frozenset[int] | None) -> None:
    """Cancel what is at an activity: its instances, and then what is on its way in or out."""
    found = [one for one in movement.open_activities() if one.node_id == node_id and _is_among(one.id, among)]
    found.sort(key=lambda one: one.kind in WITHOUT_ACTIVITY)
    joins = [join for join in movement.tokens.joins() if join.node_id == node_id and _is_among(join.first_id, among)]
    for activity in found:
        if activity.state < ActivityState.DONE:
            _take_away(movement, activity.scope_id, activity)
    for join in joins:
        for _ in range(join.number):
            if movement.tokens.waiting(join.node_id, join.scope_id):
                _take_away(movement, join.scope_id, join)


def _is_among(id_: int, among: frozenset[int] | None) -> bool:
    return among is None or id_ in among


def _cancel_named(movement: Movement, instruction: Cancel) -> None:
    wanted, of_activities = instruction.named.id, instruction.what is What.INSTANCE
    for activity in movement.open_activities():
        if activity.id == wanted and (of_activities or activity.kind in WITHOUT_ACTIVITY):
            _take_away(movement, activity.scope_id, activity)
            return
    for join in movement.tokens.joins() if of_activities else ():
        if wanted in token_ids(join):
            _take_away(movement, join.scope_id, join)
            return
    name = instruction.what.value
    variable = "activityInstance" if of_activities else "transitionInstance"
    raise InvalidInstruction(
        f"Cancel {name} '{instruction.named.text}'",
        f"{name.capitalize()} '{instruction.named.text}' does not exist: {variable} is null",
    )


def _take_away(movement: Movement, scope_id: int, doomed: Activity | Waiting) -> None:
    """Cancel an activity, or a token that waits at a join; with it each scope in which nothing else is."""
    while _is_alone(movement, scope_id):
        if scope_id == movement.instance.id:
            _empty_instance(movement)
            return
        doomed = movement.scope(scope_id)
        scope_id = doomed.scope_id
    if isinstance(doomed, Activity):
        try:
            cancel(movement, doomed, silently=movement.silent)
        except EngineError as failure:
            failure.node_id = failure.node_id or doomed.node_id
            raise
    else:
        movement.cancel_one_waiting(doomed)
    scope = movement.place(scope_id)
    if scope is None or not is_body(scope.node_id):
        movement.tokens.add(scope_id, -1)
    else:
        one_less(movement, scope)


def _is_alone(movement: Movement, scope_id: int) -> bool:
    """Whether there is one token in a scope, or one instance in the body of a multi-instance activity."""
    scope = movement.place(scope_id)
    if scope is not None and is_body(scope.node_id):
        return len(movement.inside(scope_id)) <= 1
    return movement.tokens.count(scope_id) <= 1


def _empty_instance(movement: Movement) -> None:
    instance = movement.instance
    interrupt_inside(movement, instance.id)
    instance.tokens.add(instance.id, -instance.tokens.count(instance.id))
    instance.cancelled = True
