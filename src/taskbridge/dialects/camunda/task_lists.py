"""Lists of user tasks (contract 4.6). Called by the spec layer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    conditions,
    ids_of,
    narrowed,
    none,
    off,
    on,
    one,
    only_definition,
    only_id_of,
    some,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_body, sorting_from_query
from taskbridge.dialects.camunda.tasks import require_json
from taskbridge.dialects.camunda.views.tasks import DELEGATION, task
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import identity, user_task_lists
from taskbridge.store.lists import Sorting
from taskbridge.store.user_task_lists import UserTaskFilter

_DELEGATION = {name: state for state, name in DELEGATION.items()}


def _activity_instances(texts: list[str]) -> list[int] | None:
    return [ids.decode_activity_instance(text) for text in texts] or None


_FILTERS: Fields = {
    # what
    "taskId": Field("ids", only_id_of(Kind.TASK)),
    "taskIdIn": Field("ids", ids_of(Kind.TASK)),
    "executionId": Field("ids", only_id_of(Kind.EXECUTION)),
    "activityInstanceIdIn": Field("ids", _activity_instances),
    "parentTaskId": Field("ids", none),
    "processInstanceId": Field("instance_ids", only_id_of(Kind.PROCESS_INSTANCE)),
    "processInstanceIdIn": Field("instance_ids", ids_of(Kind.PROCESS_INSTANCE)),
    "processInstanceBusinessKey": Field("business_keys", one),
    "processInstanceBusinessKeyIn": Field("business_keys", some),
    "processInstanceBusinessKeyLike": Field("business_key_like"),
    "processDefinitionId": Field("definition_ids", only_definition),
    "processDefinitionKey": Field("definition_keys", one),
    "processDefinitionKeyIn": Field("definition_keys", some),
    "processDefinitionName": Field("definition_name"),
    "processDefinitionNameLike": Field("definition_name_like"),
    "taskDefinitionKey": Field("node_ids", one),
    "taskDefinitionKeyIn": Field("node_ids", some),
    "taskDefinitionKeyNotIn": Field("node_ids_not", some),
    "taskDefinitionKeyLike": Field("node_id_like"),
    "name": Field("name"),
    "nameNotEqual": Field("name_not"),
    "nameLike": Field("name_like"),
    "nameNotLike": Field("name_not_like"),
    "description": Field("description"),
    "descriptionLike": Field("description_like"),
    "priority": Field("priority"),
    "minPriority": Field("least_priority"),
    "maxPriority": Field("greatest_priority"),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    # who
    "assignee": Field("assignees", one),
    "assigneeIn": Field("assignees", some),
    "assigneeNotIn": Field("assignees_not", some),
    "assigneeLike": Field("assignee_like"),
    "owner": Field("owner"),
    "candidateUser": Field("candidate_user"),
    "candidateGroup": Field("candidate_groups", one),
    "candidateGroups": Field("candidate_groups", some),
    "includeAssignedTasks": Field("include_assigned", on),
    "involvedUser": Field("involved_user"),
    "assigned": Field("assigned", on),
    "unassigned": Field("unassigned", on),
    "withCandidateGroups": Field("with_candidate_groups", on),
    "withoutCandidateGroups": Field("with_candidate_groups", off),
    "withCandidateUsers": Field("with_candidate_users", on),
    "withoutCandidateUsers": Field("with_candidate_users", off),
    "delegationState": Field("delegation", _DELEGATION.__getitem__),
    # when
    "dueDate": Field("due_on"),
    "dueAfter": Field("due_after"),
    "dueBefore": Field("due_before"),
    "withoutDueDate": Field("without_due_date", on),
    "followUpDate": Field("follow_up_on"),
    "followUpAfter": Field("follow_up_after"),
    "followUpBefore": Field("follow_up_before"),
    "followUpBeforeOrNotExistent": Field("follow_up_before_or_none"),
    "createdOn": Field("created_on"),
    "createdAfter": Field("created_after"),
    "createdBefore": Field("created_before"),
    "updatedAfter": Field("updated_after"),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
}
#: Cases are not run here: what a task has of one orders nothing, and so it is left out.
_ORDERS = {
    "instanceId": "instance_id",
    "dueDate": "due_at",
    "executionId": "id",
    "assignee": "assignee",
    "created": "created_at",
    "lastUpdated": "updated_at",
    "followUpDate": "follow_up_at",
    "description": "description",
    "id": "id",
    "name": "name",
    "nameCaseInsensitive": "name_case_insensitive",
    "priority": "priority",
    "tenantId": "tenant",
}


def _filter(given: Mapping[str, Any]) -> UserTaskFilter:
    return UserTaskFilter(
        **narrowed(_FILTERS, given),
        task_variables=conditions(given, "taskVariables", "task variable"),
        process_variables=conditions(given, "processVariables", "process variable"),
        any_of=tuple(_filter(alternatives) for alternatives in given.get("orQueries") or ()),
    )


def _with_groups(unit: Unit, criteria: UserTaskFilter) -> UserTaskFilter:
    """A candidate is a user also through his groups."""
    if criteria.any_of:
        criteria = replace(criteria, any_of=tuple(_with_groups(unit, one_of) for one_of in criteria.any_of))
    if criteria.candidate_user is None:
        return criteria
    return replace(criteria, candidate_user_groups=identity.groups_of(unit.tx, criteria.candidate_user))


async def camunda_list_tasks(call: Call) -> Answer:
    """The tasks that match the query parameters."""
    require_json(call)
    return await _list(call, _filter(call.query), sorting_from_query(call, _ORDERS))


async def camunda_query_tasks(call: Call) -> Answer:
    """The tasks that match the body."""
    return await _list(call, _filter(call.body), sorting_from_body(call.body, _ORDERS))


async def _list(call: Call, criteria: UserTaskFilter, sorting: list[Sorting]) -> Answer:
    found = await call.services.run(
        lambda unit: user_task_lists.find(unit.tx, _with_groups(unit, criteria), sorting, page(call)), call.user
    )
    return Answer(200, [task(row) for row in found])


async def camunda_count_tasks(call: Call) -> Answer:
    """How many tasks match the query parameters."""
    sorting_from_query(call, _ORDERS)
    return await _count(call, _filter(call.query))


async def camunda_query_tasks_count(call: Call) -> Answer:
    """How many tasks match the body."""
    sorting_from_body(call.body, _ORDERS)
    return await _count(call, _filter(call.body))


async def _count(call: Call, criteria: UserTaskFilter) -> Answer:
    return count_answer(
        await call.services.run(lambda unit: user_task_lists.number(unit.tx, _with_groups(unit, criteria)), call.user)
    )
