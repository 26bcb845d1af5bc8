"""Lists of tasks: everybody's own, and those of one process (contract 6.4, 6.3). Called by the spec layer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from taskbridge.dialects.alfresco import access, ids, relations, variable_lists
from taskbridge.dialects.alfresco.associations import group_name
from taskbridge.dialects.alfresco.errors import invalid
from taskbridge.dialects.alfresco.lists import NETWORK, sorting
from taskbridge.dialects.alfresco.paging import page
from taskbridge.dialects.alfresco.parameters import Order, Parameters, read
from taskbridge.dialects.alfresco.values import moment, truth, whole
from taskbridge.dialects.alfresco.views.processes import process
from taskbridge.dialects.alfresco.views.tasks import task
from taskbridge.dialects.alfresco.where import MATCHES, TEXT, VARIABLES, Property, Wanted, filtered
from taskbridge.dialects.alfresco.where_variables import LOCAL
from taskbridge.service import access as visible
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import identity, user_task_lists
from taskbridge.store.lists import Sorting
from taskbridge.store.user_task_lists import Standing, UserTaskFilter

_MOMENT = Property(("=", ">", "<"), moment)
_PROPERTIES = {
    "status": Property(),
    "assignee": TEXT,
    "owner": TEXT,
    "candidateUser": Property(),
    "candidateGroup": Property(read=group_name),
    "name": TEXT,
    "description": TEXT,
    "priority": Property(("=", ">=", "<="), whole),
    "processId": Property(read=ids.number),
    "processBusinessKey": TEXT,
    "activityDefinitionId": TEXT,
    "processDefinitionId": Property(read=ids.definition_number),
    "processDefinitionKey": TEXT,
    "processDefinitionName": TEXT,
    "startedAt": _MOMENT,
    "endedAt": _MOMENT,
    "dueAt": _MOMENT,
    "includeTaskVariables": Property(read=truth),
    "includeProcessVariables": Property(read=truth),
    VARIABLES: Property(()),
}
_STANDINGS = {"active": Standing.ALIVE, "completed": Standing.ENDED, "any": Standing.ANY}
_ACTIVE_ORDERS = {
    "dueAt": "due_at",
    "processId": "instance_id",
    "name": "name",
    "description": "description",
    "startedAt": "created_at",
    "id": "id",
    "assignee": "assignee",
    "priority": "priority",
}
_HISTORY_ORDERS = {
    "owner": "owner",
    "processDefinitionId": "definition_id",
    "durationInMs": "duration",
    "description": "description",
    "startedAt": "created_at",
    "priority": "priority",
    "dueAt": "due_at",
    "processId": "instance_id",
    "endedAt": "ended_at",
    "name": "name",
    "id": "id",
    "assignee": "assignee",
}
#: property -> the fields of the filter for =, matches; for moments =, <, >; for numbers =, >=, <=.
_ONE = {
    ("owner", "="): "owner",
    ("owner", MATCHES): "owner_like",
    ("assignee", MATCHES): "assignee_like",
    ("name", "="): "name",
    ("name", MATCHES): "name_like",
    ("description", "="): "description",
    ("description", MATCHES): "description_like",
    ("priority", "="): "priority",
    ("priority", ">="): "least_priority",
    ("priority", "<="): "greatest_priority",
    ("processBusinessKey", MATCHES): "business_key_like",
    ("activityDefinitionId", MATCHES): "node_id_like",
    ("processDefinitionKey", MATCHES): "definition_key_like",
    ("processDefinitionName", "="): "definition_name",
    ("processDefinitionName", MATCHES): "definition_name_like",
    ("startedAt", "="): "created_on",
    ("startedAt", "<"): "created_before",
    ("startedAt", ">"): "created_after",
    ("endedAt", "="): "ended_on",
    ("endedAt", "<"): "ended_before",
    ("endedAt", ">"): "ended_after",
    ("dueAt", "="): "due_on",
    ("dueAt", "<"): "due_before",
    ("dueAt", ">"): "due_after",
}
#: The same where the filter takes a list.
_SOME = {
    ("assignee", "="): "assignees",
    ("processId", "="): "instance_ids",
    ("processBusinessKey", "="): "business_keys",
    ("activityDefinitionId", "="): "node_ids",
    ("processDefinitionId", "="): "definition_ids",
    ("processDefinitionKey", "="): "definition_keys",
}
#: Patterns that the vendor's list of active tasks takes for the very value.
_PLAIN_WHEN_ACTIVE = {"owner_like": "owner", "node_id_like": "node_ids"}
#: Groups of a user that are looked at (contract 6.4).
_GROUPS = 1000


async def alfresco_list_tasks(call: Call) -> Answer:
    """The tasks the caller has to do with, or all of the network for its administrators."""
    parameters, caller = read(call), call.user
    wanted = filtered(parameters.where, _PROPERTIES)
    standing = _standing(wanted.get("status", None))
    _check_candidates(wanted, standing)
    order = _order(parameters, standing)

    def work(unit: Unit) -> Answer:
        return _page(
            unit,
            caller,
            parameters,
            _criteria(unit, wanted, standing, caller),
            order,
            local=wanted.get("includeTaskVariables", False),
            on_process=wanted.get("includeProcessVariables", False),
        )

    answer: Answer = await call.services.read(work, caller.name)
    return answer


async def alfresco_list_process_tasks(call: Call) -> Answer:
    """The tasks of one process, whoever they are for."""
    parameters, caller = read(call), call.user
    standing = _standing(parameters.status)
    order = _order(parameters, standing)

    def work(unit: Unit) -> Answer:
        row = access.process(unit, caller, call.path["processId"])
        criteria = UserTaskFilter(standing=standing, instance_ids=[row.id])
        return _page(unit, caller, parameters, criteria, order, process(unit, row))

    answer: Answer = await call.services.read(work, caller.name)
    return answer


def _standing(status: str | None) -> Standing:
    if status is not None and status not in _STANDINGS:
        raise invalid(f"Invalid status parameter: {status}")
    return _STANDINGS[status or "active"]


def _check_candidates(wanted: Wanted, standing: Standing) -> None:
    for name in ("candidateUser", "candidateGroup"):
        if wanted.get(name, None) is not None and standing is not Standing.ALIVE:
            raise invalid(f"Filtering on {name} is only allowed in combination with status-parameter 'active'")


def _order(parameters: Parameters, standing: Standing) -> list[Sorting]:
    columns = _ACTIVE_ORDERS if standing is Standing.ALIVE else _HISTORY_ORDERS
    chosen = sorting(parameters, columns, Order("dueAt"))
    return [Sorting(NETWORK, chosen.descending), chosen]


def _page(
    unit: Unit,
    caller: Person,
    parameters: Parameters,
    criteria: UserTaskFilter,
    order: list[Sorting],
    source: Mapping[str, Any] | None = None,
    *,
    local: bool = False,
    on_process: bool = False,
) -> Answer:
    found = user_task_lists.find(unit.tx, criteria, order, parameters.page)
    from_history = criteria.standing is not Standing.ALIVE
    shown = [task(row, from_history=from_history) for row in found]
    related = relations.of_tasks(unit, caller, parameters, found)
    if local or on_process:
        held = variable_lists.of_tasks(unit, caller, found, local=local, on_process=on_process)
        shown = [one | {"variables": its} for one, its in zip(shown, held, strict=True)]
    return page(parameters, shown, user_task_lists.number(unit.tx, criteria), source, relations=related)


def _criteria(unit: Unit, wanted: Wanted, standing: Standing, caller: Person) -> UserTaskFilter:
    given: dict[str, Any] = {_ONE[key]: value for key, value in wanted.values.items() if key in _ONE}
    given |= {_SOME[key]: [value] for key, value in wanted.values.items() if key in _SOME}
    given |= _candidates(unit, wanted)
    if standing is Standing.ALIVE:
        given = _as_active(given)
    local = tuple(one.condition for one in wanted.variables if one.scope == LOCAL)
    shared = tuple(one.condition for one in wanted.variables if one.scope != LOCAL)
    criteria = UserTaskFilter(standing=standing, task_variables=local, process_variables=shared)
    return replace(criteria, **_shown(wanted, caller), **given)


def _shown(wanted: Wanted, caller: Person) -> dict[str, Any]:
    """Whoever asks for one process, or for what is offered, sees that whole (contract 6.4).

    Not where the clause has a condition on variables: it would tell the values of those that he may not read.
    """
    if all(wanted.get(name, None) is None for name in ("processId", "candidateUser", "candidateGroup")):
        return visible.tasks_shown(access.POLICY, caller)
    return visible.tasks_readable(access.POLICY, caller) if wanted.variables else visible.in_network(caller)


def _candidates(unit: Unit, wanted: Wanted) -> dict[str, Any]:
    """A user who is in any group is looked for by his groups, and not by his own name (contract 6.4)."""
    user, group = wanted.get("candidateUser", None), wanted.get("candidateGroup", None)
    groups = identity.groups_of(unit.tx, user)[:_GROUPS] if user is not None else []
    offered: dict[str, Any] = {"candidate_groups": [group]} if group is not None else {}
    if not groups:
        return offered | ({"candidate_user": user} if user is not None else {})
    return {"candidate_groups": groups, "any_of": (UserTaskFilter(**offered),) if offered else ()}


def _as_active(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the vendor's list of active tasks makes of a filter: no end, and some patterns as plain values."""
    kept = {name: value for name, value in given.items() if not name.startswith("ended_")}
    for pattern, plain in _PLAIN_WHEN_ACTIVE.items():
        if pattern in kept:
            value = kept.pop(pattern)
            kept[plain] = [value] if plain.endswith("s") else value
    return kept
