"""Variables of processes: list, set, remove (contract 6.3, 8). Called by the spec layer."""

from typing import Any

from taskbridge.dialects.alfresco import access, bodies, paging, parameters
from taskbridge.dialects.alfresco.errors import entity_not_found
from taskbridge.dialects.alfresco.variable_lists import of_processes, without_nothing
from taskbridge.dialects.alfresco.variables import read_process_variable
from taskbridge.dialects.alfresco.views.processes import process
from taskbridge.service import variables
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call


async def alfresco_list_process_variables(call: Call) -> Answer:
    """The variables of a process, running or not, as a whole."""
    asked = parameters.read(call)

    def work(unit: Unit) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        row = access.process(unit, call.user, call.path["processId"])
        (found,) = of_processes(unit, [row])
        return without_nothing(found), process(unit, row)

    shown, source = await call.services.read(work, call.user.name)
    return paging.whole(asked, shown, source)


async def alfresco_create_process_variables(call: Call) -> Answer:
    """Set variables of a running process."""
    asked = parameters.read(call)
    given = await bodies.some(call, bodies.VARIABLE)
    return paging.made(asked, await _set(call, given))


async def alfresco_set_process_variable(call: Call) -> Answer:
    """Set the variable that the body names."""
    asked = parameters.read(call)
    given = await bodies.one(call, bodies.VARIABLE)
    (shown,) = await _set(call, [given])
    return paging.entry(asked, shown)


async def alfresco_delete_process_variable(call: Call) -> Answer:
    """Remove a variable of a running process."""
    parameters.read(call)
    name = call.path["variableName"]

    def work(unit: Unit) -> None:
        row = access.running_process(unit, call.user, call.path["processId"])
        place = variables.execution(unit, row.id)
        if name not in place.own:
            raise entity_not_found(name)
        variables.change(unit, place, {}, [name])

    await call.services.run(work, call.user.name)
    return Answer(204)


async def _set(call: Call, given: list[bodies.Members]) -> list[dict[str, Any]]:
    def work(unit: Unit) -> list[dict[str, Any]]:
        row = access.running_process(unit, call.user, call.path["processId"])
        read = [read_process_variable(unit, row.definition_id, one) for one in given]
        place = variables.execution(unit, row.id)
        variables.change(unit, place, {one.name: one.variable for one in read})
        return [one.entry for one in read]

    shown: list[dict[str, Any]] = await call.services.run(work, call.user.name)
    return shown
