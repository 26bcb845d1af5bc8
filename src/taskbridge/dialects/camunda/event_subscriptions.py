"""Lists of event subscriptions: what running instances wait for, and what starts new ones. Called by the spec layer."""

from taskbridge.dialects.camunda.executions import KINDS
from taskbridge.dialects.camunda.filters import Field, Fields, narrowed, on, only_id_of, some, without_empty_lists
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_query
from taskbridge.dialects.camunda.views.event_subscriptions import event_subscription
from taskbridge.spec import Answer, Call
from taskbridge.store import subscription_lists
from taskbridge.store.subscription_lists import SubscriptionFilter

_ORDERS = {"created": "created_at", "tenantId": "tenant"}
_FIELDS: Fields = {
    "eventSubscriptionId": Field("ids", only_id_of(Kind.EVENT_SUBSCRIPTION)),
    "eventType": Field("type"),
    "eventName": Field("name"),
    "executionId": Field("execution_ids", only_id_of(*KINDS)),
    "processInstanceId": Field("instance_ids", only_id_of(Kind.PROCESS_INSTANCE)),
    "activityId": Field("node_id"),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    "includeEventSubscriptionsWithoutTenantId": Field("or_without_tenant", on),
}


def _filter(call: Call) -> SubscriptionFilter:
    return SubscriptionFilter(**narrowed(_FIELDS, without_empty_lists(call.query, "tenantIdIn")))


async def camunda_list_event_subscriptions(call: Call) -> Answer:
    """The event subscriptions that match the query parameters."""
    criteria, sorting, part = _filter(call), sorting_from_query(call, _ORDERS), page(call)
    shown = await call.services.read(
        lambda unit: [event_subscription(row) for row in subscription_lists.find(unit.tx, criteria, sorting, part)],
        call.user,
    )
    return Answer(200, shown)


async def camunda_count_event_subscriptions(call: Call) -> Answer:
    """How many event subscriptions match the query parameters."""
    sorting_from_query(call, _ORDERS)
    criteria = _filter(call)
    return count_answer(await call.services.read(lambda unit: subscription_lists.number(unit.tx, criteria), call.user))
