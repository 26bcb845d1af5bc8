"""Lists of executions (contract 4.4). Called by the spec layer."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    conditions,
    narrowed,
    on,
    one,
    only_definition,
    only_id_of,
    some,
    without_empty_lists,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import (
    OF_INSTANCES,
    Rules,
    check_query_size,
    count_answer,
    page,
    sorting_from_body,
    sorting_from_query,
)
from taskbridge.dialects.camunda.views.executions import execution
from taskbridge.spec import Answer, Call
from taskbridge.store import execution_lists
from taskbridge.store.execution_lists import ExecutionFilter
from taskbridge.store.lists import Sorting

_ORDERS = {
    "instanceId": "instance_id",
    "definitionKey": "definition_key",
    "definitionId": "definition_id",
    "tenantId": "tenant",
}
_FIELDS: Fields = {
    "processDefinitionId": Field("definition_ids", only_definition),
    "processDefinitionKey": Field("definition_keys", one),
    "businessKey": Field("business_key"),
    "processInstanceId": Field("instance_ids", only_id_of(Kind.PROCESS_INSTANCE)),
    "activityId": Field("node_ids", one),
    "messageEventSubscriptionName": Field("message"),
    "signalEventSubscriptionName": Field("signal"),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
    "incidentId": Field("incident_ids", only_id_of(Kind.INCIDENT)),
    "incidentType": Field("incident_type"),
    "incidentMessage": Field("incident_message"),
    "incidentMessageLike": Field("incident_message_like"),
    "tenantIdIn": Field("tenants", some),
}
#: What the vendor lets be asked of variables of the whole process instance.
_OF_PROCESSES = Rules("process variable", ("eq", "neq"), not_valid=True)


def _filter(given: Mapping[str, Any]) -> ExecutionFilter:
    check_query_size(given)
    return ExecutionFilter(
        **narrowed(_FIELDS, given),
        variables=conditions(given, "variables", OF_INSTANCES),
        process_variables=conditions(given, "processVariables", _OF_PROCESSES),
    )


def _of_query(call: Call) -> ExecutionFilter:
    return _filter(without_empty_lists(call.query, "tenantIdIn"))


async def camunda_list_executions(call: Call) -> Answer:
    """The executions that match the query parameters."""
    return await _list(call, _of_query(call), sorting_from_query(call, _ORDERS))


async def camunda_query_executions(call: Call) -> Answer:
    """The executions that match the body."""
    return await _list(call, _filter(call.body), sorting_from_body(call.body, _ORDERS))


async def _list(call: Call, criteria: ExecutionFilter, sorting: list[Sorting]) -> Answer:
    part = page(call)
    shown = await call.services.read(
        lambda unit: [execution(*row) for row in execution_lists.find(unit.tx, criteria, sorting, part)], call.user
    )
    return Answer(200, shown)


async def camunda_count_executions(call: Call) -> Answer:
    """How many executions match the query parameters."""
    sorting_from_query(call, _ORDERS)
    return await _count(call, _of_query(call))


async def camunda_query_executions_count(call: Call) -> Answer:
    """How many executions match the body."""
    sorting_from_body(call.body, _ORDERS)
    return await _count(call, _filter(call.body))


async def _count(call: Call, criteria: ExecutionFilter) -> Answer:
    return count_answer(await call.services.read(lambda unit: execution_lists.number(unit.tx, criteria), call.user))
