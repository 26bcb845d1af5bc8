"""Process instance queries, of query parameters and of bodies, as filters of the store (contract 4.4).

Called by the handlers of lists and by ``selections``. Raises CamundaError.
"""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    conditions,
    id_of,
    ids_of,
    narrowed,
    none,
    on,
    one,
    only_definition,
    only_id_of,
    some,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import OF_INSTANCES, alternatives_of
from taskbridge.dialects.camunda.query_rules import check_instances
from taskbridge.store.instance_lists import InstanceFilter

INSTANCE_FIELDS: Fields = {
    "processInstanceIds": Field("ids", ids_of(Kind.PROCESS_INSTANCE)),
    "businessKey": Field("business_key"),
    "businessKeyLike": Field("business_key_like"),
    "processDefinitionId": Field("definition_ids", only_definition),
    "processDefinitionKey": Field("definition_keys", one),
    "processDefinitionKeyIn": Field("definition_keys", some),
    "processDefinitionKeyNotIn": Field("definition_keys_not", some),
    "deploymentId": Field("deployment_id", id_of(Kind.DEPLOYMENT)),
    "rootProcessInstanceId": Field("root_id", id_of(Kind.PROCESS_INSTANCE)),
    "rootProcessInstances": Field("only_roots", on),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
    "activityIdIn": Field("node_ids", some),
    "withIncident": Field("with_incident", on),
    "incidentId": Field("incident_ids", only_id_of(Kind.INCIDENT)),
    "incidentType": Field("incident_type"),
    "incidentMessage": Field("incident_message"),
    "incidentMessageLike": Field("incident_message_like"),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    "processDefinitionWithoutTenantId": Field("of_definition_without_tenant", on),
    "leafProcessInstances": Field("only_leaves", on),
    "superProcessInstance": Field("caller_id", id_of(Kind.PROCESS_INSTANCE)),
    "subProcessInstance": Field("called_id", id_of(Kind.PROCESS_INSTANCE)),
    # No instance here belongs to a case.
    "caseInstanceId": Field("ids", none),
    "superCaseInstance": Field("ids", none),
    "subCaseInstance": Field("ids", none),
}


def instance_filter(given: Mapping[str, Any]) -> InstanceFilter:
    """The filter that query parameters or a ProcessInstanceQuery ask for. Raises CamundaError."""
    return _filter(given, any_of=tuple(_filter(one, alternatives=True) for one in alternatives_of(given)))


def _filter(
    given: Mapping[str, Any], *, alternatives: bool = False, any_of: tuple[InstanceFilter, ...] = ()
) -> InstanceFilter:
    check_instances(given)
    return InstanceFilter(
        **narrowed(INSTANCE_FIELDS, given, alternatives=alternatives),
        variables=conditions(given, "variables", OF_INSTANCES),
        any_of=any_of,
    )
