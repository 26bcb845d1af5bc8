"""Job definitions: lists, and what can be set for all jobs of one (contract 4.8)."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import invalid_request, null_value
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    narrowed,
    on,
    only_definition,
    only_id_of,
    some,
    without_empty_lists,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.job_suspensions import suspend_job_definition
from taskbridge.dialects.camunda.jobs import due_date, wanted_retries
from taskbridge.dialects.camunda.queries import (
    check_query_size,
    count_answer,
    page,
    sorting_from_body,
    sorting_from_query,
)
from taskbridge.dialects.camunda.views.jobs import job_definition
from taskbridge.service import job_definitions
from taskbridge.service.errors import NotFound
from taskbridge.spec import Answer, Call
from taskbridge.store import job_definition_lists
from taskbridge.store.job_definition_lists import JobDefinitionFilter
from taskbridge.store.lists import Sorting

_ORDERS = {
    "jobDefinitionId": "id",
    "activityId": "node_id",
    "processDefinitionId": "definition_id",
    "processDefinitionKey": "definition_key",
    "jobType": "type",
    "jobConfiguration": "configuration",
    "tenantId": "tenant",
}
_FIELDS: Fields = {
    "jobDefinitionId": Field("ids", only_id_of(Kind.JOB_DEFINITION)),
    "activityIdIn": Field("node_ids", some),
    "processDefinitionId": Field("definition_ids", only_definition),
    "processDefinitionKey": Field("definition_key"),
    "jobType": Field("type"),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
    "withOverridingJobPriority": Field("with_priority", on),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    "includeJobDefinitionsWithoutTenantId": Field("or_without_tenant", on),
}


async def camunda_list_job_definitions(call: Call) -> Answer:
    """The job definitions that the query parameters describe."""
    return await _list(call, _of_query(call), sorting_from_query(call, _ORDERS))


async def camunda_query_job_definitions(call: Call) -> Answer:
    """The job definitions that the body describes."""
    return await _list(call, _filter(call.body), sorting_from_body(call.body, _ORDERS))


async def camunda_count_job_definitions(call: Call) -> Answer:
    """How many job definitions the query parameters describe."""
    sorting_from_query(call, _ORDERS)
    return await _count(call, _of_query(call))


async def camunda_query_job_definitions_count(call: Call) -> Answer:
    """How many job definitions the body describes."""
    sorting_from_body(call.body, _ORDERS)
    return await _count(call, _filter(call.body))


async def camunda_get_job_definition(call: Call) -> Answer:
    """One job definition."""
    criteria = JobDefinitionFilter(ids=[_id(call)])
    found = await call.services.read(lambda unit: job_definition_lists.find(unit.tx, criteria), call.user)
    if not found:
        raise invalid_request(f"Job Definition with id {call.path['id']} does not exist", 404)
    return Answer(200, job_definition(found[0]))


async def camunda_set_job_definition_retries(call: Call) -> Answer:
    """Let the jobs of a definition that have no retries left be tried again; an unknown one has none."""
    retries, due_at = wanted_retries(call.body), due_date(call.body)
    try:
        await call.services.run(lambda unit: job_definitions.set_retries(unit, _id(call), retries, due_at), call.user)
    except NotFound:
        return Answer(204)
    return Answer(204)


async def camunda_set_job_definition_priority(call: Call) -> Answer:
    """Override the priority of new jobs, on request of those that are there, or end that."""
    priority, with_jobs = call.body.get("priority"), bool(call.body.get("includeJobs"))
    if priority is None and with_jobs:
        raise invalid_request(f"Cannot reset priority for job definition {call.path['id']} with includeJobs=true")
    await call.services.run(
        lambda unit: job_definitions.set_priority(unit, _id(call), priority, with_jobs=with_jobs), call.user
    )
    return Answer(204)


async def camunda_set_job_definition_suspension(call: Call) -> Answer:
    """Suspend or activate one job definition, be it nothing."""
    await suspend_job_definition(call, _id(call))
    return Answer(204)


async def _list(call: Call, criteria: JobDefinitionFilter, sorting: Sequence[Sorting]) -> Answer:
    part = page(call)
    shown = await call.services.read(
        lambda unit: [job_definition(row) for row in job_definition_lists.find(unit.tx, criteria, sorting, part)],
        call.user,
    )
    return Answer(200, shown)


async def _count(call: Call, criteria: JobDefinitionFilter) -> Answer:
    return count_answer(
        await call.services.read(lambda unit: job_definition_lists.number(unit.tx, criteria), call.user)
    )


def _id(call: Call) -> int:
    return ids.decode(call.path["id"], Kind.JOB_DEFINITION)


def _of_query(call: Call) -> JobDefinitionFilter:
    return _filter(without_empty_lists(call.query, "tenantIdIn"))


def _filter(given: Mapping[str, Any]) -> JobDefinitionFilter:
    check_query_size(given)
    for member, noun in (("activityIdIn", "Activity ids"), ("tenantIdIn", "tenantIds")):
        if None in (given.get(member) or ()):
            raise null_value(f"{noun} contains null value")
    return JobDefinitionFilter(**narrowed(_FIELDS, given), **_configured(given.get("jobConfiguration")))


def _configured(configuration: str | None) -> dict[str, Any]:
    """What a configuration narrows: the definition of a batch is configured by the batch's id."""
    batch_id = ids.decode(configuration, Kind.BATCH)
    if batch_id != ids.UNKNOWN:
        return {"batch_ids": [batch_id]}
    return {"configuration": configuration}
