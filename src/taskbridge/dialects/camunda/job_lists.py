"""Lists of jobs (contract 4.8)."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import invalid_request, null_pointer, null_value
from taskbridge.dialects.camunda.executions import KINDS
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    ids_of,
    narrowed,
    none_if_set,
    on,
    only_definition,
    only_id_of,
    some,
    without_empty_lists,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import (
    check_query_size,
    count_answer,
    page,
    present,
    sorting_from_body,
    sorting_from_query,
)
from taskbridge.dialects.camunda.values import parse_date
from taskbridge.dialects.camunda.views.jobs import job
from taskbridge.engine.events.timer import JOB_TYPES
from taskbridge.service import delayed_suspensions
from taskbridge.spec import Answer, Call
from taskbridge.store import job_lists
from taskbridge.store.job_lists import JobFilter
from taskbridge.store.lists import Sorting

#: Types of jobs that wait for time; all others are messages.
_TIMERS = (
    *JOB_TYPES.values(),
    delayed_suspensions.SET_DEFINITIONS_SUSPENDED,
    delayed_suspensions.SET_JOB_DEFINITIONS_SUSPENDED,
)
_ORDERS = {
    "jobId": "id",
    "executionId": "activity_id",
    "processInstanceId": "instance_id",
    "processDefinitionId": "definition_id",
    "processDefinitionKey": "definition_key",
    "jobPriority": "priority",
    "jobRetries": "retries",
    "jobDueDate": "due_at",
    "tenantId": "tenant",
}
_FIELDS: Fields = {
    "jobId": Field("ids", only_id_of(Kind.JOB)),
    "jobIds": Field("ids", ids_of(Kind.JOB)),
    "jobDefinitionId": Field("job_definition_ids", only_id_of(Kind.JOB_DEFINITION)),
    "processInstanceId": Field("instance_ids", only_id_of(Kind.PROCESS_INSTANCE)),
    "processInstanceIds": Field("instance_ids", ids_of(Kind.PROCESS_INSTANCE)),
    "executionId": Field("execution_ids", only_id_of(*KINDS)),
    "processDefinitionId": Field("definition_ids", only_definition),
    "processDefinitionKey": Field("definition_key"),
    "activityId": Field("node_id"),
    "withRetriesLeft": Field("with_retries_left", on),
    "executable": Field("executable", on),
    "timers": Field("types", lambda wanted: _TIMERS if wanted else None),
    "messages": Field("types_not", lambda wanted: _TIMERS if wanted else None),
    "withException": Field("failed", on),
    "exceptionMessage": Field("message"),
    "failedActivityId": Field("failed_node_id"),
    "noRetriesLeft": Field("no_retries_left", on),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
    "priorityLowerThanOrEquals": Field("greatest_priority"),
    "priorityHigherThanOrEquals": Field("least_priority"),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    "includeJobsWithoutTenantId": Field("or_without_tenant", on),
    # A job is taken up and carried out in one transaction, so that none is ever seen between the two.
    "acquired": Field("ids", none_if_set),
}
#: Conditions on dates: the noun of their errors, and the fields that their operators narrow.
_DATES = {
    "dueDates": ("due date", {"gt": "due_after", "lt": "due_before"}),
    "createTimes": ("create time", {"gt": "created_after", "lt": "created_before"}),
}
#: All members of a query.
KNOWN = {*_FIELDS, *_DATES, "sorting", "sortBy", "sortOrder"}


async def camunda_list_jobs(call: Call) -> Answer:
    """The jobs that the query parameters describe."""
    return await _list(call, _of_query(call), sorting_from_query(call, _ORDERS))


async def camunda_query_jobs(call: Call) -> Answer:
    """The jobs that the body describes."""
    return await _list(call, job_filter(call.body), sorting_from_body(call.body, _ORDERS))


async def camunda_count_jobs(call: Call) -> Answer:
    """How many jobs the query parameters describe."""
    sorting_from_query(call, _ORDERS)
    return await _count(call, _of_query(call))


async def camunda_query_jobs_count(call: Call) -> Answer:
    """How many jobs the body describes."""
    sorting_from_body(call.body, _ORDERS)
    return await _count(call, job_filter(call.body))


async def camunda_get_job(call: Call) -> Answer:
    """One job."""
    criteria = JobFilter(ids=[ids.decode(call.path["id"], Kind.JOB)])
    found = await call.services.read(lambda unit: job_lists.find(unit.tx, criteria), call.user)
    if not found:
        raise invalid_request(f"Job with id {call.path['id']} does not exist", 404)
    return Answer(200, job(found[0]))


async def _list(call: Call, criteria: JobFilter, sorting: Sequence[Sorting]) -> Answer:
    part = page(call)
    shown = await call.services.read(
        lambda unit: [job(row) for row in job_lists.find(unit.tx, criteria, sorting, part)], call.user
    )
    return Answer(200, shown)


async def _count(call: Call, criteria: JobFilter) -> Answer:
    return count_answer(await call.services.read(lambda unit: job_lists.number(unit.tx, criteria), call.user))


def _of_query(call: Call) -> JobFilter:
    given = without_empty_lists(call.query, "tenantIdIn")
    texts = {
        name: [_two_parts(text, given[name], name) for text in _split(given[name])] for name in _DATES if name in given
    }
    return job_filter({**given, **texts})


def job_filter(given: Mapping[str, Any]) -> JobFilter:
    """The filter that query parameters or a JobQuery ask for. Raises CamundaError."""
    check_query_size(given)
    if given.get("timers") and given.get("messages"):
        raise invalid_request("Parameter timers cannot be used together with parameter messages.")
    if None in (given.get("tenantIdIn") or ()):
        raise null_value("tenantIds contains null value")
    return JobFilter(**{**narrowed(_FIELDS, given), **_dates(given)})


def _dates(given: Mapping[str, Any]) -> dict[str, int]:
    """The moments between which dates must be; of several conditions with one operator the last one holds."""
    found: dict[str, int] = {}
    for parameter, (noun, operators) in _DATES.items():
        for entry in map(present, given.get(parameter) or ()):
            operator, text = entry.get("operator"), entry.get("value")
            if operator is None:
                raise null_pointer()
            if operator not in operators:
                raise invalid_request(f"Invalid {noun} comparator specified: {operator}")
            found[operators[operator]] = _moment(text, noun)
    return found


def _moment(text: str | None, noun: str) -> int:
    if text is None:
        raise null_value("Provided date is null")
    try:
        return parse_date(text)
    except ValueError as error:
        raise invalid_request(
            f'Invalid {noun} format: Cannot convert value "{text}" to java type java.util.Date'
        ) from error


def _split(texts: Sequence[str]) -> Sequence[str]:
    """The conditions of a query parameter: empty ones at the end do not count, unless it is the only one."""
    number = len(texts)
    while number > 1 and not texts[number - 1]:
        number -= 1
    return texts[:number]


def _two_parts(text: str, texts: Sequence[str], parameter: str) -> dict[str, str]:
    parts = text.rstrip("_").split("_")  # the vendor's way of splitting drops empty parts at the end
    if len(parts) != 2:
        raise invalid_request(
            f"Cannot set query parameter '{parameter}' to value '{','.join(texts)}': "
            "condition query parameter has to have format OPERATOR_VALUE."
        )
    return {"operator": parts[0], "value": parts[1]}
