"""Event subscriptions as Camunda shows them."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.dialects.camunda.views.executions import execution_id
from taskbridge.store.subscriptions import SubscriptionRow


def event_subscription(row: SubscriptionRow) -> dict[str, Any]:
    """A subscription; that of a start event has no execution."""
    instance = row.instance_id
    return {
        "id": ids.encode(Kind.EVENT_SUBSCRIPTION, row.id),
        "eventType": row.type,
        "eventName": row.name,
        "executionId": None if instance is None else execution_id(row.activity_id or instance, instance),
        "processInstanceId": None if instance is None else ids.encode(Kind.PROCESS_INSTANCE, instance),
        "activityId": row.node_id,
        "createdDate": format_date(row.created_at),
        "tenantId": row.tenant,
    }
