"""Incidents as Camunda shows them (contract 4.8)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.store.incidents import IncidentRow


def incident(row: IncidentRow) -> dict[str, Any]:
    """An open incident; it is its own cause, and its configuration is the external task it is about."""
    shown_id = ids.encode(Kind.INCIDENT, row.id)
    return {
        "id": shown_id,
        "processDefinitionId": ids.definition(row.definition_key, row.definition_version, row.definition_id),
        "processInstanceId": ids.encode(Kind.PROCESS_INSTANCE, row.instance_id),
        "executionId": ids.encode(Kind.EXECUTION, row.activity_id),
        "incidentTimestamp": format_date(row.created_at),
        "incidentType": row.type,
        "activityId": row.node_id,
        "failedActivityId": row.node_id,
        "causeIncidentId": shown_id,
        "rootCauseIncidentId": shown_id,
        "configuration": ids.encode(Kind.EXTERNAL_TASK, row.activity_id),
        "incidentMessage": row.message,
        "tenantId": row.tenant,
        "jobDefinitionId": None,
        "annotation": None,
    }
