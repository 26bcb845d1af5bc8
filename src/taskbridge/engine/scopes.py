"""Variable scopes: which variable a name means at a place, and where a write goes (contract 2.8).

A place is a living activity, or None for the process instance itself. Pure; called by the interpreter and by services.
"""

from collections.abc import Iterator
from dataclasses import replace

from taskbridge.engine.errors import TransientConflict
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.state import Activity, Environment, Instance, VariableChange
from taskbridge.engine.variables import Variable, Variables
from taskbridge.kinds import ActivityKind


def chain(instance: Instance, place: Activity | None, environment: Environment) -> Iterator[Variables]:
    """The variables of a place and of every scope around it, nearest first; outer ones are loaded when reached."""
    while place is not None:
        yield place.variables
        place = around(instance, place, environment)
    yield instance.variables


def around(instance: Instance, activity: Activity, environment: Environment) -> Activity | None:
    """The scope an activity stands in; None for the process instance."""
    return None if activity.scope_id == instance.id else environment.scope(activity.scope_id)


def get_variable(instance: Instance, place: Activity | None, environment: Environment, name: str) -> Variable | None:
    """The nearest variable of that name, or None."""
    holder = holding(instance, place, environment, name)
    return None if holder is None else holder.get(name)


def holding(instance: Instance, place: Activity | None, environment: Environment, name: str) -> Variables | None:
    """The variables of the nearest scope that has the name, or None."""
    for variables in chain(instance, place, environment):
        if name in variables:
            return variables
    return None


def visible_variables(instance: Instance, place: Activity | None, environment: Environment) -> dict[str, Variable]:
    """Every variable seen from a place; of equal names the nearest, and the nearest scope's names first."""
    found: dict[str, Variable] = {}
    for variables in chain(instance, place, environment):
        for name, variable in variables.items():
            found.setdefault(name, variable)
    return found


def set_variable(
    instance: Instance,
    place: Activity | None,
    environment: Environment,
    name: str,
    variable: Variable,
) -> None:
    """Write into the nearest scope that has the name, else into the process instance. Raises TransientConflict."""
    target = instance.variables
    for variables in chain(instance, place, environment):
        if name in variables:
            target = variables
            break
    set_own(target, name, variable)


def execution(node: Node, activity: Activity) -> Activity:
    """An activity as its process sees it: without a user task's own variables, but with its inputs and loop variables.

    What is computed when the task is left (conditions, output parameters) reads this.
    """
    if activity.kind is not ActivityKind.USER or not activity.variables:
        return activity
    own = _Inputs(activity.variables)
    for name in node.own_names:
        found = activity.variables.get(name)
        if found is not None:
            Variables.set(own, name, found)
    return replace(activity, variables=own)


class _Inputs(Variables):
    """Some of a task's variables; what an expression writes into them is written into the task's too."""

    __slots__ = ("_task",)

    def __init__(self, task: Variables) -> None:
        super().__init__()
        self._task = task

    def set(self, name: str, variable: Variable) -> None:
        """Put a variable into both."""
        super().set(name, variable)
        self._task.set(name, variable)

    def remove(self, name: str) -> bool:
        """Take a variable out of both; tells whether it was there."""
        return super().remove(name) and self._task.remove(name)


def set_by_process(
    process: Process,
    instance: Instance,
    place: Activity | None,
    environment: Environment,
    name: str,
    variable: Variable,
) -> None:
    """Write as the process does that stands at a place: past a user task's own variables, which end with it.

    Raises TransientConflict.
    """
    if place is not None and place.kind is ActivityKind.USER:
        if name not in place.variables or name not in process.nodes[place.node_id].own_names:
            place = around(instance, place, environment)
        elif instance.variable_changes is not None:
            instance.variable_changes.append(VariableChange(place.id, name, "update"))
    set_variable(instance, place, environment, name, variable)


def set_local(activity: Activity, name: str, variable: Variable) -> None:
    """Write into the activity itself, whatever the scopes around it have. Raises TransientConflict."""
    set_own(activity.variables, name, variable)


def set_own(variables: Variables, name: str, variable: Variable) -> None:
    """Write into one scope; a stored name stays stored and a transient one transient, else TransientConflict."""
    if name in variables and variables.is_transient(name) != variable.transient:
        raise TransientConflict(name)
    variables.set(name, variable)


def remove_variable(instance: Instance, place: Activity | None, environment: Environment, name: str) -> bool:
    """Take the nearest variable of that name away; tells whether there was one."""
    return any(variables.remove(name) for variables in chain(instance, place, environment))
