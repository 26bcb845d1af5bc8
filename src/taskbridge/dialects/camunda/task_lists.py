"""Lists of user tasks (contract 4.6). Called by the spec layer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    conditions,
    forbidden_expression,
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
from taskbridge.dialects.camunda.queries import (
    Rules,
    alternatives_of,
    count_answer,
    page,
    sorting_from_body,
    sorting_from_query,
)
from taskbridge.dialects.camunda.query_rules import check_tasks
from taskbridge.dialects.camunda.tasks import require_json
from taskbridge.dialects.camunda.variables import write_variables
from taskbridge.dialects.camunda.views.tasks import DELEGATION, task
from taskbridge.service import comments, variables
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import identity, user_task_lists
from taskbridge.store.activities import ActivityRow
from taskbridge.store.lists import Sorting
from taskbridge.store.user_task_lists import UserTaskFilter

#: Filters whose value the vendor can be configured to take from an expression.
_EVALUATED = (
    *("assignee", "assigneeLike", "owner", "involvedUser", "candidateUser", "candidateGroup", "candidateGroups"),
    *("processInstanceBusinessKey", "processInstanceBusinessKeyLike"),
    *("dueDate", "dueBefore", "dueAfter", "createdOn", "createdBefore", "createdAfter", "updatedAfter"),
    *("followUpDate", "followUpBefore", "followUpBeforeOrNotExistent", "followUpAfter"),
)
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
    "candidateGroupLike": Field("candidate_group_like"),
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
    # No task here belongs to a case.
    **dict.fromkeys(
        (
            *("caseInstanceId", "caseInstanceBusinessKey", "caseInstanceBusinessKeyLike", "caseExecutionId"),
            *("caseDefinitionId", "caseDefinitionKey", "caseDefinitionName", "caseDefinitionNameLike"),
        ),
        Field("ids", none),
    ),
    **dict.fromkeys((f"{name}Expression" for name in _EVALUATED), Field("", forbidden_expression)),
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
    check_tasks(given)
    return _narrowed(given, any_of=tuple(map(_alternatives, alternatives_of(given))))


def _alternatives(given: Mapping[str, Any]) -> UserTaskFilter:
    check_tasks(given, alternatives=True)
    return _narrowed(given, alternatives=True)


def _narrowed(
    given: Mapping[str, Any], *, alternatives: bool = False, any_of: tuple[UserTaskFilter, ...] = ()
) -> UserTaskFilter:
    narrowing = narrowed(_FILTERS, given, alternatives=alternatives)
    if conditions(given, "caseInstanceVariables", Rules("case variable")) and not (alternatives and "ids" in narrowing):
        narrowing["ids"] = []
    return UserTaskFilter(
        **narrowing,
        task_variables=conditions(given, "taskVariables", Rules("task variable")),
        process_variables=conditions(given, "processVariables", Rules("process variable")),
        any_of=any_of,
    )


def _with_groups(unit: Unit, criteria: UserTaskFilter) -> UserTaskFilter:
    """A candidate is a user also through his groups."""
    if criteria.any_of:
        criteria = replace(criteria, any_of=tuple(_any_candidate(unit, one_of) for one_of in criteria.any_of))
    if criteria.candidate_user is None:
        return criteria
    return replace(criteria, candidate_user_groups=identity.groups_of(unit.tx, criteria.candidate_user))


def _any_candidate(unit: Unit, criteria: UserTaskFilter) -> UserTaskFilter:
    """As an alternative it is enough to be offered to the user or to any of the groups that are named with him."""
    criteria = _with_groups(unit, criteria)
    if criteria.candidate_user is None or not criteria.candidate_groups:
        return criteria
    groups = [*criteria.candidate_user_groups, *criteria.candidate_groups]
    return replace(criteria, candidate_user_groups=groups, candidate_groups=None)


async def camunda_list_tasks(call: Call) -> Answer:
    """The tasks that match the query parameters."""
    require_json(call)
    return await _list(call, call.query, sorting_from_query(call, _ORDERS))


async def camunda_query_tasks(call: Call) -> Answer:
    """The tasks that match the body."""
    return await _list(call, call.body, sorting_from_body(call.body, _ORDERS))


async def _list(call: Call, given: Mapping[str, Any], sorting: list[Sorting]) -> Answer:
    criteria, part = _filter(given), page(call)

    def work(unit: Unit) -> list[dict[str, Any]]:
        found = user_task_lists.find(unit.tx, _with_groups(unit, criteria), sorting, part)
        return _with_what_is_asked_for(unit, found, given)

    return Answer(200, await call.services.read(work, call.user))


def _with_what_is_asked_for(unit: Unit, rows: Sequence[ActivityRow], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tasks, on request with the variables they see, and whether there are comments on them (contract 4.6)."""
    shown = [task(row) for row in rows]
    all_variables, own = given.get("withTaskVariablesInReturn"), given.get("withTaskLocalVariablesInReturn")
    if all_variables or own:
        for view, row in zip(shown, rows, strict=True):
            if found := variables.visible(unit, row, local_only=not all_variables):
                view["variables"] = write_variables(unit, found, deserialize=True)
    if given.get("withCommentAttachmentInfo"):
        said = comments.about(unit, [row.id for row in rows])
        for view, row in zip(shown, rows, strict=True):
            view |= {"comment": said[row.id].number > 0, "attachment": False}
    return shown


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
        await call.services.read(lambda unit: user_task_lists.number(unit.tx, _with_groups(unit, criteria)), call.user)
    )
