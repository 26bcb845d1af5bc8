"""Incidents: opened when a task has no retries left, closed when it has again or is gone (Camunda contract 3.5)."""

from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.store import incidents
from taskbridge.store.activities import ActivityRow
from taskbridge.store.incidents import IncidentFilter, IncidentRow
from taskbridge.store.jobs import JobRow


def open_for(unit: Unit, row: ActivityRow, type_: str, message: str | None) -> None:
    """Open an incident about an activity."""
    incidents.insert(
        unit.tx,
        {
            "id": unit.tx.new_id(),
            "instance_id": row.instance_id,
            "definition_id": row.definition_id,
            "activity_id": row.id,
            "node_id": row.node_id,
            "type": type_,
            "message": message,
            "tenant": row.tenant,
            "created_at": unit.tx.now,
            "ended_at": None,
            "resolved": 0,
            "job_id": None,
            "failed_node_id": None,
        },
    )


def open_for_job(unit: Unit, job: JobRow) -> None:
    """Open an incident about a job of a process that has no retries left."""
    incidents.insert(
        unit.tx,
        {
            "id": unit.tx.new_id(),
            "instance_id": job.instance_id,
            "definition_id": job.definition_id,
            "activity_id": job.activity_id,
            "node_id": job.node_id,
            "type": incidents.FAILED_JOB,
            "message": job.error,
            "tenant": job.tenant,
            "created_at": unit.tx.now,
            "ended_at": None,
            "resolved": 0,
            "job_id": job.id,
            "failed_node_id": job.failed_node_id,
        },
    )


def resolve_of_activity(unit: Unit, activity_id: int) -> None:
    """The cause is gone: the activity's open incidents are resolved."""
    incidents.end_of_activity(unit.tx, activity_id, resolved=True)


def drop_of_activity(unit: Unit, activity_id: int) -> None:
    """The activity itself goes away, and its open incidents with it."""
    incidents.end_of_activity(unit.tx, activity_id, resolved=False)


def get(unit: Unit, incident_id: int) -> IncidentRow:
    """One open incident; raises NotFound."""
    found = incidents.find(unit.tx, IncidentFilter(ids=[incident_id]))
    if not found:
        raise NotFound("incident", incident_id)
    return found[0]
