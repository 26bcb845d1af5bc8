"""Variables of tasks: list, set, remove (contract 6.4, 8). Called by the spec layer."""

from typing import Any

from taskbridge.dialects.alfresco import access, bodies, paging, parameters
from taskbridge.dialects.alfresco.errors import entity_not_found, invalid_query
from taskbridge.dialects.alfresco.variable_lists import of_task, without_nothing
from taskbridge.dialects.alfresco.variables import GLOBAL, LOCAL, Read, read_task_variable
from taskbridge.dialects.alfresco.views.tasks import task
from taskbridge.dialects.alfresco.where import Clause, check_predicates
from taskbridge.service import variables
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store.activities import ActivityRow

_SCOPES = {"any": (True, True), LOCAL: (True, False), GLOBAL: (False, True)}


async def alfresco_list_task_variables(call: Call) -> Answer:
    """The variables of a task and of its process, as a whole."""
    asked = parameters.read(call)
    local, on_process = _SCOPES[_scope(asked.where)]

    def work(unit: Unit) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        row = access.task(unit, call.user, call.path["taskId"])
        found = of_task(unit, row, local=local, on_process=on_process)
        return without_nothing(found), task(row, from_history=True)

    shown, source = await call.services.read(work, call.user.name)
    return paging.whole(asked, shown, source)


async def alfresco_create_task_variables(call: Call) -> Answer:
    """Set variables of an open task."""
    asked = parameters.read(call)
    given = await bodies.some(call, bodies.TASK_VARIABLE)
    return paging.made(asked, await _set(call, given))


async def alfresco_set_task_variable(call: Call) -> Answer:
    """Set the variable that the body names."""
    asked = parameters.read(call)
    given = await bodies.one(call, bodies.TASK_VARIABLE)
    (shown,) = await _set(call, [given])
    return paging.entry(asked, shown)


async def alfresco_delete_task_variable(call: Call) -> Answer:
    """Remove a variable of the task itself."""
    parameters.read(call)
    name = call.path["variableName"]

    def work(unit: Unit) -> None:
        row = access.open_task(unit, call.user, call.path["taskId"])
        place = variables.task(unit, row.id)
        if name not in place.own:
            raise entity_not_found(name)
        variables.change(unit, place, {}, [name], local_only=True)

    await call.services.run(work, call.user.name)
    return Answer(204)


async def _set(call: Call, given: list[bodies.Members]) -> list[dict[str, Any]]:
    def work(unit: Unit) -> list[dict[str, Any]]:
        row = access.open_task(unit, call.user, call.path["taskId"])
        read = [read_task_variable(unit, row, one) for one in given]
        _write(unit, row, read)
        return [one.entry for one in read]

    shown: list[dict[str, Any]] = await call.services.run(work, call.user.name)
    return shown


def _write(unit: Unit, row: ActivityRow, read: list[Read]) -> None:
    own = {one.name: one.variable for one in read if one.scope == LOCAL}
    outer = {one.name: one.variable for one in read if one.scope == GLOBAL}
    if own:
        variables.change(unit, variables.task(unit, row.id), own, local_only=True)
    if outer:
        variables.change(unit, variables.execution(unit, row.instance_id), outer)


def _scope(where: Clause) -> str:
    """Whose variables are asked for; the last word counts."""
    check_predicates(where)
    scope = "any"
    for predicate in where.predicates:
        if predicate.name != "scope":
            raise invalid_query("Only property 'scope' is allowed in the query.")
        if predicate.operator != "=" or predicate.negated:
            raise invalid_query("Only equals is allowed for 'scope' comparison.")
        if predicate.value not in _SCOPES:
            raise invalid_query(f"Invalid value for 'scope' used in query: {predicate.value}.")
        scope = predicate.value
    return scope
