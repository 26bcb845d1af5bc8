"""Lists of variables over all scopes of living process instances, and their contents (contract 4.4).

Called by the spec layer.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.executions import KINDS
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    conditions,
    ids_of,
    narrowed,
    none,
    some,
    without_empty_lists,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import (
    Rules,
    check_query_size,
    count_answer,
    page,
    sorting_from_body,
    sorting_from_query,
)
from taskbridge.dialects.camunda.variables import data_answer
from taskbridge.dialects.camunda.views.variable_instances import decode_variable_id, input_names, variable_instance
from taskbridge.service import variables
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import variable_lists
from taskbridge.store.lists import Sorting
from taskbridge.store.variable_lists import VariableFilter


def _activity_instances(texts: list[str]) -> list[int] | None:
    """At the root the id of an activity instance is the process instance's."""
    return [ids.decode_activity_instance(text) or ids.decode(text, Kind.PROCESS_INSTANCE) for text in texts] or None


_FILTERS: Fields = {
    "variableName": Field("name"),
    "variableNameLike": Field("name_like"),
    "processInstanceIdIn": Field("instance_ids", ids_of(Kind.PROCESS_INSTANCE)),
    "executionIdIn": Field("scope_ids", ids_of(*KINDS)),
    "taskIdIn": Field("scope_ids", ids_of(Kind.TASK)),
    "activityInstanceIdIn": Field("scope_ids", _activity_instances),
    "variableScopeIdIn": Field("scope_ids", ids_of(*KINDS, Kind.TASK)),
    "tenantIdIn": Field("tenants", some),
    # No variable here belongs to a batch or a case: not even an empty list finds any.
    **dict.fromkeys(("batchIdIn", "caseInstanceIdIn", "caseExecutionIdIn"), Field("scope_ids", none)),
}
_ORDERS = {
    "variableName": "name",
    "variableType": "type",
    "activityInstanceId": "scope_id",
    "tenantId": "tenant",
}


def _filter(given: Mapping[str, Any]) -> VariableFilter:
    check_query_size(given)
    return VariableFilter(
        **narrowed(_FILTERS, given), values=conditions(given, "variableValues", Rules(not_valid=True))
    )


def _of_tasks(unit: Unit, criteria: VariableFilter, given: Mapping[str, Any]) -> VariableFilter:
    """The same for the variables of tasks alone where tasks are asked for, without those of their executions."""
    wanted = [ids.decode(text, Kind.TASK) for text in given.get("taskIdIn") or ()]
    tasks: dict[frozenset[str], list[int]] = {}
    for task in variable_lists.nodes_of_tasks(unit.tx, wanted) if wanted else ():
        if names := input_names(unit, task.definition_id, task.node_id):
            tasks.setdefault(names, []).append(task.id)
    return replace(criteria, apart=[(task_ids, sorted(names)) for names, task_ids in tasks.items()])


async def camunda_list_variable_instances(call: Call) -> Answer:
    """The variables that match the query parameters."""
    return await _list(call, without_empty_lists(call.query, "tenantIdIn"), sorting_from_query(call, _ORDERS))


async def camunda_query_variable_instances(call: Call) -> Answer:
    """The variables that match the body."""
    return await _list(call, call.body, sorting_from_body(call.body, _ORDERS))


async def _list(call: Call, given: Mapping[str, Any], sorting: list[Sorting]) -> Answer:
    criteria, deserialize = _filter(given), call.query.get("deserializeValues", True)

    def work(unit: Unit) -> list[dict[str, Any]]:
        found = variable_lists.find(unit.tx, _of_tasks(unit, criteria, given), sorting, page(call))
        return [variable_instance(unit, row, deserialize=deserialize) for row in found]

    return Answer(200, await call.services.read(work, call.user))


async def camunda_count_variable_instances(call: Call) -> Answer:
    """How many variables match the query parameters."""
    sorting_from_query(call, _ORDERS)
    return await _count(call, without_empty_lists(call.query, "tenantIdIn"))


async def camunda_query_variable_instances_count(call: Call) -> Answer:
    """How many variables match the body."""
    sorting_from_body(call.body, _ORDERS)
    return await _count(call, call.body)


async def _count(call: Call, given: Mapping[str, Any]) -> Answer:
    criteria = _filter(given)

    def work(unit: Unit) -> int:
        return variable_lists.number(unit.tx, _of_tasks(unit, criteria, given))

    return count_answer(await call.services.read(work, call.user))


async def camunda_get_variable_instance_data(call: Call) -> Answer:
    """The content of a File or Bytes variable."""
    shown = call.path["id"]
    name, scope_id = decode_variable_id(shown)

    def work(unit: Unit) -> Answer:
        variable = variables.get(variables.execution(unit, scope_id, to_change=False), name, local_only=True)
        if variable is None:
            raise NotFound("variable", shown)
        return data_answer(unit, variable, shown)

    answer: Answer = await call.services.run(work, call.user)
    return answer
