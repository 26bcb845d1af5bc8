"""Items: the documents that tasks and processes are about (contract 6.3, 6.4). A task has those of its process.

Called by the spec layer. The handlers of tasks and of processes are alike but for who may do what: see ``HANDLERS``.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from taskbridge.dialects.alfresco import access, bodies, paging, parameters
from taskbridge.dialects.alfresco.errors import AlfrescoError, entity_not_found, invalid, literal
from taskbridge.dialects.alfresco.views.items import item
from taskbridge.dialects.alfresco.views.processes import process
from taskbridge.dialects.alfresco.views.tasks import task
from taskbridge.service import documents, uuids
from taskbridge.service.access import documents_of
from taskbridge.service.errors import AlreadyThere, NotFound
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.service.uuids import Kind
from taskbridge.spec import Answer, Call, Handler
from taskbridge.store.documents import DocumentRow

#: From a unit of work, who calls, and an id: the process instance; raises AlfrescoError where that is none of his.
Finder = Callable[[Unit, Person, str], int]


class Owner(NamedTuple):
    """What has items: its path parameter, and how its process is found for reading and for changing."""

    parameter: str
    to_read: Finder
    to_change: Finder
    shown: Callable[[Unit, Person, str], dict[str, Any]]


def _task_to_read(unit: Unit, caller: Person, identifier: str) -> int:
    return access.task(unit, caller, identifier).instance_id


def _task_to_change(unit: Unit, caller: Person, identifier: str) -> int:
    return access.open_task(unit, caller, identifier).instance_id


def _process_to_read(unit: Unit, caller: Person, identifier: str) -> int:
    return access.process(unit, caller, identifier).id


def _process_to_change(unit: Unit, caller: Person, identifier: str) -> int:
    return access.running_process(unit, caller, identifier).id


def _shown_task(unit: Unit, caller: Person, identifier: str) -> dict[str, Any]:
    return task(access.task(unit, caller, identifier), from_history=True)


def _shown_process(unit: Unit, caller: Person, identifier: str) -> dict[str, Any]:
    return process(unit, access.process(unit, caller, identifier))


_TASK = Owner("taskId", _task_to_read, _task_to_change, _shown_task)
_PROCESS = Owner("processId", _process_to_read, _process_to_change, _shown_process)


async def _list(owner: Owner, call: Call) -> Answer:
    """The documents, as a whole."""
    asked = parameters.read(call)

    def work(unit: Unit) -> Answer:
        identifier = call.path[owner.parameter]
        rows = documents_of(unit, call.user, owner.to_read(unit, call.user, identifier), documents.PLAIN)
        source = owner.shown(unit, call.user, identifier) if asked.include_source else None
        return paging.whole(asked, [item(row) for row in rows], source)

    answer: Answer = await call.services.read(work, call.user.name)
    return answer


async def _get(owner: Owner, call: Call) -> Answer:
    """One document."""
    asked, wanted = parameters.read(call), call.path["itemId"]

    def work(unit: Unit) -> dict[str, Any]:
        instance = owner.to_read(unit, call.user, call.path[owner.parameter])
        number = uuids.decode(wanted, Kind.DOCUMENT)
        attached = documents_of(unit, call.user, instance, documents.PLAIN)
        found = next((row for row in attached if row.id == number), None)
        if found is None:
            raise entity_not_found(wanted)
        return item(found)

    return paging.entry(asked, await call.services.run(work, call.user.name))


async def _add(owner: Owner, call: Call) -> Answer:
    """Attach documents that are there."""
    asked = parameters.read(call)
    given = await bodies.some(call, bodies.ITEM)

    def work(unit: Unit) -> list[dict[str, Any]]:
        unit.expect_commands(len(given))
        instance = owner.to_change(unit, call.user, call.path[owner.parameter])
        return [item(attached(unit, call.user, instance, one.get("id"))) for one in given]

    return paging.made(asked, await call.services.run(work, call.user.name))


async def _remove(owner: Owner, call: Call) -> Answer:
    """Detach a document."""
    parameters.read(call)
    wanted = call.path["itemId"]

    def work(unit: Unit) -> None:
        instance = owner.to_change(unit, call.user, call.path[owner.parameter])
        try:
            documents.detach(unit, instance, uuids.decode(wanted, Kind.DOCUMENT))
        except NotFound:
            raise entity_not_found(f"Item {wanted} not found in the process package variable") from None

    await call.services.run(work, call.user.name)
    return Answer(204)


def attached(unit: Unit, caller: Person, instance_id: int, identifier: str | None) -> DocumentRow:
    """A document, put into an instance; raises AlfrescoError for one that is not there, or there already."""
    if identifier is None:
        raise invalid("itemId is required to add an attached item")
    try:
        return documents.attach(unit, caller, instance_id, uuids.decode(identifier, Kind.DOCUMENT))
    except NotFound:
        raise _unknown(identifier) from None
    except AlreadyThere:
        raise literal(400, f"The item {identifier} is attached already") from None


def _unknown(identifier: str) -> AlfrescoError:
    return entity_not_found(f"item with id workspace://SpacesStore/{identifier} not found")


HANDLERS: Mapping[str, Handler] = {
    f"alfresco_{verb}_{noun}_{ending}": partial(handle, owner)
    for noun, owner in (("task", _TASK), ("process", _PROCESS))
    for verb, ending, handle in (
        ("list", "items", _list),
        ("get", "item", _get),
        ("add", "items", _add),
        ("delete", "item", _remove),
    )
}
