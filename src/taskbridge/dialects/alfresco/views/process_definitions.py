"""Process definitions as entries (contract 4.3)."""

from typing import Any

from taskbridge.dialects.alfresco import ids
from taskbridge.dialects.alfresco.models import ProcessDefinition
from taskbridge.dialects.alfresco.values import filled
from taskbridge.engine.graph import Process
from taskbridge.store.definitions import DefinitionRow


def process_definition(row: DefinitionRow, process: Process) -> dict[str, Any]:
    """A definition; its title is the property ``title`` of the process, else the name of the event it starts at."""
    return filled(
        ProcessDefinition(
            id=ids.definition(row.key, row.version, row.id),
            key=row.key,
            name=row.name,
            category=row.category,
            version=row.version,
            deploymentId=str(row.deployment_id),
            title=process.properties.get("title") or (process.start.name if process.start is not None else None),
            description=row.description,
            startFormResourceKey=process.start_form_key,
            graphicNotationDefined=process.drawn,
        )
    )
