"""External tasks as Camunda shows them (contract 1.1): every key always there."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.kinds import ActivityState
from taskbridge.store.activities import ActivityRow


def external_task(row: ActivityRow) -> dict[str, Any]:
    """A task in a list or on its own."""
    return {
        "activityId": row.node_id,
        "activityInstanceId": ids.activity_instance(row.node_id, row.id),
        "errorMessage": row.error_message,
        "executionId": ids.encode(Kind.EXECUTION, row.id),
        "id": ids.encode(Kind.EXTERNAL_TASK, row.id),
        "lockExpirationTime": format_date(row.lock_until),
        "createTime": format_date(row.created_at),
        "processDefinitionId": ids.definition(row.definition_key, row.definition_version, row.definition_id),
        "processDefinitionKey": row.definition_key,
        "processDefinitionVersionTag": row.version_tag,
        "processInstanceId": ids.encode(Kind.PROCESS_INSTANCE, row.instance_id),
        "retries": row.retries,
        "suspended": row.state == ActivityState.SUSPENDED,
        "workerId": row.worker,
        "topicName": row.topic,
        "tenantId": row.tenant,
        "priority": row.priority,
        "businessKey": row.business_key,
    }


def locked_task(
    row: ActivityRow, variables: Mapping[str, dict[str, Any]], properties: Mapping[str, str]
) -> dict[str, Any]:
    """A task as it is handed to a worker; it is never shown as suspended."""
    view = external_task(row)
    view["errorDetails"] = row.error_details
    view["variables"] = variables
    view["extensionProperties"] = properties
    return view
