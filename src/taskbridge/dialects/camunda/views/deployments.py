"""Deployments and their files as Camunda shows them (contract 4.2)."""

from collections.abc import Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.dialects.camunda.views.process_definitions import process_definition
from taskbridge.engine.bpmn_xml import HandedOver
from taskbridge.engine.notes import Note
from taskbridge.service.deployments import Deployed, Source
from taskbridge.store.definitions import DeploymentRow, ResourceRow


def deployment(row: DeploymentRow) -> dict[str, Any]:
    """A deployment in a list or on its own."""
    return {
        "links": [],
        "id": ids.encode(Kind.DEPLOYMENT, row.id),
        "name": row.name,
        "source": row.source,
        "deploymentTime": format_date(row.created_at),
        "tenantId": row.tenant,
    }


def new_deployment(deployed: Deployed, sources: Sequence[Source], base_url: str) -> dict[str, Any]:
    """A deployment that was just made, with its process definitions by id; ``base_url`` is where the link begins.

    Where workers do what the model leaves to others, or listeners were left out, it names each.
    """
    view = deployment(deployed.row)
    view["links"] = [{"method": "GET", "href": f"{base_url}/deployment/{view['id']}", "rel": "self"}]
    shown = [process_definition(definition) for definition in deployed.definitions]
    changed = {definition.resource_name for definition in deployed.definitions}
    read = [source for source in sources if source.name in changed]
    return view | {
        "deployedProcessDefinitions": {definition["id"]: definition for definition in shown} or None,
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
        **_unlike_the_vendor("workers", [_worker(source, one) for source in read for one in source.workers]),
        **_unlike_the_vendor("ignoredListeners", [_ignored(source, one) for source in read for one in source.left_out]),
    }


def _unlike_the_vendor(member: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """A member that the vendor does not have: it is there only where there is something to say."""
    return {member: entries} if entries else {}


def _worker(source: Source, work: HandedOver) -> dict[str, Any]:
    return {
        "resource": source.name,
        "line": work.line,
        "column": work.column,
        "elementId": work.element_id,
        "kind": work.kind,
        "topicName": work.topic,
    }


def _ignored(source: Source, note: Note) -> dict[str, Any]:
    return {
        "resource": source.name,
        "line": note.line,
        "column": note.column,
        "elementId": note.element_id,
        "message": note.message,
    }


def resource(row: ResourceRow) -> dict[str, Any]:
    """A file of a deployment, without its content."""
    return {
        "id": ids.encode(Kind.RESOURCE, row.id),
        "name": row.name,
        "deploymentId": ids.encode(Kind.DEPLOYMENT, row.deployment_id),
    }
