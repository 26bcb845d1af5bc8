"""Incidents: opened when a task has no retries left, closed when it has again or is gone (Camunda contract 3.5).

Clients may raise others, of types of their own.
"""

from collections.abc import Mapping

from taskbridge.service import executions
from taskbridge.service.errors import NotFound, NotResolvable
from taskbridge.service.unit import Unit
from taskbridge.store import activities, incidents, instances
from taskbridge.store.activities import ActivityRow
from taskbridge.store.incidents import IncidentFilter, IncidentRow
from taskbridge.store.jobs import JobRow


def open_for(unit: Unit, row: ActivityRow, type_: str, message: str | None) -> None:
    """Open an incident about an activity."""
    place = {"instance_id": row.instance_id, "definition_id": row.definition_id, "activity_id": row.id}
    _open(unit, {**place, "node_id": row.node_id, "type": type_, "message": message, "tenant": row.tenant})


def open_for_job(unit: Unit, job: JobRow) -> None:
    """Open an incident about a job of a process that has no retries left."""
    place = {"instance_id": job.instance_id, "definition_id": job.definition_id, "activity_id": job.activity_id}
    about = {"node_id": job.node_id, "type": incidents.FAILED_JOB, "message": job.error, "tenant": job.tenant}
    _open(unit, {**place, **about, "job_id": job.id, "failed_node_id": job.failed_node_id})


def raise_at(
    unit: Unit, execution_id: int, type_: str, *, configuration: str | None, message: str | None
) -> IncidentRow:
    """Open an incident of any type at the activity where an execution stands. Raises NotFound, NoActivity.

    It is open until it is resolved or the activity ends.
    """
    running, activity = executions.standing(unit, execution_id)
    instance = running.instance
    place = {"instance_id": instance.id, "definition_id": instance.definition_id, "activity_id": activity.id}
    about = {"node_id": activity.node_id, "type": type_, "message": message, "tenant": running.tenant}
    number = _open(unit, {**place, **about, "configuration": configuration, "raised": 1})
    instances.note_raised_incident(unit.tx, instance.id)
    return get(unit, number)


def _open(unit: Unit, columns: Mapping[str, object]) -> int:
    number = unit.tx.new_id()
    usual = {"job_id": None, "failed_node_id": None, "configuration": None, "annotation": None, "raised": 0}
    row = {"id": number, "created_at": unit.tx.now, "ended_at": None, "resolved": 0}
    of_itself = {"cause_id": None, "root_cause_id": None}
    incidents.insert(unit.tx, {**row, **usual, **of_itself, **columns})
    _open_above(unit, number, {**row, **usual, "type": columns["type"], "message": None}, columns["instance_id"])
    return number


def _open_above(unit: Unit, number: int, columns: Mapping[str, object], instance_id: object) -> None:
    """Open incidents at the activities that have called the instance of an incident, outwards, as the vendor does."""
    cause = number
    while isinstance(instance_id, int):
        activity_id = instances.caller_of(unit.tx, instance_id)
        caller = None if activity_id is None else activities.get(unit.tx, activity_id)
        if caller is None or caller.ended_at is not None:
            return
        place = {"instance_id": caller.instance_id, "definition_id": caller.definition_id, "activity_id": caller.id}
        about = {"node_id": caller.node_id, "failed_node_id": caller.node_id, "tenant": caller.tenant}
        above = {"id": unit.tx.new_id(), "cause_id": cause, "root_cause_id": number}
        incidents.insert(unit.tx, {**columns, **place, **about, **above})
        cause, instance_id = above["id"], caller.instance_id


def resolve(unit: Unit, incident_id: int) -> None:
    """Resolve an incident that a client raised. Raises NotFound, NotResolvable."""
    row = get(unit, incident_id)
    if row.type in (incidents.FAILED_JOB, incidents.FAILED_EXTERNAL_TASK):
        raise NotResolvable(row.type)
    incidents.resolve(unit.tx, row.id)


def annotate(unit: Unit, incident_id: int, annotation: str | None) -> None:
    """Leave a remark at an open incident; None takes it away. Raises NotFound, also for a job of no process."""
    if get(unit, incident_id).definition_id is None:
        raise NotFound("incident", incident_id)
    incidents.annotate(unit.tx, incident_id, annotation)


def resolve_of_activity(unit: Unit, activity_id: int) -> None:
    """The cause is gone: the activity's open incidents are resolved."""
    incidents.end_of_activities(unit.tx, [activity_id], resolved=True)


def drop_of_activity(unit: Unit, activity_id: int) -> None:
    """The activity itself goes away, and its open incidents with it."""
    incidents.end_of_activities(unit.tx, [activity_id], resolved=False)


def get(unit: Unit, incident_id: int) -> IncidentRow:
    """One open incident; raises NotFound."""
    found = incidents.find(unit.tx, IncidentFilter(ids=[incident_id]))
    if not found:
        raise NotFound("incident", incident_id)
    return found[0]
