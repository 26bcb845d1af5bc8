"""Variables of instances and activities: read through scopes, written into the right one, contents kept out of rows.

An execution is a process instance or a living activity of one; both have variables, and an id finds either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from taskbridge.engine import scopes
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import CONTENT_TYPES, Variable, Variables
from taskbridge.kinds import ActivityKind
from taskbridge.service import task_events
from taskbridge.service.errors import NotFound
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import activities, blobs, instances
from taskbridge.store.activities import ActivityRow


@dataclass(slots=True)
class Execution:
    """A place that has variables: an instance (``activity`` is None) or one of its living activities."""

    running: Running
    activity: Activity | None = None
    is_task: bool = False  # whether it is meant as a user task, which may have listeners

    @property
    def instance_id(self) -> int:
        """The process instance it belongs to."""
        return self.running.instance.id

    @property
    def own(self) -> Variables:
        """The variables of this very place."""
        return self.running.instance.variables if self.activity is None else self.activity.variables


def execution(unit: Unit, execution_id: int, *, to_change: bool = True) -> Execution:
    """The living execution of that id; raises NotFound. Its process tree is locked where it is to be changed."""
    row = (instances.lock if to_change else instances.get)(unit.tx, execution_id)
    if row is not None and row.ended_at is None:
        return Execution(Running.of_instance(unit, row))
    return _of_activity(unit, "execution", execution_id, to_change=to_change)


def task(unit: Unit, task_id: int, *, to_change: bool = True) -> Execution:
    """The execution of a living user task; raises NotFound. Its process tree is locked where it is to be changed."""
    return _of_activity(unit, "task", task_id, to_change=to_change)


def _of_activity(unit: Unit, noun: str, activity_id: int, *, to_change: bool) -> Execution:
    row = None if to_change else activities.get(unit.tx, activity_id)
    if row is None or row.scope_id != row.instance_id:
        # Outer scopes are further rows, and must not end between the reading of this one and theirs.
        row = activities.hold_with_tree(unit.tx, activity_id)
    if row is None or row.ended_at is not None or (noun == "task" and row.kind != ActivityKind.USER):
        raise NotFound(noun, activity_id)
    return Execution(*Running.of_activity(unit, row), is_task=noun == "task")


def visible(unit: Unit, row: ActivityRow, *, local_only: bool = False) -> dict[str, Variable]:
    """The variables seen from an activity, nearest scope first; ``local_only`` leaves the outer scopes out."""
    if local_only:
        return dict(Variables(row.variables).items()) if row.variables else {}
    if row.scope_id == row.instance_id and not row.variables:
        return dict(Variables(row.instance_variables).items()) if row.instance_variables else {}
    running, activity = Running.of_activity(unit, row)
    return scopes.visible_variables(running.instance, activity, running)


def read(place: Execution, *, local_only: bool = False) -> dict[str, Variable]:
    """All variables seen from a place, or only its own."""
    if local_only or place.activity is None:
        return dict(place.own.items())
    running = place.running
    return scopes.visible_variables(running.instance, place.activity, running)


def get(place: Execution, name: str, *, local_only: bool = False) -> Variable | None:
    """One variable seen from a place, or None."""
    if local_only or place.activity is None:
        return place.own.get(name)
    running = place.running
    return scopes.get_variable(running.instance, place.activity, running, name)


def change(
    unit: Unit,
    place: Execution,
    modifications: Mapping[str, Variable],
    deletions: Iterable[str] = (),
    *,
    local_only: bool = False,
) -> None:
    """Set and remove variables; a name in both is removed.

    Conditions are judged after the first and after the second. Raises TransientConflict, Suspended, EngineError.
    """
    running, activity = place.running, place.activity
    updates = _updates(place, modifications, local_only=local_only)
    for name, variable in running.in_order(kept(unit, place.instance_id, modifications)).items():
        if activity is None:
            scopes.set_own(place.own, name, variable)
        elif local_only:
            scopes.set_local(activity, name, variable)
        else:
            scopes.set_variable(running.instance, activity, running, name, variable)
    if running.process.conditional:
        running.change_variables()
    for name in deletions:
        if local_only or activity is None:
            place.own.remove(name)
        else:
            scopes.remove_variable(running.instance, activity, running, name)
    running.change_variables()
    if updates is not None:
        task_events.changed(running, updates, {})


def _updates(place: Execution, modifications: Mapping[str, Variable], *, local_only: bool) -> Activity | None:
    """The task whose listeners are to know of it when its own variables are set. That they are removed is no event."""
    activity = place.activity
    if activity is None or not place.is_task or place.running.process.nodes[activity.node_id].task_listeners is None:
        return None
    own = modifications if local_only else activity.variables
    return activity if any(name in own for name in modifications) else None


def kept(unit: Unit, instance_id: int, given: Mapping[str, Variable]) -> dict[str, Variable]:
    """The same variables with raw contents (bytes) moved into the store, so that only their ids are left."""
    return {name: _kept(unit, instance_id, variable) for name, variable in given.items()}


def copied(unit: Unit, instance_id: int, given: Mapping[str, Variable]) -> dict[str, Variable]:
    """Variables of another instance as this one can hold them: their contents are stored with it, too."""
    return kept(unit, instance_id, {name: with_content(unit, one) for name, one in given.items()})


def with_content(unit: Unit, variable: Variable) -> Variable:
    """The same variable with the content itself, where that is stored elsewhere."""
    if variable.type not in CONTENT_TYPES or not isinstance(variable.value, dict):
        return variable
    return variable._replace(value=content(unit, variable))


def _kept(unit: Unit, instance_id: int, variable: Variable) -> Variable:
    if not isinstance(variable.value, bytes) or variable.transient:
        return variable
    return variable._replace(value={"blob": blobs.insert(unit.tx, instance_id, variable.value)})


def content(unit: Unit, variable: Variable) -> bytes:
    """The bytes of a File or Bytes variable; empty where it holds none."""
    if isinstance(variable.value, dict):
        return blobs.content(unit.tx, variable.value["blob"])
    return variable.value if isinstance(variable.value, bytes) else b""


def content_size(unit: Unit, variable: Variable) -> int:
    """How many bytes ``content`` gives, without reading them."""
    if isinstance(variable.value, dict):
        return blobs.size(unit.tx, variable.value["blob"])
    return len(variable.value) if isinstance(variable.value, bytes) else 0
