"""Deployments as entries (contract 4.4)."""

from typing import Any

from taskbridge.dialects.alfresco.models import Deployment
from taskbridge.dialects.alfresco.values import filled, format_date
from taskbridge.store.definitions import DeploymentRow


def deployment(row: DeploymentRow) -> dict[str, Any]:
    """A deployment."""
    return filled(Deployment(id=str(row.id), name=row.name, deployedAt=format_date(row.created_at)))
