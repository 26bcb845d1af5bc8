"""Lists of external tasks, and retries for many of them at once (contract 1.2, 1.5, 1.15)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import invalid_request
from taskbridge.dialects.camunda.external_tasks import NEGATIVE_RETRIES, wanted_retries
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    conditions,
    ids_of,
    narrowed,
    on,
    one,
    only_id_of,
    some,
    without_empty_lists,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import ExternalTasksRetries
from taskbridge.dialects.camunda.queries import (
    Rules,
    check_query_size,
    count_answer,
    page,
    sorting_from_body,
    sorting_from_query,
)
from taskbridge.dialects.camunda.selections import (
    each_id_in,
    ids_in,
    instance_selections,
    refuse_overlooked,
    refuse_unknown_members,
)
from taskbridge.dialects.camunda.views.batches import batch
from taskbridge.dialects.camunda.views.external_tasks import external_task
from taskbridge.service import batches, external_tasks
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import external_task_lists, instance_lists
from taskbridge.store import external_tasks as topics
from taskbridge.store.batches import BatchRow
from taskbridge.store.external_task_lists import ExternalTaskFilter
from taskbridge.store.lists import Sorting
from taskbridge.store.parts import parts

_ORDERS = {
    "id": "id",
    "lockExpirationTime": "lock_until",
    "processInstanceId": "instance_id",
    "processDefinitionId": "definition_id",
    "processDefinitionKey": "definition_key",
    "tenantId": "tenant",
    "taskPriority": "priority",
    "createTime": "created_at",
}
_TASK, _INSTANCE = Kind.EXTERNAL_TASK, Kind.PROCESS_INSTANCE
_FIELDS: Fields = {
    "externalTaskId": Field("ids", only_id_of(_TASK)),
    "externalTaskIdIn": Field("ids", ids_of(_TASK)),
    # A task's execution is its own scope: both are one row.
    "executionId": Field("ids", only_id_of(Kind.EXECUTION)),
    "activityId": Field("node_ids", one),
    "activityIdIn": Field("node_ids", some),
    "lockExpirationBefore": Field("locked_before"),
    "lockExpirationAfter": Field("locked_after"),
    "topicName": Field("topic"),
    "workerId": Field("worker"),
    "processInstanceId": Field("instance_ids", only_id_of(_INSTANCE)),
    "processInstanceIdIn": Field("instance_ids", ids_of(_INSTANCE)),
    "processDefinitionId": Field("definition_id", ids.decode_definition),
    "processDefinitionKey": Field("definition_keys", one),
    "processDefinitionKeyIn": Field("definition_keys", some),
    "processDefinitionName": Field("definition_name"),
    "processDefinitionNameLike": Field("definition_name_like"),
    "tenantIdIn": Field("tenants", some),
    "locked": Field("locked", on),
    "notLocked": Field("not_locked", on),
    "withRetriesLeft": Field("with_retries_left", on),
    "noRetriesLeft": Field("no_retries_left", on),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
    "priorityHigherThanOrEquals": Field("least_priority"),
    "priorityLowerThanOrEquals": Field("greatest_priority"),
}
#: All members of a query.
_KNOWN = {
    *_FIELDS,
    *("processVariables", "variableNamesIgnoreCase", "variableValuesIgnoreCase", "sorting", "sortBy", "sortOrder"),
}


async def camunda_list_external_tasks(call: Call) -> Answer:
    """The tasks that the query parameters describe."""
    return await _list(call, _of_query(call), sorting_from_query(call, _ORDERS))


async def camunda_query_external_tasks(call: Call) -> Answer:
    """The tasks that the body describes."""
    return await _list(call, _filter(call.body), sorting_from_body(call.body, _ORDERS))


async def camunda_count_external_tasks(call: Call) -> Answer:
    """How many tasks the query parameters describe."""
    sorting_from_query(call, _ORDERS)
    return await _count(call, _of_query(call))


async def camunda_query_external_tasks_count(call: Call) -> Answer:
    """How many tasks the body describes."""
    sorting_from_body(call.body, _ORDERS)
    return await _count(call, _filter(call.body))


async def camunda_list_external_task_topic_names(call: Call) -> Answer:
    """The topics that have tasks; all the conditions that are asked for must hold."""
    wanted = call.query
    names = await call.services.read(
        lambda unit: topics.topic_names(
            unit.tx,
            locked=wanted.get("withLockedTasks", False),
            unlocked=wanted.get("withUnlockedTasks", False),
            with_retries_left=wanted.get("withRetriesLeft", False),
        ),
        call.user,
    )
    return Answer(200, names)


async def _list(call: Call, criteria: ExternalTaskFilter, sorting: Sequence[Sorting]) -> Answer:
    part = page(call)
    shown = await call.services.read(
        lambda unit: [external_task(row) for row in external_task_lists.find(unit.tx, criteria, sorting, part)],
        call.user,
    )
    return Answer(200, shown)


async def _count(call: Call, criteria: ExternalTaskFilter) -> Answer:
    return count_answer(await call.services.read(lambda unit: external_task_lists.number(unit.tx, criteria), call.user))


def _of_query(call: Call) -> ExternalTaskFilter:
    return _filter(without_empty_lists(call.query, "activityIdIn", "processInstanceIdIn", "tenantIdIn"))


def _filter(given: Mapping[str, Any]) -> ExternalTaskFilter:
    check_query_size(given)
    return ExternalTaskFilter(
        **narrowed(_FIELDS, given), variables=conditions(given, "processVariables", Rules("process variable"))
    )


async def camunda_set_external_tasks_retries(call: Call) -> Answer:
    """Set the retries of many tasks now, of all of them or of none."""
    refuse_unknown_members(call.body, ExternalTasksRetries)
    body, retries = call.body, wanted_retries(call.body)

    def work(unit: Unit) -> None:
        chosen = _selected(unit, body)
        if retries < 0:
            raise invalid_request(NEGATIVE_RETRIES)
        try:
            external_tasks.set_retries(unit, list(chosen), retries)
        except NotFound as error:
            unknown = next(text for number, text in chosen.items() if number == error.identifier)
            raise invalid_request(f"Cannot find external task with id {unknown}: externalTask is null", 404) from error

    await call.services.run(work, call.user)
    return Answer(204)


async def camunda_set_external_tasks_retries_async(call: Call) -> Answer:
    """Set the retries of many tasks in the background."""
    refuse_unknown_members(call.body, ExternalTasksRetries)
    body, retries = call.body, wanted_retries(call.body)

    def work(unit: Unit) -> BatchRow:
        selected = [task for task in _selected(unit, body) if task != ids.UNKNOWN]
        named = each_id_in(body, "externalTaskIds", Kind.EXTERNAL_TASK)
        return batches.set_external_task_retries(unit, [*named, *selected], retries)

    return Answer(200, batch(await call.services.run(work, call.user)))


def _selected(unit: Unit, body: Mapping[str, Any]) -> dict[int, str]:
    """The tasks that a body selects in any of its five ways, each with the id to show for it."""
    if None in (body.get("externalTaskIds") or ()):
        raise invalid_request("External task id cannot be null: externalTaskIds contains null value")
    chosen = ids_in(body, "externalTaskIds", Kind.EXTERNAL_TASK)
    for criteria in _selections(unit, body):
        for row in external_task_lists.find(unit.tx, criteria):
            chosen.setdefault(row.id, ids.encode(Kind.EXTERNAL_TASK, row.id))
    if not chosen:
        raise invalid_request("externalTaskIds is empty")
    return chosen


def _selections(unit: Unit, body: Mapping[str, Any]) -> Iterator[ExternalTaskFilter]:
    query = body.get("externalTaskQuery")
    if query is not None:
        criteria = _filter(query)
        refuse_overlooked("externalTaskQuery", query, _KNOWN)
        yield criteria
    instances = list(ids_in(body, "processInstanceIds", Kind.PROCESS_INSTANCE))
    for selection in instance_selections(body):
        instances += instance_lists.ids(unit.tx, selection)
    for portion in parts(list(dict.fromkeys(instances))):
        yield ExternalTaskFilter(instance_ids=portion)
