"""Process instances and what is active in them, as Camunda shows them (contract 4.3, 4.4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.views.process_definitions import definition_id
from taskbridge.engine.tree import TreeNode
from taskbridge.kinds import InstanceState
from taskbridge.service.processes import Started
from taskbridge.store.incidents import IncidentRow
from taskbridge.store.instances import InstanceRow


def process_instance(row: InstanceRow) -> dict[str, Any]:
    """A living instance in a list or on its own."""
    return {
        "links": [],
        "id": ids.encode(Kind.PROCESS_INSTANCE, row.id),
        "definitionId": ids.definition(row.definition_key, row.definition_version, row.definition_id),
        "businessKey": row.business_key,
        "caseInstanceId": None,
        "ended": False,
        "suspended": row.state == InstanceState.SUSPENDED,
        "tenantId": row.tenant,
        "definitionKey": row.definition_key,
    }


def started_instance(started: Started, base_url: str | None, case_instance: str | None) -> dict[str, Any]:
    """An instance as the answer to its start, with a link to itself where the address of this API is given."""
    shown = ids.encode(Kind.PROCESS_INSTANCE, started.id)
    definition = started.definition
    href = f"{base_url}/process-instance/{shown}"
    return {
        "links": [] if base_url is None else [{"method": "GET", "href": href, "rel": "self"}],
        "id": shown,
        "definitionId": definition_id(definition),
        "businessKey": started.business_key,
        "caseInstanceId": case_instance,
        "ended": started.ended,
        "suspended": False,
        "tenantId": definition.tenant or None,
        "definitionKey": definition.key,
    }


def activity_instances(row: InstanceRow, root: TreeNode, incidents: Sequence[IncidentRow]) -> dict[str, Any]:
    """The tree of what is active; the root stands for the process instance itself."""
    shown = ids.encode(Kind.PROCESS_INSTANCE, row.id)
    definition = ids.definition(row.definition_key, row.definition_version, row.definition_id)
    common = {"processInstanceId": shown, "processDefinitionId": definition}
    return {
        "id": shown,
        "parentActivityInstanceId": None,
        "activityId": definition,
        "activityType": "processDefinition",
        "activityName": row.definition_name,
        "name": row.definition_name,
        "executionIds": [shown],
        **common,
        **_trouble(None, incidents),
        **_children(root, shown, common, incidents),
    }


def _children(
    node: TreeNode, parent: str, common: Mapping[str, Any], incidents: Sequence[IncidentRow]
) -> dict[str, list[dict[str, Any]]]:
    """What is active inside, and what waits there for its asynchronous continuation."""
    return {
        "childActivityInstances": [_child(child, parent, common, incidents) for child in node.children],
        "childTransitionInstances": [_transition(one, parent, common, incidents) for one in node.transitions],
    }


def _child(node: TreeNode, parent: str, common: Mapping[str, Any], incidents: Sequence[IncidentRow]) -> dict[str, Any]:
    shown = ids.activity_instance(node.node_id, node.id)
    return {
        "id": shown,
        "parentActivityInstanceId": parent,
        "activityId": node.node_id,
        "activityType": node.type,
        "activityName": node.name,
        "name": node.name,
        "executionIds": [ids.encode(Kind.EXECUTION, node.id)],
        **common,
        **_trouble(node.id, incidents),
        **_children(node, shown, common, incidents),
    }


def _transition(
    node: TreeNode, parent: str, common: Mapping[str, Any], incidents: Sequence[IncidentRow]
) -> dict[str, Any]:
    """A token that waits before or after an activity; it is known by its execution."""
    shown = ids.encode(Kind.EXECUTION, node.id)
    return {
        "id": shown,
        "parentActivityInstanceId": parent,
        "activityId": node.node_id,
        "activityType": node.type,
        "activityName": node.name,
        "executionId": shown,
        "targetActivityId": node.node_id,
        **common,
        **_trouble(node.id, incidents),
    }


def _trouble(id_: int | None, incidents: Sequence[IncidentRow]) -> dict[str, Any]:
    found = [incident for incident in incidents if incident.activity_id == id_]
    shown = [{"id": ids.encode(Kind.INCIDENT, one.id), "activityId": one.node_id} for one in found]
    return {"incidentIds": [one["id"] for one in shown], "incidents": shown}
