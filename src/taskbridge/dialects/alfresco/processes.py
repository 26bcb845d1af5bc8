"""Reading processes: the list, one, and what one went through (contract 6.3). Called by the spec layer."""

from dataclasses import replace
from itertools import islice
from typing import Any

from taskbridge.dialects.alfresco import access, ids, relations, variable_lists
from taskbridge.dialects.alfresco.errors import invalid
from taskbridge.dialects.alfresco.lists import NETWORK, sorting
from taskbridge.dialects.alfresco.paging import entry, page
from taskbridge.dialects.alfresco.parameters import Order, Parameters, read
from taskbridge.dialects.alfresco.values import moment, truth
from taskbridge.dialects.alfresco.views.activities import activities
from taskbridge.dialects.alfresco.views.processes import process, processes
from taskbridge.dialects.alfresco.where import VARIABLES, Property, Wanted, filtered
from taskbridge.service import access as visible
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import instance_history, instance_lists
from taskbridge.store.instance_lists import InstanceFilter, Standing
from taskbridge.store.instances import InstanceRow
from taskbridge.store.lists import Sorting

_PROPERTIES = {
    "processDefinitionId": Property(read=ids.definition_number),
    "businessKey": Property(),
    "processDefinitionKey": Property(),
    "startUserId": Property(),
    "status": Property(),
    "includeVariables": Property(read=truth),
    "startedAt": Property((">", "<"), moment),
    "endedAt": Property((">", "<"), moment),
    VARIABLES: Property(()),
}
_STANDINGS = {
    "active": Standing.ALIVE,
    "completed": Standing.COMPLETED,
    "deleted": Standing.DELETED,
    "any": Standing.ANY,
}
_ORDERS = {
    "processDefinitionId": "definition_id",
    "durationInMillis": "duration",
    "endedAt": "ended_at",
    "businessKey": "business_key",
    "startedAt": "started_at",
    "id": "id",
}
_FIELDS = {
    ("businessKey", "="): "business_key",
    ("startUserId", "="): "started_by",
    ("startedAt", "<"): "started_before",
    ("startedAt", ">"): "started_after",
    ("endedAt", "<"): "ended_before",
    ("endedAt", ">"): "ended_after",
}
_LISTS = {("processDefinitionId", "="): "definition_ids", ("processDefinitionKey", "="): "definition_keys"}
#: Which activities a status asks for; any other asks for all (contract 6.3).
_ALIVE = {"active": True, "completed": False}


async def alfresco_list_processes(call: Call) -> Answer:
    """The processes the caller started or took part in, or all of the network for its administrators."""
    parameters, caller = read(call), call.user
    wanted = filtered(parameters.where, _PROPERTIES)
    criteria = _criteria(wanted, caller)
    chosen = sorting(parameters, _ORDERS, Order("startedAt", descending=True))
    order = [Sorting(NETWORK, chosen.descending), chosen]

    def work(unit: Unit) -> Answer:
        found = instance_lists.find(unit.tx, criteria, order, parameters.page)
        shown = processes(unit, found)
        if wanted.get("includeVariables", False):
            shown = [
                one | {"processVariables": held}
                for one, held in zip(shown, variable_lists.of_processes(unit, found), strict=True)
            ]
        total = instance_lists.number(unit.tx, criteria)
        return page(parameters, shown, total, relations=relations.of_processes(unit, parameters, found))

    answer: Answer = await call.services.read(work, caller.name)
    return answer


def _criteria(wanted: Wanted, caller: Person) -> InstanceFilter:
    status = wanted.get("status", "active")
    if status not in _STANDINGS:
        raise invalid(f"Invalid status parameter: {status}")
    given: dict[str, Any] = {_FIELDS[key]: value for key, value in wanted.values.items() if key in _FIELDS}
    given |= {_LISTS[key]: [value] for key, value in wanted.values.items() if key in _LISTS}
    variables = tuple(one.condition for one in wanted.variables)
    return replace(
        InstanceFilter(standing=_STANDINGS[status], own_variables=variables),
        **visible.instances_shown(access.POLICY, caller),
        **given,
    )


async def alfresco_get_process(call: Call) -> Answer:
    """One process, be it running, finished or deleted."""
    parameters, caller = read(call), call.user

    def work(unit: Unit) -> Answer:
        row = access.process(unit, caller, call.path["processId"])
        return entry(parameters, process(unit, row), relations=relations.of_processes(unit, parameters, [row]))

    answer: Answer = await call.services.run(work, caller.name)
    return answer


async def alfresco_list_process_activities(call: Call) -> Answer:
    """What a process went through; the vendor's pages of it tell their own size as the total (contract 5.1)."""
    parameters, caller = read(call), call.user

    def work(unit: Unit) -> Answer:
        row = access.process(unit, caller, call.path["processId"])
        found = _activities(unit, row, parameters)
        return page(parameters, found, len(found), process(unit, row), more=False)

    answer: Answer = await call.services.read(work, caller.name)
    return answer


def _activities(unit: Unit, row: InstanceRow, parameters: Parameters) -> list[dict[str, Any]]:
    """The asked part: every visit gives one entry at least, so that no more of them need be read than it ends at."""
    alive = _ALIVE.get(parameters.status or "")
    until = parameters.skip + parameters.most
    trail = None if alive else instance_history.start_trail(unit.tx, row.id)
    visits = instance_history.visits(unit.tx, row.id, until, alive=alive)
    return list(islice(activities(unit.process(row.definition_id), row, trail, visits), parameters.skip, until))
