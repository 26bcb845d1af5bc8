"""Retries of many jobs at once, set in the background (contract 4.8)."""

from collections.abc import Callable, Mapping
from typing import Any

from taskbridge.dialects.camunda.errors import invalid_request, null_pointer, process_engine_exception
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.job_lists import KNOWN, job_filter
from taskbridge.dialects.camunda.jobs import due_date
from taskbridge.dialects.camunda.models import InstancesJobsRetries, JobsRetries
from taskbridge.dialects.camunda.selections import (
    each_id_in,
    ids_in,
    instance_selections,
    refuse_overlooked,
    refuse_unknown_members,
)
from taskbridge.dialects.camunda.views.batches import batch
from taskbridge.service import batches
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import instance_lists, job_lists
from taskbridge.store.job_lists import JobFilter
from taskbridge.store.parts import parts

_NO_JOBS = "ENGINE-13050 You must specify at least one of jobIds or jobQuery."
_NO_INSTANCES = (
    "ENGINE-13051 You must specify at least one of or one of processInstanceIds, processInstanceQuery, or "
    "historicProcessInstanceQuery."
)
#: What the two operations on instances share as a body, and what each of them reads of it.
_INSTANCES, _RUNNING, _PAST = "processInstances", "processInstanceQuery", "historicProcessInstanceQuery"


async def camunda_set_jobs_retries_async(call: Call) -> Answer:
    """Set the retries of jobs that are named or meet a query."""
    body: Mapping[str, Any] = call.body
    if body.get("retries") is None:
        raise invalid_request("retries is null")
    refuse_unknown_members(body, JobsRetries)
    query = body.get("jobQuery")
    if not body.get("jobIds") and query is None:
        raise process_engine_exception(_NO_JOBS)
    criteria = None if query is None else job_filter(query)
    if query is not None:
        refuse_overlooked("jobQuery", query, KNOWN)

    def chosen(unit: Unit) -> list[int]:
        found = [] if criteria is None else job_lists.ids(unit.tx, criteria)
        return [*each_id_in(body, "jobIds", Kind.JOB), *found]

    return await _begin(call, chosen)


async def camunda_set_process_instances_job_retries_async(call: Call) -> Answer:
    """Set the retries of all jobs of running instances."""
    if call.body.get("retries") is None:
        raise invalid_request("retries is null")
    return await _of_instances(call, _RUNNING, _PAST)


async def camunda_set_process_instances_job_retries_historic_async(call: Call) -> Answer:
    """The same of instances that a query over running and finished ones finds."""
    if call.body.get("retries") is None:
        raise null_pointer()
    return await _of_instances(call, _PAST, _RUNNING)


async def _of_instances(call: Call, read: str, overlooked: str) -> Answer:
    body: Mapping[str, Any] = call.body
    refuse_unknown_members(body, InstancesJobsRetries)
    for member in (overlooked, "jobIds", "jobQuery"):
        if body.get(member) is not None:
            raise invalid_request(f"The selection cannot be honoured: '{member}' is not for this operation")
    if not body.get(_INSTANCES) and body.get(read) is None:
        raise process_engine_exception(_NO_INSTANCES)
    selections = instance_selections({read: body.get(read)})

    def chosen(unit: Unit) -> list[int]:
        instances = list(ids_in(body, _INSTANCES, Kind.PROCESS_INSTANCE))
        for selection in selections:
            instances += instance_lists.ids(unit.tx, selection)
        return [
            job
            for portion in parts(list(dict.fromkeys(instances)))
            for job in job_lists.ids(unit.tx, JobFilter(instance_ids=portion))
        ]

    return await _begin(call, chosen)


async def _begin(call: Call, chosen: Callable[[Unit], list[int]]) -> Answer:
    retries, due_at = call.body["retries"], due_date(call.body)

    def work(unit: Unit) -> dict[str, Any]:
        jobs = chosen(unit)
        if not jobs:
            raise invalid_request("jobIds is empty")
        if retries < 0:
            raise process_engine_exception("Retries count is not greater than or equal to 0")
        return batch(batches.set_job_retries(unit, jobs, retries, due_at))

    return Answer(200, await call.services.run(work, call.user))
