"""Errors and escalations that leave an instance, for those who have called it."""

from dataclasses import replace

from taskbridge.engine import standing
from taskbridge.engine.cancelling import interrupt_everything
from taskbridge.engine.catchers import Caught
from taskbridge.engine.events.base import event_of
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Activity, Escaped, Instance


def escape(movement: Movement, thrown: Escaped, found: Caught | None) -> None:
    """Hand what was thrown to those who have called the instance; ``found`` is where it is caught.

    Where that interrupts them, the instance is taken away: nothing in it goes on. What nothing catches (None) goes
    through all of them: on the way each instance hands back its variables.
    """
    if found is None and movement.caller() is None:
        return
    _tell_callers(movement, thrown)
    if found is not None and event_of(found.catcher).interrupting:
        interrupt_everything(movement)


def caught_at(movement: Movement, host: Activity | None, thrown: Escaped, scope_id: int, by: Activity | None) -> None:
    """What was thrown in a scope, by an event or an activity, is caught in the instance itself; nothing is changed yet.

    As at the vendor's, an instance that catches it as a whole (``host`` None) hands back its variables nevertheless,
    unless the thrower stands directly in it, beside others, without an execution of its own.
    """
    if host is not None or movement.caller() is None:
        return
    beside = scope_id == movement.instance.id and movement.tokens.count(scope_id) > 1
    if not beside or (by is not None and not standing.shares_execution(movement.process, by)):
        _tell_callers(movement, replace(thrown, stays=True))


def _tell_callers(movement: Movement, thrown: Escaped) -> None:
    instance = movement.instance
    left = Instance(instance.id, instance.definition_id, instance.business_key)
    left.variables.put_all(dict(instance.variables.items()))
    movement.changes.escaped.append(replace(thrown, left=left))  # before anything else changes it
