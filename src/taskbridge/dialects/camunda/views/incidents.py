"""Incidents as Camunda shows them (contract 4.8)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.dialects.camunda.views.batches import job_definition
from taskbridge.dialects.camunda.views.executions import execution_id
from taskbridge.store.incidents import IncidentRow


def incident(row: IncidentRow) -> dict[str, Any]:
    """An open incident; it is its own cause unless it tells of one in a called process.

    Its configuration is the external task or job that failed, or what the client said who raised it.
    """
    shown_id = ids.encode(Kind.INCIDENT, row.id)
    return {
        "id": shown_id,
        **_place(row),
        "incidentTimestamp": format_date(row.created_at),
        "incidentType": row.type,
        "activityId": row.node_id,
        "failedActivityId": row.failed_node_id,
        "causeIncidentId": ids.encode(Kind.INCIDENT, row.cause_id),
        "rootCauseIncidentId": ids.encode(Kind.INCIDENT, row.root_cause_id),
        "configuration": _cause(row),
        "incidentMessage": row.message,
        "tenantId": row.tenant,
        "jobDefinitionId": _job_definition(row),
        "annotation": row.annotation,
    }


def _place(row: IncidentRow) -> dict[str, Any]:
    """Where in which process it happened; a job of the server belongs to none."""
    place: dict[str, Any] = dict.fromkeys(("processDefinitionId", "processInstanceId", "executionId"))
    if row.definition_id is not None:
        key, version = row.definition_key or "", row.definition_version or 0
        place["processDefinitionId"] = ids.definition(key, version, row.definition_id)
    if row.instance_id is not None:
        place["processInstanceId"] = ids.encode(Kind.PROCESS_INSTANCE, row.instance_id)
        place["executionId"] = execution_id(row.activity_id or row.instance_id, row.instance_id)
    return place


def _cause(row: IncidentRow) -> str | None:
    if row.raised:
        return row.configuration
    if row.cause_id != row.id:
        return None
    if row.job_id is not None:
        return ids.encode(Kind.JOB, row.job_id)
    return None if row.activity_id is None else ids.encode(Kind.EXTERNAL_TASK, row.activity_id)


def _job_definition(row: IncidentRow) -> str | None:
    """A batch stands for the job definition of its jobs."""
    if row.batch_id is not None:
        return job_definition(row.batch_id)
    return None if row.job_definition_id is None else ids.encode(Kind.JOB_DEFINITION, row.job_definition_id)
