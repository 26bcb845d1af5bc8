"""Process definitions as Camunda shows them (contract 4.3)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.store.definitions import DefinitionRow


def definition_id(row: DefinitionRow) -> str:
    """The id of a definition, ``key:version:uuid``."""
    return ids.definition(row.key, row.version, row.id)


def process_definition(row: DefinitionRow) -> dict[str, Any]:
    """A definition in a list or on its own."""
    return {
        "id": definition_id(row),
        "key": row.key,
        "category": row.category,
        "description": row.description,
        "name": row.name,
        "version": row.version,
        "resource": row.resource_name,
        "deploymentId": ids.encode(Kind.DEPLOYMENT, row.deployment_id),
        "diagram": None,
        "suspended": bool(row.suspended),
        "tenantId": row.tenant or None,
        "versionTag": row.version_tag,
        "historyTimeToLive": row.history_time_to_live,
        "startableInTasklist": bool(row.startable_in_tasklist),
    }
