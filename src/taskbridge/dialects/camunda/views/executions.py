"""Executions as Camunda shows them (contract 4.4)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind


def execution_id(number: int, instance_id: int) -> str:
    """The id of an execution; a process instance is one itself."""
    return ids.encode(Kind.PROCESS_INSTANCE if number == instance_id else Kind.EXECUTION, number)


def execution(number: int, instance_id: int, tenant: str | None) -> dict[str, Any]:
    """A living execution."""
    return {
        "id": execution_id(number, instance_id),
        "processInstanceId": ids.encode(Kind.PROCESS_INSTANCE, instance_id),
        "ended": False,
        "tenantId": tenant,
    }
