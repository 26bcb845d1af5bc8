"""Incidents as Camunda shows them (contract 4.8)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.dialects.camunda.views.batches import job_definition
from taskbridge.store.incidents import IncidentRow


def incident(row: IncidentRow) -> dict[str, Any]:
    """An open incident; it is its own cause, and its configuration is the external task or job it is about."""
    shown_id = ids.encode(Kind.INCIDENT, row.id)
    return {
        "id": shown_id,
        **_place(row),
        "incidentTimestamp": format_date(row.created_at),
        "incidentType": row.type,
        "activityId": row.node_id,
        "failedActivityId": row.node_id,
        "causeIncidentId": shown_id,
        "rootCauseIncidentId": shown_id,
        "configuration": _cause(row),
        "incidentMessage": row.message,
        "tenantId": row.tenant,
        "jobDefinitionId": None if row.batch_id is None else job_definition(row.batch_id),
        "annotation": None,
    }


def _place(row: IncidentRow) -> dict[str, Any]:
    """Where in which process it happened; a job of the server belongs to none."""
    if row.definition_id is None or row.instance_id is None or row.activity_id is None:
        return dict.fromkeys(("processDefinitionId", "processInstanceId", "executionId"))
    definition = ids.definition(row.definition_key or "", row.definition_version or 0, row.definition_id)
    return {
        "processDefinitionId": definition,
        "processInstanceId": ids.encode(Kind.PROCESS_INSTANCE, row.instance_id),
        "executionId": ids.encode(Kind.EXECUTION, row.activity_id),
    }


def _cause(row: IncidentRow) -> str:
    if row.activity_id is None:
        return ids.encode(Kind.JOB, row.id)
    return ids.encode(Kind.EXTERNAL_TASK, row.activity_id)
