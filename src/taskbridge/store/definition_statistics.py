"""Figures of process definitions and of their activities: what runs, what has failed, which incidents are open."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select, text

from taskbridge.kinds import ACTIVITY_ROW, INSTANCE_ROW
from taskbridge.store.database import Transaction
from taskbridge.store.definitions import DefinitionFilter, DefinitionRow, find
from taskbridge.store.lists import equals
from taskbridge.store.tables import ActivityInstance, Incident, Job, ProcessInstance, table_of

ACTIVITY = table_of(ActivityInstance)
INCIDENT = table_of(Incident)
INSTANCE = table_of(ProcessInstance)
JOB = table_of(Job)
#: Kinds of activity instances that wait: tasks, events, continuations.
_WAITING = text(f"{ACTIVITY_ROW.token} AND {ACTIVITY_ROW.alive}")
_GIVEN_UP = text("job.retries <= 0")
_OPEN = text("incident.ended_at IS NULL")
Key = TypeVar("Key", int, str)


@dataclass(slots=True)
class Figures:
    """How many instances there are, jobs without retries, and open incidents by type."""

    instances: int = 0
    failed_jobs: int = 0
    incidents: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is counted besides instances; ``incident_type`` None means incidents of every type.

    ``root_incidents``: only those that no other one has caused.
    """

    failed_jobs: bool = False
    incidents: bool = False
    incident_type: str | None = None
    root_incidents: bool = False


def of_activities(tx: Transaction, definition_id: int, wanted: Wanted) -> list[tuple[str, Figures]]:
    """The figures of the activities of a definition at which something waits or has failed, by activity id."""
    instances = _counted(tx, ACTIVITY.c.node_id, ACTIVITY.c.definition_id == definition_id, _WAITING)
    jobs = _counted(tx, JOB.c.node_id, JOB.c.definition_id == definition_id, _GIVEN_UP) if wanted.failed_jobs else []
    incidents = _incidents(tx, INCIDENT.c.node_id, wanted, INCIDENT.c.definition_id == definition_id)
    return sorted(_figures(instances, jobs, incidents).items())


def of_definitions(tx: Transaction, wanted: Wanted) -> list[tuple[DefinitionRow, Figures]]:
    """Every process definition with its figures, by id."""
    instances = _counted(tx, INSTANCE.c.definition_id, text(INSTANCE_ROW.alive))
    has_definition = JOB.c.definition_id.is_not(None)
    jobs = _counted(tx, JOB.c.definition_id, has_definition, _GIVEN_UP) if wanted.failed_jobs else []
    figures = _figures(instances, jobs, _incidents(tx, INCIDENT.c.definition_id, wanted))
    return [(row, figures.get(row.id, Figures())) for row in find(tx, DefinitionFilter())]


def _counted(tx: Transaction, column: ColumnElement[Any], *conditions: ColumnElement[bool] | Any) -> Sequence[Any]:  # noqa: ANN401 - text() is none
    return tx.select(select(column, func.count()).where(*conditions).group_by(column))


def _incidents(
    tx: Transaction, column: ColumnElement[Any], wanted: Wanted, *conditions: ColumnElement[bool]
) -> Sequence[Any]:
    if not wanted.incidents:
        return []
    narrowing = equals(INCIDENT.c.type, wanted.incident_type)
    if wanted.root_incidents:
        narrowing = [*narrowing, INCIDENT.c.root_cause_id.is_(None)]
    query = select(column, INCIDENT.c.type, func.count()).where(_OPEN, *conditions, *narrowing)
    return tx.select(query.group_by(column, INCIDENT.c.type).order_by(INCIDENT.c.type))


def _figures(
    instances: Iterable[tuple[Key, int]], jobs: Iterable[tuple[Key, int]], incidents: Iterable[tuple[Key, str, int]]
) -> dict[Key, Figures]:
    found: dict[Key, Figures] = defaultdict(Figures)
    for key, number in instances:
        found[key].instances = number
    for key, number in jobs:
        found[key].failed_jobs = number
    for key, type_, number in incidents:
        found[key].incidents[type_] = number
    return found
