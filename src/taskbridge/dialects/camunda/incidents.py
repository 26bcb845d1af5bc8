"""Incidents: what stopped and needs a person (contract 4.8)."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.executions import KINDS
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    ids_of,
    narrowed,
    one,
    only_id_of,
    some,
    without_empty_lists,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_query
from taskbridge.dialects.camunda.views.incidents import incident
from taskbridge.service import incidents
from taskbridge.spec import Answer, Call
from taskbridge.store import incidents as store
from taskbridge.store.incidents import IncidentFilter

_ORDERS = {
    "incidentId": "id",
    "incidentMessage": "message",
    "incidentTimestamp": "created_at",
    "incidentType": "type",
    "executionId": "activity_id",
    "activityId": "node_id",
    "processInstanceId": "instance_id",
    "processDefinitionId": "definition_id",
    "causeIncidentId": "cause_id",
    "rootCauseIncidentId": "root_cause_id",
    "tenantId": "tenant",
    "configuration": "activity_id",  # sorted as by its activity
}
_FIELDS: Fields = {
    "incidentId": Field("ids", only_id_of(Kind.INCIDENT)),
    "causeIncidentId": Field("cause_ids", only_id_of(Kind.INCIDENT)),
    "rootCauseIncidentId": Field("root_cause_ids", only_id_of(Kind.INCIDENT)),
    "incidentType": Field("type"),
    "incidentMessage": Field("message"),
    "incidentMessageLike": Field("message_like"),
    "processDefinitionId": Field("definition_id", ids.decode_definition),
    "processDefinitionKeyIn": Field("definition_keys", some),
    "processInstanceId": Field("instance_ids", only_id_of(Kind.PROCESS_INSTANCE)),
    "executionId": Field("execution_ids", only_id_of(*KINDS)),
    "configuration": Field("causes", only_id_of(Kind.EXTERNAL_TASK, Kind.JOB)),
    "activityId": Field("node_ids", one),
    "failedActivityId": Field("failed_node_ids", one),
    "incidentTimestampBefore": Field("before"),
    "incidentTimestampAfter": Field("after"),
    "tenantIdIn": Field("tenants", some),
    "jobDefinitionIdIn": Field("batch_ids", ids_of(Kind.JOB_DEFINITION)),
}


async def camunda_list_incidents(call: Call) -> Answer:
    """The open incidents that the query parameters describe."""
    criteria, sorting, part = _filter(call.query), sorting_from_query(call, _ORDERS), page(call)
    shown = await call.services.read(
        lambda unit: [incident(row) for row in store.find(unit.tx, criteria, sorting, part)], call.user
    )
    return Answer(200, shown)


async def camunda_count_incidents(call: Call) -> Answer:
    """How many open incidents the query parameters describe."""
    sorting_from_query(call, _ORDERS)
    criteria = _filter(call.query)
    return count_answer(await call.services.read(lambda unit: store.number(unit.tx, criteria), call.user))


async def camunda_get_incident(call: Call) -> Answer:
    """One open incident."""
    return Answer(200, incident(await call.services.run(lambda unit: incidents.get(unit, _id(call)), call.user)))


async def camunda_resolve_incident(call: Call) -> Answer:
    """Resolve an incident that a client created."""
    await call.services.run(lambda unit: incidents.resolve(unit, _id(call)), call.user)
    return Answer(204)


async def camunda_set_incident_annotation(call: Call) -> Answer:
    """Leave a remark at an incident."""
    return await _annotate(call, call.body.get("annotation"))


async def camunda_clear_incident_annotation(call: Call) -> Answer:
    """Take the remark on an incident away."""
    return await _annotate(call, None)


async def _annotate(call: Call, annotation: str | None) -> Answer:
    await call.services.run(lambda unit: incidents.annotate(unit, _id(call), annotation), call.user)
    return Answer(204)


def _id(call: Call) -> int:
    return ids.decode(call.path["id"], Kind.INCIDENT)


def _filter(given: Mapping[str, Any]) -> IncidentFilter:
    narrowing = narrowed(_FIELDS, without_empty_lists(given, "tenantIdIn", "jobDefinitionIdIn"))
    # A batch stands for the job definition of its jobs.
    return IncidentFilter(
        **narrowing, configuration=given.get("configuration"), job_definition_ids=narrowing.get("batch_ids")
    )
