"""Deployments and their files as Camunda shows them (contract 4.2)."""

from collections.abc import Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.dialects.camunda.views.process_definitions import process_definition
from taskbridge.store.definitions import DefinitionRow, DeploymentRow, ResourceRow


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


def new_deployment(row: DeploymentRow, definitions: Sequence[DefinitionRow], base_url: str) -> dict[str, Any]:
    """A deployment that was just made, with its process definitions by id; ``base_url`` is where the link begins."""
    view = deployment(row)
    view["links"] = [{"method": "GET", "href": f"{base_url}/deployment/{view['id']}", "rel": "self"}]
    shown = [process_definition(definition) for definition in definitions]
    return view | {
        "deployedProcessDefinitions": {definition["id"]: definition for definition in shown} or None,
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
    }


def resource(row: ResourceRow) -> dict[str, Any]:
    """A file of a deployment, without its content."""
    return {
        "id": ids.encode(Kind.RESOURCE, row.id),
        "name": row.name,
        "deploymentId": ids.encode(Kind.DEPLOYMENT, row.deployment_id),
    }
