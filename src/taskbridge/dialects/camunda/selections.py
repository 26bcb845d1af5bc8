"""Which process instances a bulk operation is about: those of its queries, over running and over all instances.

Called by the handlers of bulk operations. A selection is stricter than a list: what a list may overlook, a selection
refuses (``docs/fidelity.md``). Raises CamundaError.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import CamundaError, invalid_request
from taskbridge.dialects.camunda.filters import (
    Field,
    Fields,
    conditions,
    id_of,
    ids_of,
    narrowed,
    none,
    none_if_set,
    not_supported,
    on,
    one,
    only_definition,
    only_id_of,
    some,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.instance_queries import INSTANCE_FIELDS, instance_filter
from taskbridge.dialects.camunda.queries import OF_INSTANCES, alternatives_of
from taskbridge.dialects.camunda.query_rules import check_history
from taskbridge.kinds import InstanceState
from taskbridge.spec.model import Model
from taskbridge.store.instance_lists import IncidentStanding, InstanceFilter, Standing
from taskbridge.store.lists import check_number_of_values

_INCIDENT_STATES = {"open": IncidentStanding.OPEN, "resolved": IncidentStanding.ENDED}
#: What has ended has no tasks and cannot be suspended, so that of all instances the living ones are enough: no filter
#: for ended ones finds any. Nor has an instance here jobs or cases.
_HISTORY: Fields = {
    "processInstanceId": Field("ids", only_id_of(Kind.PROCESS_INSTANCE)),
    "processInstanceIds": Field("ids", ids_of(Kind.PROCESS_INSTANCE)),
    "processInstanceIdNotIn": Field("ids_not", ids_of(Kind.PROCESS_INSTANCE)),
    "processInstanceBusinessKey": Field("business_key"),
    "processInstanceBusinessKeyIn": Field("business_keys", some),
    "processInstanceBusinessKeyLike": Field("business_key_like"),
    "rootProcessInstanceId": Field("root_id", id_of(Kind.PROCESS_INSTANCE)),
    "rootProcessInstances": Field("only_roots", on),
    "superProcessInstanceId": Field("caller_id", id_of(Kind.PROCESS_INSTANCE)),
    "subProcessInstanceId": Field("called_id", id_of(Kind.PROCESS_INSTANCE)),
    "processDefinitionId": Field("definition_ids", only_definition),
    "processDefinitionKey": Field("definition_keys", one),
    "processDefinitionKeyIn": Field("definition_keys", some),
    "processDefinitionKeyNotIn": Field("definition_keys_not_like", some),
    "processDefinitionName": Field("definition_name"),
    "processDefinitionNameLike": Field("definition_name_like"),
    # A moment is within its own bounds here.
    "startedBefore": Field("started_before", lambda moment: moment + 1),
    "startedAfter": Field("started_after", lambda moment: moment - 1),
    "startedBy": Field("started_by"),
    "unfinished": Field("alive", on),
    "active": Field("active", on),
    "suspended": Field("suspended", on),
    "activityIdIn": Field("node_ids", some),
    "activeActivityIdIn": Field("active_node_ids", some),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    **dict.fromkeys(
        ("finished", "completed", "externallyTerminated", "internallyTerminated", "withJobsRetrying"),
        Field("ids", none_if_set),
    ),
    **dict.fromkeys(
        (
            *("finishedBefore", "finishedAfter", "executedJobBefore", "executedJobAfter"),
            *("caseInstanceId", "superCaseInstanceId", "subCaseInstanceId"),
        ),
        Field("ids", none),
    ),
    **{
        name: not_supported(name)
        for name in ("executedActivityIdIn", "executedActivityBefore", "executedActivityAfter")
    },
}
_INCIDENTS: Fields = {
    "withIncidents": Field("with_incident", on),
    "withRootIncidents": Field("with_incident", on),
    "incidentIdIn": Field("incident_ids", ids_of(Kind.INCIDENT)),
    "incidentType": Field("incident_type"),
    "incidentMessage": Field("incident_message"),
    "incidentMessageLike": Field("incident_message_like"),
    "incidentStatus": Field("incidents", lambda status: _INCIDENT_STATES.get(status, IncidentStanding.ANY)),
}
_FIELDS: Fields = {**_HISTORY, **_INCIDENTS}


#: Conditions on incidents, as alternatives, are of an odd meaning there: one on another filter's incident.
def _state_if(state: InstanceState, wanted: bool) -> list[InstanceState] | None:
    return [state] if wanted else None


_NO_INCIDENTS: Fields = {name: not_supported(f"orQueries.{name}") for name in _INCIDENTS}
_ENDED = (InstanceState.COMPLETED, InstanceState.EXTERNALLY_TERMINATED, InstanceState.INTERNALLY_TERMINATED)
#: Where ended instances count, too.
_FIELDS_WITH_ENDED: Fields = {
    **_FIELDS,
    "finished": Field("states", lambda wanted: list(_ENDED) if wanted else None),
    **{
        name: Field("states", partial(_state_if, state))
        for name, state in zip(("completed", "externallyTerminated", "internallyTerminated"), _ENDED, strict=True)
    },
    "finishedBefore": Field("ended_before", lambda moment: moment + 1),
    "finishedAfter": Field("ended_after", lambda moment: moment - 1),
}
#: Members that say how the others are meant, and narrow nothing by themselves.
_BESIDE = ("orQueries", "sorting", "sortBy", "sortOrder", "variableNamesIgnoreCase", "variableValuesIgnoreCase")
_KNOWN_IN_HISTORY = {*_FIELDS, "variables", *_BESIDE}
_KNOWN_OF_INSTANCES = {*INSTANCE_FIELDS, "variables", *_BESIDE}


def ids_in(body: Mapping[str, Any], member: str, kind: Kind) -> dict[int, str]:
    """The rows that a list of ids in a body names, each with its id. Raises QueryTooLarge, CamundaError."""
    texts = body.get(member) or ()
    check_number_of_values(len(texts))
    return {ids.decode(text, kind): text for text in texts}


def each_id_in(body: Mapping[str, Any], member: str, kind: Kind) -> list[int]:
    """The rows that a list of ids in a body names, each text once: what is unknown is there as often as it has texts.

    Raises QueryTooLarge, CamundaError.
    """
    texts = body.get(member) or ()
    check_number_of_values(len(texts))
    return [ids.decode(text, kind) for text in dict.fromkeys(texts)]


def instance_selections(body: Mapping[str, Any]) -> list[InstanceFilter]:
    """The living instances that the two queries of a bulk operation select."""
    found = []
    query = body.get("processInstanceQuery")
    if query is not None:
        found.append(instance_filter(query))
        refuse_overlooked("processInstanceQuery", query, _KNOWN_OF_INSTANCES)
    query = body.get("historicProcessInstanceQuery")
    if query is not None:
        found.append(_past_filter(query, _FIELDS))
        refuse_overlooked("historicProcessInstanceQuery", query, _KNOWN_IN_HISTORY)
    return found


def past_selections(body: Mapping[str, Any]) -> list[InstanceFilter]:
    """The instances, ended ones included, that the query over the history in a body selects."""
    query = body.get("historicProcessInstanceQuery")
    if query is None:
        return []
    found = _past_filter(query, _FIELDS_WITH_ENDED)
    refuse_overlooked("historicProcessInstanceQuery", query, _KNOWN_IN_HISTORY)
    return [replace(found, standing=Standing.ANY)]


def _past_filter(query: Mapping[str, Any], fields: Fields) -> InstanceFilter:
    check_history(query)
    alternatives = alternatives_of(query)
    narrowing = narrowed(fields, query)
    if "incidents" in narrowing:
        narrowing["with_incident"] = True
    return InstanceFilter(
        **{"incidents": IncidentStanding.ANY, **narrowing},
        variables=conditions(query, "variables", OF_INSTANCES),
        any_of=tuple(_past_alternatives(one, fields) for one in alternatives),
    )


def _past_alternatives(query: Mapping[str, Any], fields: Fields) -> InstanceFilter:
    check_history(query, alternatives=True)
    return InstanceFilter(
        **narrowed({**fields, **_NO_INCIDENTS}, query, alternatives=True),
        variables=conditions(query, "variables", OF_INSTANCES),
    )


def refuse_unknown_members(body: Mapping[str, Any], model: type[Model]) -> None:
    """Refuse a body of a bulk operation with a member that ``model`` does not have; null is as if it were not given.

    The vendor overlooks it, so that one wrong letter changes everything there.
    """
    for member, value in body.items():
        if value is not None and member not in model.model_fields:
            raise _unknown(member)


def refuse_overlooked(name: str, query: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a query of a selection with a member that is unknown, or is an empty list, which does not narrow it.

    The same of its alternatives. The vendor overlooks both.
    """
    for member, value in query.items():
        if value is None:
            continue
        if member not in known:
            raise _unknown(f"{name}.{member}")
        if value == [] and member != "sorting":
            raise invalid_request(f"The selection cannot be honoured: '{name}.{member}' is an empty list")
    for alternatives in query.get("orQueries") or ():
        refuse_overlooked(f"{name}.orQueries", alternatives, set(known) - {"orQueries"})


def _unknown(member: str) -> CamundaError:
    return invalid_request(f"The selection cannot be honoured: '{member}' is unknown")
