"""Figures of process definitions and activities as Camunda shows them."""

from typing import Any

from taskbridge.dialects.camunda.views.process_definitions import definition_id, process_definition
from taskbridge.store.definition_statistics import Figures
from taskbridge.store.definitions import DefinitionRow

_CLASSES = "org.camunda.bpm.engine.rest.dto.repository"


def activity(node_id: str, figures: Figures) -> dict[str, Any]:
    """What goes on in an activity."""
    return {"@class": f"{_CLASSES}.ActivityStatisticsResultDto", "id": node_id, **_numbers(figures)}


def definition(row: DefinitionRow, figures: Figures) -> dict[str, Any]:
    """What goes on in a process definition."""
    return {
        "@class": f"{_CLASSES}.ProcessDefinitionStatisticsResultDto",
        "id": definition_id(row),
        **_numbers(figures),
        "definition": process_definition(row),
    }


def _numbers(figures: Figures) -> dict[str, Any]:
    return {
        "instances": figures.instances,
        "failedJobs": figures.failed_jobs,
        "incidents": [{"incidentType": type_, "incidentCount": number} for type_, number in figures.incidents.items()],
    }
