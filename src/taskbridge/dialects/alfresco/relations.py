"""What ``relations`` asks for: the variables of each task or process of an answer, beside its entry (contract 1.4)."""

from collections.abc import Sequence
from typing import Any

from taskbridge.dialects.alfresco import variable_lists
from taskbridge.dialects.alfresco.paging import Relations, whole
from taskbridge.dialects.alfresco.parameters import Parameters
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.store.activities import ActivityRow
from taskbridge.store.instances import InstanceRow

_VARIABLES = "variables"


def of_task(unit: Unit, parameters: Parameters, row: ActivityRow) -> list[Relations]:
    """The relations of a task that the caller may read; none where none were asked for."""
    if _VARIABLES not in parameters.relations:
        return []
    return _listed([variable_lists.of_task(unit, row)])


def of_tasks(unit: Unit, caller: Person, parameters: Parameters, rows: Sequence[ActivityRow]) -> list[Relations]:
    """The same for each task of a list, which may have more than the caller may read."""
    if _VARIABLES not in parameters.relations:
        return []
    return _listed(variable_lists.of_tasks(unit, caller, rows))


def of_processes(unit: Unit, parameters: Parameters, rows: Sequence[InstanceRow]) -> list[Relations]:
    """The relations of each process; none where none were asked for."""
    if _VARIABLES not in parameters.relations:
        return []
    return _listed(variable_lists.of_processes(unit, rows))


def _listed(found: list[list[dict[str, Any]]]) -> list[Relations]:
    return [{_VARIABLES: whole(Parameters(), variable_lists.without_nothing(one)).body} for one in found]
