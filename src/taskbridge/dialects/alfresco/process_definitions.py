"""Process definitions (contract 6.2). Called by the spec layer. Their images and forms have modules of their own."""

from taskbridge.dialects.alfresco import ids
from taskbridge.dialects.alfresco.errors import entity_not_found
from taskbridge.dialects.alfresco.lists import sorting
from taskbridge.dialects.alfresco.paging import entry, page
from taskbridge.dialects.alfresco.parameters import Order, read
from taskbridge.dialects.alfresco.values import whole
from taskbridge.dialects.alfresco.views.process_definitions import process_definition
from taskbridge.dialects.alfresco.where import MATCHES, TEXT, Property, Wanted, filtered
from taskbridge.service import access
from taskbridge.service.errors import NotFound
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import definitions
from taskbridge.store.definitions import DefinitionFilter, DefinitionRow

_PROPERTIES = {
    "category": TEXT,
    "key": TEXT,
    "name": TEXT,
    "deploymentId": Property(read=ids.number),
    "version": Property(read=whole),
}
_ORDERS = {
    "deploymentId": "deployment_id",
    "name": "name",
    "id": "id",
    "category": "category",
    "version": "version",
    "key": "key",
}
_UNKNOWN_ORDER = "OrderBy {} is not supported, supported items are [{}]"


async def alfresco_list_process_definitions(call: Call) -> Answer:
    """The definitions of the caller's network, all versions of each."""
    parameters, caller = read(call), call.user
    criteria = _criteria(filtered(parameters.where, _PROPERTIES), caller)
    order = sorting(
        parameters,
        _ORDERS,
        Order("id"),
        several="Only one orderBy parameter is supported",
        unknown=_UNKNOWN_ORDER,
    )

    def work(unit: Unit) -> Answer:
        found = definitions.find(unit.tx, criteria, [order], parameters.page)
        shown = [process_definition(row, unit.process(row.id)) for row in found]
        return page(parameters, shown, definitions.number(unit.tx, criteria))

    answer: Answer = await call.services.read(work, caller.name)
    return answer


def _criteria(wanted: Wanted, caller: Person) -> DefinitionFilter:
    key = wanted.get("key", None)
    return DefinitionFilter(
        **access.definitions_shown(caller),
        category=wanted.get("category", None),
        category_like=wanted.get("category", None, MATCHES),
        keys=None if key is None else [key],
        key_like=wanted.get("key", None, MATCHES),
        name=wanted.get("name", None),
        name_like=wanted.get("name", None, MATCHES),
        deployment_id=wanted.get("deploymentId", None),
        version=wanted.get("version", None),
    )


async def alfresco_get_process_definition(call: Call) -> Answer:
    """One definition."""
    parameters, caller = read(call), call.user

    def work(unit: Unit) -> Answer:
        row = definition(unit, caller, call.path["processDefinitionId"])
        return entry(parameters, process_definition(row, unit.process(row.id)))

    answer: Answer = await call.services.run(work, caller.name)
    return answer


def definition(unit: Unit, caller: Person, identifier: str) -> DefinitionRow:
    """The definition with this id, when the caller's network has it; raises AlfrescoError."""
    try:
        row = access.definition(unit, caller, ids.definition_number(identifier))
    except NotFound:
        raise entity_not_found(identifier) from None
    if identifier != ids.of_definition(row):
        raise entity_not_found(identifier)
    return row
