"""Deployments, for administrators (contract 6.1). Called by the spec layer."""

from taskbridge.dialects.alfresco import ids
from taskbridge.dialects.alfresco.errors import permission_denied
from taskbridge.dialects.alfresco.paging import entry, page
from taskbridge.dialects.alfresco.parameters import read
from taskbridge.dialects.alfresco.views.deployments import deployment
from taskbridge.service import access
from taskbridge.service.identity import Person
from taskbridge.spec import Answer, Call
from taskbridge.store import definitions
from taskbridge.store.definitions import DeploymentFilter
from taskbridge.store.lists import Sorting

_NEWEST = (Sorting("created_at", descending=True), Sorting("id", descending=True))


async def alfresco_list_deployments(call: Call) -> Answer:
    """The deployments of the caller's network, newest first."""
    parameters, caller = read(call), _administrator(call)
    criteria = DeploymentFilter(**access.definitions_shown(caller))
    shown, total = await call.services.read(
        lambda unit: (
            [deployment(row) for row in definitions.find_deployments(unit.tx, criteria, _NEWEST, parameters.page)],
            definitions.number_of_deployments(unit.tx, criteria),
        ),
        caller.name,
    )
    return page(parameters, shown, total)


async def alfresco_get_deployment(call: Call) -> Answer:
    """One deployment."""
    parameters, caller = read(call), _administrator(call)
    identifier = call.path["deploymentId"]
    number = ids.number(identifier)
    row = await call.services.run(lambda unit: access.deployment(unit, caller, number), caller.name)
    return entry(parameters, deployment(row))


def _administrator(call: Call) -> Person:
    caller: Person = call.user
    if not caller.admin:
        raise permission_denied()
    return caller
