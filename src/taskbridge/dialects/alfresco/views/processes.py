"""Processes as entries (contract 4.2)."""

from collections.abc import Sequence
from typing import Any

from taskbridge.dialects.alfresco import ids
from taskbridge.dialects.alfresco.models import Process
from taskbridge.dialects.alfresco.values import filled, format_date
from taskbridge.service.processes import callers, end_nodes, start_nodes
from taskbridge.service.unit import Unit
from taskbridge.store.instances import InstanceRow


def processes(unit: Unit, rows: Sequence[InstanceRow]) -> list[dict[str, Any]]:
    """Processes, running or not, in one statement for all."""
    starts, ends, above = start_nodes(unit, rows), end_nodes(unit, rows), callers(unit, rows)
    return [_process(row, starts.get(row.id), ends.get(row.id), above.get(row.id)) for row in rows]


def process(unit: Unit, row: InstanceRow) -> dict[str, Any]:
    """One process."""
    (shown,) = processes(unit, [row])
    return shown


def _process(row: InstanceRow, start_node: str | None, end_node: str | None, caller: int | None) -> dict[str, Any]:
    ended = row.ended_at
    return filled(
        Process(
            id=str(row.id),
            processDefinitionId=ids.definition(row.definition_key, row.definition_version, row.definition_id),
            processDefinitionKey=row.definition_key,
            businessKey=row.business_key,
            startedAt=format_date(row.started_at),
            endedAt=format_date(ended),
            durationInMs=None if ended is None else ended - row.started_at,
            deleteReason=row.end_reason,
            startUserId=row.started_by,
            startActivityId=start_node,
            endActivityId=end_node,
            superProcessInstanceId=None if caller is None else str(caller),
            completed=ended is not None,
        )
    )
