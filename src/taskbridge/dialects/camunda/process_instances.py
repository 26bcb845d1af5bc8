"""Process instances: lists, one instance, suspension, deletion, and what is active (contract 4.4).

Called by the spec layer.
"""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import bad_user_request, invalid_request
from taskbridge.dialects.camunda.filters import only_definition, without_empty_lists
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.instance_queries import instance_filter
from taskbridge.dialects.camunda.models import ProcessInstancesSuspension, Suspension
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_body, sorting_from_query
from taskbridge.dialects.camunda.selections import ids_in, instance_selections, refuse_unknown_members
from taskbridge.dialects.camunda.views.process_instances import activity_instances, process_instance
from taskbridge.service import processes
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import instance_lists
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.lists import Sorting

_ORDERS = {
    "instanceId": "id",
    "definitionKey": "definition_key",
    "definitionId": "definition_id",
    "tenantId": "tenant",
    "businessKey": "business_key",
}
#: Lists that an empty text in a query leaves away.
_EMPTY_LISTS = ("processDefinitionKeyIn", "processDefinitionKeyNotIn", "activityIdIn", "tenantIdIn")


async def camunda_list_process_instances(call: Call) -> Answer:
    """The instances that match the query parameters."""
    return await _list(call, _of_query(call), sorting_from_query(call, _ORDERS))


async def camunda_query_process_instances(call: Call) -> Answer:
    """The instances that match the body."""
    return await _list(call, instance_filter(call.body), sorting_from_body(call.body, _ORDERS))


def _of_query(call: Call) -> InstanceFilter:
    return instance_filter(without_empty_lists(call.query, *_EMPTY_LISTS))


async def _list(call: Call, criteria: InstanceFilter, sorting: list[Sorting]) -> Answer:
    part = page(call)
    shown = await call.services.read(
        lambda unit: [process_instance(row) for row in instance_lists.find(unit.tx, criteria, sorting, part)],
        call.user,
    )
    return Answer(200, shown)


async def camunda_count_process_instances(call: Call) -> Answer:
    """How many instances match the query parameters."""
    sorting_from_query(call, _ORDERS)
    return await _count(call, _of_query(call))


async def camunda_query_process_instances_count(call: Call) -> Answer:
    """How many instances match the body."""
    sorting_from_body(call.body, _ORDERS)
    return await _count(call, instance_filter(call.body))


async def _count(call: Call, criteria: InstanceFilter) -> Answer:
    return count_answer(await call.services.read(lambda unit: instance_lists.number(unit.tx, criteria), call.user))


async def camunda_get_process_instance(call: Call) -> Answer:
    """One living instance."""
    row = await call.services.run(lambda unit: processes.get(unit, _id(call)), call.user)
    return Answer(200, process_instance(row))


async def camunda_get_activity_instance_tree(call: Call) -> Answer:
    """What is active in an instance."""
    return Answer(
        200,
        await call.services.read(lambda unit: activity_instances(*processes.activity_tree(unit, _id(call))), call.user),
    )


async def camunda_delete_process_instance(call: Call) -> Answer:
    """End an instance; an unknown one is an error unless ``failIfNotExists`` says otherwise."""
    silently = call.query.get("skipCustomListeners") is True
    try:
        skip = bool(call.query.get("skipSubprocesses"))
        await call.services.run(
            lambda unit: processes.delete(unit, _id(call), skip_called=skip, silently=silently), call.user
        )
    except NotFound:
        if call.query.get("failIfNotExists") is not False:
            raise
    return Answer(204)


def _id(call: Call) -> int:
    return ids.decode(call.path["id"], Kind.PROCESS_INSTANCE)


# suspension


async def camunda_set_process_instance_suspension(call: Call) -> Answer:
    """Suspend or activate one instance; the vendor updates what has the id, be it nothing."""
    await _set_suspension(call, InstanceFilter(ids=[_id(call)]))
    return Answer(204)


async def camunda_set_process_instances_suspension(call: Call) -> Answer:
    """Suspend or activate the instances of a definition, or a chosen set."""
    body: Mapping[str, Any] = call.body
    refuse_unknown_members(body, ProcessInstancesSuspension)
    _check_choice(body)
    if body.get("processDefinitionId") is not None:
        await _set_suspension(call, InstanceFilter(definition_ids=only_definition(body["processDefinitionId"])))
    elif body.get("processDefinitionKey") is not None:
        await _set_suspension(call, _of_key(body))
    else:
        await _suspend_chosen(call)
    return Answer(204)


_OF_DEFINITION = ("processDefinitionId", "processDefinitionKey")
#: They narrow a key, and nothing else.
_OF_KEY = ("processDefinitionTenantId", "processDefinitionWithoutTenantId")
_OF_CHOICE = ("processInstanceIds", "processInstanceQuery", "historicProcessInstanceQuery")


def _check_choice(body: Mapping[str, Any]) -> None:
    of_definition = sum(body.get(name) is not None for name in _OF_DEFINITION)
    of_choice = sum(body.get(name) is not None for name in _OF_CHOICE)
    if of_definition and of_choice:
        raise invalid_request(
            "Choose either a single processInstance with processInstanceId, processDefinitionId or "
            "processDefinitionKey or a group of processInstances with processInstanceIds, procesInstanceQuery or "
            "historicProcessInstanceQuery."
        )
    if of_definition > 1:
        raise invalid_request(
            "Only one of processInstanceId, processDefinitionId or processDefinitionKey should be set to update the "
            "suspension state."
        )
    if not of_definition and not of_choice:
        raise invalid_request(
            "Either processDefinitionId or processDefinitionKey should be set to update the suspension state."
        )
    for name in _OF_KEY:
        if body.get(name) not in (None, False) and body.get("processDefinitionKey") is None:
            raise invalid_request(f"The selection cannot be honoured: '{name}' is only for processDefinitionKey")


def _of_key(body: Mapping[str, Any]) -> InstanceFilter:
    tenant = body.get("processDefinitionTenantId")
    return InstanceFilter(
        definition_keys=[body["processDefinitionKey"]],
        tenants=None if tenant is None else [tenant],
        without_tenant=tenant is None and bool(body.get("processDefinitionWithoutTenantId")),
    )


async def _set_suspension(call: Call, criteria: InstanceFilter) -> None:
    suspended = bool(call.body_as(Suspension).suspended)

    def work(unit: Unit) -> None:
        processes.set_suspended(unit, instance_lists.ids(unit.tx, criteria), suspended=suspended)

    await call.services.run(work, call.user)


async def _suspend_chosen(call: Call) -> None:
    """Suspend or activate the instances that are named or meet a query; queries that nothing meets are refused."""
    suspended = bool(call.body_as(Suspension).suspended)
    named = ids_in(call.body, "processInstanceIds", Kind.PROCESS_INSTANCE)
    selections = instance_selections(call.body)
    if named:
        selections.append(InstanceFilter(ids=list(named)))

    def work(unit: Unit) -> None:
        chosen = {id_ for criteria in selections for id_ in instance_lists.ids(unit.tx, criteria)}
        if not named and not chosen:
            raise bad_user_request("No process instance ids given: Process Instance ids is empty")
        processes.set_suspended(unit, sorted(chosen), suspended=suspended)

    await call.services.run(work, call.user)
