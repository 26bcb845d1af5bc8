"""Errors and escalations that leave an instance, for those who have called it."""

from dataclasses import replace

from taskbridge.engine.cancelling import interrupt_everything
from taskbridge.engine.catchers import Caught
from taskbridge.engine.events.base import event_of
from taskbridge.engine.movement import Movement
from taskbridge.engine.state import Escaped, Instance


def escape(movement: Movement, thrown: Escaped, found: Caught | None) -> None:
    """Hand what was thrown to those who have called the instance; ``found`` is where it is caught.

    Where that interrupts them, the instance is taken away: nothing in it goes on. Where nothing catches it, they get
    the variables of the instance all the same, as at the vendor's.
    """
    if found is None and movement.instance.id == movement.root_id:
        return
    instance = movement.instance
    left = Instance(instance.id, instance.definition_id, instance.business_key)
    left.variables.put_all(dict(instance.variables.items()))
    movement.changes.escaped.append(replace(thrown, left=left))  # before anything else changes it
    if found is not None and event_of(found.catcher).interrupting:
        interrupt_everything(movement)
