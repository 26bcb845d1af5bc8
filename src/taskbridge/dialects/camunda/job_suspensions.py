"""Suspension and activation of several jobs, and of job definitions with or without their jobs."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import invalid_request
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.models import JobDefinitionsSuspension, JobsSuspension
from taskbridge.dialects.camunda.process_definitions import execution_date
from taskbridge.dialects.camunda.selections import refuse_unknown_members
from taskbridge.service import delayed_suspensions, job_definitions, jobs
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import definitions
from taskbridge.store import job_definitions as store
from taskbridge.store.definitions import DefinitionFilter

_PLURAL = "should be set to update the suspension state."
_OF_JOBS = ("jobDefinitionId", "processInstanceId", "processDefinitionId", "processDefinitionKey")
_OF_JOB_DEFINITIONS = ("processDefinitionId", "processDefinitionKey")
_ANY_OF_JOBS = "jobId, jobDefinitionId, processInstanceId, processDefinitionId or processDefinitionKey"
_ANY_OF_JOB_DEFINITIONS = "jobDefinitionId, processDefinitionId or processDefinitionKey"


async def camunda_set_jobs_suspension(call: Call) -> Answer:
    """Suspend or activate the jobs of one job definition, process instance or process definition."""
    body: Mapping[str, Any] = call.body
    refuse_unknown_members(body, JobsSuspension)
    if body.get("jobId") is not None:
        raise invalid_request(
            "Either jobDefinitionId, processInstanceId, processDefinitionId or processDefinitionKey can be set to "
            "update the suspension state."
        )
    _check_choice(body, _OF_JOBS, _ANY_OF_JOBS)
    suspended = bool(body.get("suspended"))

    def work(unit: Unit) -> None:
        if (job_definition := body.get("jobDefinitionId")) is not None:
            chosen = [ids.decode(job_definition, Kind.JOB_DEFINITION)]
            jobs.set_suspended_of_job_definitions(unit, chosen, suspended=suspended)
        elif (instance := body.get("processInstanceId")) is not None:
            jobs.set_suspended_of_instances(unit, [ids.decode(instance, Kind.PROCESS_INSTANCE)], suspended=suspended)
        else:
            jobs.set_suspended_of_definitions(unit, _definitions(unit, body), suspended=suspended)

    await call.services.run(work, call.user)
    return Answer(204)


async def camunda_set_job_definitions_suspension(call: Call) -> Answer:
    """Suspend or activate the job definitions of a process definition."""
    body: Mapping[str, Any] = call.body
    refuse_unknown_members(body, JobDefinitionsSuspension)
    if body.get("jobDefinitionId") is not None:
        raise invalid_request(
            "Either processDefinitionId or processDefinitionKey can be set to update the suspension state."
        )
    _check_choice(body, _OF_JOB_DEFINITIONS, _ANY_OF_JOB_DEFINITIONS)
    moment = execution_date(body, "Could not update the suspension state of Job Definitions")

    def work(unit: Unit) -> None:
        found = store.of_definitions(unit.tx, _definitions(unit, body))
        _suspend(unit, [row.id for row in found], body, moment)

    await call.services.run(work, call.user)
    return Answer(204)


async def suspend_job_definition(call: Call, job_definition_id: int) -> None:
    """Suspend or activate one job definition; the vendor updates what has the id, be it nothing."""
    body: Mapping[str, Any] = call.body
    if any(body.get(name) is not None for name in _OF_JOB_DEFINITIONS):
        raise invalid_request(f"Only one of {_ANY_OF_JOB_DEFINITIONS} {_PLURAL}")
    shown = call.path["id"]
    moment = execution_date(body, f"The suspension state of Job Definition with id {shown} could not be updated")

    def work(unit: Unit) -> None:
        chosen = [job_definition_id] if job_definitions.known(unit, job_definition_id) else []
        _suspend(unit, chosen, body, moment)

    await call.services.run(work, call.user)


def _check_choice(body: Mapping[str, Any], names: tuple[str, ...], choices: str) -> None:
    given = sum(body.get(name) is not None for name in names)
    if given > 1:
        raise invalid_request(f"Only one of {choices} {_PLURAL}")
    if not given:
        raise invalid_request(f"Either {choices} {_PLURAL}")


def _definitions(unit: Unit, body: Mapping[str, Any]) -> list[int]:
    """The process definitions that a body names by id or by key; tenants narrow a key only."""
    if (definition := body.get("processDefinitionId")) is not None:
        return [ids.decode_definition(definition)]
    tenant = body.get("processDefinitionTenantId")
    criteria = DefinitionFilter(
        keys=[body["processDefinitionKey"]],
        tenants=None if tenant is None else [tenant],
        without_tenant=tenant is None and bool(body.get("processDefinitionWithoutTenantId")),
    )
    return [row.id for row in definitions.find(unit.tx, criteria)]


def _suspend(unit: Unit, chosen: list[int], body: Mapping[str, Any], moment: int | None) -> None:
    suspended, with_jobs = bool(body.get("suspended")), bool(body.get("includeJobs"))
    if moment is not None and moment > unit.tx.now:
        delayed_suspensions.set_job_definitions_suspended(
            unit, chosen, suspended=suspended, with_jobs=with_jobs, moment=moment
        )
    elif chosen:
        job_definitions.set_suspended(unit, chosen, suspended=suspended, with_jobs=with_jobs)
