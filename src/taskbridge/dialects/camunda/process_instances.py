"""Process instances: lists, one instance, suspension, deletion, and what is active (contract 4.4).

Called by the spec layer; ``instance_filter`` also by the handlers whose bodies contain a process instance query.
"""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import bad_user_request, invalid_request
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    conditions,
    id_of,
    ids_of,
    narrowed,
    none,
    none_if_set,
    on,
    one,
    only_definition,
    only_id_of,
    some,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import Suspension
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_body, sorting_from_query
from taskbridge.dialects.camunda.views.process_instances import activity_instances, process_instance
from taskbridge.service import processes
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import instance_lists
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.lists import Sorting

_FILTERS: Fields = {
    "processInstanceIds": Field("ids", ids_of(Kind.PROCESS_INSTANCE)),
    "businessKey": Field("business_key"),
    "businessKeyLike": Field("business_key_like"),
    "processDefinitionId": Field("definition_ids", only_definition),
    "processDefinitionKey": Field("definition_keys", one),
    "processDefinitionKeyIn": Field("definition_keys", some),
    "processDefinitionKeyNotIn": Field("definition_keys_not", some),
    "deploymentId": Field("deployment_id", id_of(Kind.DEPLOYMENT)),
    "rootProcessInstanceId": Field("root_id", id_of(Kind.PROCESS_INSTANCE)),
    "rootProcessInstances": Field("only_roots", on),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
    "activityIdIn": Field("node_ids", some),
    "withIncident": Field("with_incident", on),
    "incidentId": Field("incident_id", id_of(Kind.INCIDENT)),
    "incidentType": Field("incident_type"),
    "incidentMessage": Field("incident_message"),
    "incidentMessageLike": Field("incident_message_like"),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    # An instance has the tenant of its definition.
    "processDefinitionWithoutTenantId": Field("without_tenant", on),
    # No instance here belongs to a case or a call activity, and so ``leafProcessInstances`` narrows nothing.
    "caseInstanceId": Field("ids", none),
    "superProcessInstance": Field("ids", none),
    "subProcessInstance": Field("ids", none),
}
_ORDERS = {
    "instanceId": "id",
    "definitionKey": "definition_key",
    "definitionId": "definition_id",
    "tenantId": "tenant",
    "businessKey": "business_key",
}


def instance_filter(given: Mapping[str, Any]) -> InstanceFilter:
    """The filter that query parameters or a ProcessInstanceQuery ask for. Raises CamundaError."""
    return InstanceFilter(
        **narrowed(_FILTERS, given),
        variables=conditions(given, "variables"),
        any_of=tuple(instance_filter(alternatives) for alternatives in given.get("orQueries") or ()),
    )


async def camunda_list_process_instances(call: Call) -> Answer:
    """The instances that match the query parameters."""
    return await _list(call, instance_filter(call.query), sorting_from_query(call, _ORDERS))


async def camunda_query_process_instances(call: Call) -> Answer:
    """The instances that match the body."""
    return await _list(call, instance_filter(call.body), sorting_from_body(call.body, _ORDERS))


async def _list(call: Call, criteria: InstanceFilter, sorting: list[Sorting]) -> Answer:
    found = await call.services.run(lambda unit: instance_lists.find(unit.tx, criteria, sorting, page(call)), call.user)
    return Answer(200, [process_instance(row) for row in found])


async def camunda_count_process_instances(call: Call) -> Answer:
    """How many instances match the query parameters."""
    sorting_from_query(call, _ORDERS)
    return await _count(call, instance_filter(call.query))


async def camunda_query_process_instances_count(call: Call) -> Answer:
    """How many instances match the body."""
    sorting_from_body(call.body, _ORDERS)
    return await _count(call, instance_filter(call.body))


async def _count(call: Call, criteria: InstanceFilter) -> Answer:
    return count_answer(await call.services.run(lambda unit: instance_lists.number(unit.tx, criteria), call.user))


async def camunda_get_process_instance(call: Call) -> Answer:
    """One living instance."""
    row = await call.services.run(lambda unit: processes.get(unit, _id(call)), call.user)
    return Answer(200, process_instance(row))


async def camunda_get_activity_instance_tree(call: Call) -> Answer:
    """What is active in an instance."""
    return Answer(
        200,
        await call.services.run(lambda unit: activity_instances(*processes.activity_tree(unit, _id(call))), call.user),
    )


async def camunda_delete_process_instance(call: Call) -> Answer:
    """End an instance; an unknown one is an error unless ``failIfNotExists`` says otherwise."""
    try:
        await call.services.run(lambda unit: processes.delete(unit, _id(call)), call.user)
    except NotFound:
        if call.query.get("failIfNotExists", True):
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
    _check_choice(body)
    if body.get("processDefinitionId") is not None:
        await _set_suspension(call, InstanceFilter(definition_ids=only_definition(body["processDefinitionId"])))
    elif body.get("processDefinitionKey") is not None:
        await _set_suspension(call, _of_key(body))
    else:
        await _set_suspension(call, *_chosen(body))
    return Answer(204)


_OF_DEFINITION = ("processDefinitionId", "processDefinitionKey")
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
            "Either processInstanceId, processDefinitionId or processDefinitionKey should be set to update the "
            "suspension state."
        )


def _of_key(body: Mapping[str, Any]) -> InstanceFilter:
    tenant = body.get("processDefinitionTenantId")
    return InstanceFilter(
        definition_keys=[body["processDefinitionKey"]],
        tenants=None if tenant is None else [tenant],
        without_tenant=tenant is None and bool(body.get("processDefinitionWithoutTenantId")),
    )


async def _set_suspension(call: Call, *selections: InstanceFilter) -> None:
    suspended = bool(call.body_as(Suspension).suspended)

    def work(unit: Unit) -> None:
        chosen = {id_ for criteria in selections for id_ in instance_lists.ids(unit.tx, criteria)}
        processes.set_suspended(unit, sorted(chosen), suspended=suspended)

    await call.services.run(work, call.user)


def _chosen(body: Mapping[str, Any]) -> list[InstanceFilter]:
    named = body.get("processInstanceIds")
    selections = instance_selections(body)
    if not named and not selections:
        raise bad_user_request("No process instance ids given: Process Instance ids is empty")
    return [*selections, InstanceFilter(ids=ids_of(Kind.PROCESS_INSTANCE)(named))] if named else selections


_PAST_FILTERS: Fields = {
    "processInstanceId": Field("ids", only_id_of(Kind.PROCESS_INSTANCE)),
    "processInstanceIds": Field("ids", ids_of(Kind.PROCESS_INSTANCE)),
    "processInstanceBusinessKey": Field("business_key"),
    "processDefinitionId": Field("definition_ids", only_definition),
    "processDefinitionKey": Field("definition_keys", one),
    "processDefinitionKeyIn": Field("definition_keys", some),
    "startedBefore": Field("started_before"),
    "startedAfter": Field("started_after"),
    # What has ended has no tasks and cannot be suspended, so that of all instances the living ones are enough.
    "finished": Field("ids", none_if_set),
}


def instance_selections(body: Mapping[str, Any]) -> list[InstanceFilter]:
    """The living instances that the two queries of a bulk operation select. Raises CamundaError."""
    found = []
    if body.get("processInstanceQuery") is not None:
        found.append(instance_filter(body["processInstanceQuery"]))
    if body.get("historicProcessInstanceQuery") is not None:
        found.append(InstanceFilter(**narrowed(_PAST_FILTERS, body["historicProcessInstanceQuery"])))
    return found
