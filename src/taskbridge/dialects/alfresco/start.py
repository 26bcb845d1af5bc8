"""Starting and ending processes (contract 6.3, 9.2). Called by the spec layer."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.alfresco import access, bodies, paging, parameters
from taskbridge.dialects.alfresco.associations import associated
from taskbridge.dialects.alfresco.errors import AlfrescoError, default, entity_not_found, invalid
from taskbridge.dialects.alfresco.items import attached
from taskbridge.dialects.alfresco.model import Property
from taskbridge.dialects.alfresco.process_definitions import definition
from taskbridge.dialects.alfresco.variables import converted, implied, start_form
from taskbridge.dialects.alfresco.views.processes import process
from taskbridge.engine.variables import Variable
from taskbridge.service import access as visible
from taskbridge.service import processes
from taskbridge.service.errors import NotFound
from taskbridge.service.identity import Person
from taskbridge.service.processes import DELETED_BY_REST
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import instances
from taskbridge.store.definitions import DefinitionRow

Body = Mapping[str, Any]


async def alfresco_start_processes(call: Call) -> Answer:
    """Start a process, or several: all of them or none."""
    asked = parameters.read(call)
    wanted = await bodies.some(call, bodies.PROCESS)

    def work(unit: Unit) -> list[dict[str, Any]]:
        return [_started(unit, call.user, one) for one in wanted]

    return paging.made(asked, await call.services.run(work, call.user.name))


async def alfresco_delete_process(call: Call) -> Answer:
    """End a running process; its history stays."""
    parameters.read(call)

    def work(unit: Unit) -> None:
        row = access.running_process(unit, call.user, call.path["processId"])
        processes.delete(unit, row.id, DELETED_BY_REST)

    await call.services.run(work, call.user.name)
    return Answer(204)


def _started(unit: Unit, caller: Person, body: Body) -> dict[str, Any]:
    row = _definition(unit, caller, body)
    given = _variables(unit, row, body.get("variables") or {})
    started = processes.start(unit, row, given, body.get("businessKey"), tenant=caller.tenant)
    for item in body.get("items", ()):
        _attach(unit, caller, started.id, item)
    instance = instances.get(unit.tx, started.id)
    if instance is None:
        raise entity_not_found(started.id)
    return process(unit, instance)


def _attach(unit: Unit, caller: Person, instance_id: int, item: str | None) -> None:
    """An item that cannot be added to what is started is a fault of the server to the vendor (contract 6.3)."""
    try:
        attached(unit, caller, instance_id, item)
    except AlfrescoError as error:
        raise default(500, error.text) from None


def _definition(unit: Unit, caller: Person, body: Body) -> DefinitionRow:
    """What to start: a version by its id, or the newest of a key. Definitions of nobody belong to every network."""
    identifier, key = body.get("processDefinitionId"), body.get("processDefinitionKey")
    if identifier is not None:
        try:
            return definition(unit, caller, identifier)
        except AlfrescoError:
            raise invalid(f"No workflow definition could be found with id '{identifier}'.") from None
    if key is None:
        raise invalid("Either processDefinitionId or processDefinitionKey is required")
    try:
        return visible.latest_definition(unit, caller, key)
    except NotFound:
        raise invalid(f"No workflow definition could be found with key '{key}'.") from None


def _variables(unit: Unit, row: DefinitionRow, given: Mapping[str, Any]) -> dict[str, Variable]:
    """The variables to start with: those of the start form, each told, by default or without a value.

    What the form does not have is dropped, as the vendor does; an association that is not told stays unknown, so that
    a process that needs it cannot start. Without a form that is known here, all are taken.
    """
    form = start_form(unit, row.id)
    if form is None:
        return {name: converted(implied(value), value, unit.tx.now) for name, value in given.items()}
    return {
        name: _variable(unit, modelled, given.get(name))
        for name, modelled in form.properties.items()
        if not modelled.association or given.get(name) is not None
    }


def _variable(unit: Unit, modelled: Property, value: object) -> Variable:
    if value is None:
        return modelled.default_variable
    if modelled.association:
        return associated(unit, modelled, value)
    return converted(modelled.data_type, value, unit.tx.now)
