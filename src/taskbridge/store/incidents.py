"""Statements and lists on incidents.

A job that belongs to no process and was given up is an incident as well, without a row of its own: it is the job's row,
its id is the job's, its moment that at which the job failed for the last time. Incidents about jobs of processes are
rows that name the job.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Label,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from taskbridge.store.database import Transaction
from taskbridge.store.lists import (
    ALL,
    Page,
    Sorting,
    among,
    count,
    equals,
    like,
    of_executions,
    ordered,
    paged,
    tenancy,
)
from taskbridge.store.parts import parts
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Incident, Job, ProcessDefinition, table_of

INCIDENT = table_of(Incident)
JOB = table_of(Job)
DEFINITION = table_of(ProcessDefinition)


class IncidentRow(NamedTuple):
    """An open incident with what its views need of the definition. ``failed_node_id`` is where a job failed."""

    id: int
    instance_id: int | None
    definition_id: int | None
    activity_id: int | None
    node_id: str | None
    type: str
    message: str | None
    tenant: str | None
    created_at: int
    definition_key: str | None
    definition_version: int | None
    batch_id: int | None
    job_id: int | None
    failed_node_id: str | None
    job_definition_id: int | None
    raised: int | None
    configuration: str | None
    annotation: str | None
    cause_id: int
    root_cause_id: int


#: The types of incidents that are opened when something fails.
FAILED_JOB = "failedJob"
FAILED_EXTERNAL_TASK = "failedExternalTask"

Columns = dict[str, ColumnElement[Any]]


def _nothing(name: str) -> ColumnElement[Any]:
    # PostgreSQL takes the type of a column of a union from its first part, where it is never a bare NULL.
    return null().label(name)


#: What an incident is about: a job, or an activity. One that tells of another is about nothing itself.
_ABOUT_ITSELF = and_(INCIDENT.c.raised == 0, INCIDENT.c.root_cause_id.is_(None))
_CAUSE = case((_ABOUT_ITSELF, func.coalesce(INCIDENT.c.job_id, INCIDENT.c.activity_id)))
_OF_INCIDENTS: Columns = {
    **{name: INCIDENT.c.get(name, null()) for name in IncidentRow._fields},
    "definition_key": DEFINITION.c.key.label("definition_key"),
    "definition_version": DEFINITION.c.version.label("definition_version"),
    "batch_id": cast(null(), BigInteger).label("batch_id"),
    "job_definition_id": JOB.c.job_definition_id.label("job_definition_id"),
    # One that tells of no other is its own cause.
    "cause_id": func.coalesce(INCIDENT.c.cause_id, INCIDENT.c.id).label("cause_id"),
    "root_cause_id": func.coalesce(INCIDENT.c.root_cause_id, INCIDENT.c.id).label("root_cause_id"),
}
_OF_JOBS: Columns = {
    **{name: _nothing(name) for name in IncidentRow._fields},
    "id": JOB.c.id,
    "type": literal_column(f"'{FAILED_JOB}'", Text).label("type"),
    "message": JOB.c.error.label("message"),
    "created_at": JOB.c.due_at.label("created_at"),
    "batch_id": JOB.c.batch_id,
    "job_id": JOB.c.id.label("job_id"),
    "cause_id": JOB.c.id.label("cause_id"),
    "root_cause_id": JOB.c.id.label("root_cause_id"),
}
_GIVEN_UP = text("job.retries <= 0 AND job.definition_id IS NULL")
_OPEN = text("incident.ended_at IS NULL")
_CAUSES = INCIDENT.alias("causes")


def _end_above(which: ColumnElement[bool]) -> Statement[Any]:
    """Close the open incidents that tell of others, in instances that were called."""
    return Statement(
        update(INCIDENT)
        .where(INCIDENT.c.root_cause_id.in_(select(_CAUSES.c.id).where(which)), _OPEN)
        .values(ended_at=bindparam("ended"), resolved=bindparam("was_resolved"))
    )


_INSERT = Statement(insert_into(Incident))
_END_OF_ACTIVITIES = Statement(
    update(INCIDENT)
    .where(
        INCIDENT.c.activity_id.in_(bindparam("activities", expanding=True)),
        INCIDENT.c.job_id.is_(None),
        INCIDENT.c.raised == 0,
        _OPEN,
    )
    .values(ended_at=bindparam("ended"), resolved=bindparam("was_resolved"))
)
_END_RAISED = Statement(
    update(INCIDENT)
    .where(INCIDENT.c.activity_id.in_(bindparam("activities", expanding=True)), INCIDENT.c.raised == 1, _OPEN)
    .values(ended_at=bindparam("ended"), resolved=1)
)
_RESOLVE = Statement(
    update(INCIDENT)
    .where(INCIDENT.c.id == bindparam("incident"), _OPEN)
    .values(ended_at=bindparam("ended"), resolved=1)
)
_ANNOTATE = Statement(
    update(INCIDENT).where(INCIDENT.c.id == bindparam("incident")).values(annotation=bindparam("remark"))
)
_END_ABOVE_ACTIVITIES = _end_above(
    and_(
        _CAUSES.c.activity_id.in_(bindparam("activities", expanding=True)),
        _CAUSES.c.job_id.is_(None),
        _CAUSES.c.raised == 0,
    )
)
_END_ABOVE_RAISED = _end_above(
    and_(_CAUSES.c.activity_id.in_(bindparam("activities", expanding=True)), _CAUSES.c.raised == 1)
)
_END_ABOVE = _end_above(_CAUSES.c.id == bindparam("incident"))
_END_ABOVE_DEFINITION = _end_above(_CAUSES.c.definition_id == bindparam("definition"))
_END_ABOVE_JOBS = _end_above(_CAUSES.c.job_id.in_(bindparam("jobs", expanding=True)))
_END_OF_JOBS = Statement(
    update(INCIDENT)
    .where(INCIDENT.c.job_id.in_(bindparam("jobs", expanding=True)), _OPEN)
    .values(ended_at=bindparam("ended"), resolved=bindparam("was_resolved"))
)


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What a list of open incidents is narrowed to. Combined with and.

    Two pairs are the exception, of which either may match where both are given: ``causes``, activities or jobs that
    failed, and ``configuration``, that of incidents that clients raised; ``batch_ids``, batches whose jobs were given
    up, and ``job_definition_ids``.
    """

    ids: Sequence[int] | None = None
    cause_ids: Sequence[int] | None = None
    root_cause_ids: Sequence[int] | None = None
    type: str | None = None
    message: str | None = None
    message_like: str | None = None
    definition_id: int | None = None
    definition_keys: Sequence[str] | None = None
    instance_ids: Sequence[int] | None = None
    execution_ids: Sequence[int] | None = None
    node_ids: Sequence[str] | None = None
    before: int | None = None
    after: int | None = None
    tenants: Sequence[str] | None = None
    causes: Sequence[int] | None = None
    configuration: str | None = None
    batch_ids: Sequence[int] | None = None
    job_definition_ids: Sequence[int] | None = None
    failed_node_ids: Sequence[str] | None = None

    @property
    def of_processes(self) -> bool:
        """Whether only incidents of processes can match: jobs have nothing of what is asked for."""
        wanted = (self.definition_id, self.definition_keys, self.instance_ids, self.execution_ids, self.node_ids)
        more = (self.failed_node_ids, self.tenants)
        return any(one is not None for one in (*wanted, *more))


def insert(tx: Transaction, row: dict[str, object]) -> None:
    """Write a new incident; the row is complete."""
    tx.write(_INSERT, row)


def end_of_activities(tx: Transaction, activity_ids: Sequence[int], *, resolved: bool) -> None:
    """Close the open incidents of activities themselves, not of their jobs: resolved, or gone with the activities.

    Costs no round trip of its own.
    """
    for some in parts(activity_ids):
        which = {"activities": some, "ended": tx.now, "was_resolved": int(resolved)}
        tx.send(_END_OF_ACTIVITIES, which)
        tx.send(_END_ABOVE_ACTIVITIES, which)


def end_of_jobs(tx: Transaction, job_ids: Sequence[int], *, resolved: bool) -> None:
    """Close the open incidents of jobs: resolved, or gone together with the job. Costs no round trip of its own."""
    for some in parts(job_ids):
        which = {"jobs": some, "ended": tx.now, "was_resolved": int(resolved)}
        tx.send(_END_OF_JOBS, which)
        tx.send(_END_ABOVE_JOBS, which)


def end_raised(tx: Transaction, activity_ids: Sequence[int]) -> None:
    """Close the open incidents that clients raised at activities, which end. Costs no round trip of its own."""
    for some in parts(activity_ids):
        which = {"activities": some, "ended": tx.now}
        tx.send(_END_RAISED, which)
        tx.send(_END_ABOVE_RAISED, which | {"was_resolved": 1})


def end_above_definition(tx: Transaction, definition_id: int) -> None:
    """Close the open incidents that tell of those in instances of a definition, which is removed."""
    tx.write(_END_ABOVE_DEFINITION, {"definition": definition_id, "ended": tx.now, "was_resolved": 0})


def resolve(tx: Transaction, incident_id: int) -> None:
    """Close one open incident as resolved."""
    tx.write(_RESOLVE, {"incident": incident_id, "ended": tx.now})
    tx.send(_END_ABOVE, {"incident": incident_id, "ended": tx.now, "was_resolved": 1})


def annotate(tx: Transaction, incident_id: int, annotation: str | None) -> None:
    """Set the remark on an incident; None takes it away."""
    tx.write(_ANNOTATE, {"incident": incident_id, "remark": annotation})


def find(
    tx: Transaction, criteria: IncidentFilter, sorting: Sequence[Sorting] = (), page: Page = ALL
) -> list[IncidentRow]:
    """The matching open incidents; by id where no order is given."""
    query, columns = _query(criteria)
    return [IncidentRow._make(row) for row in tx.select(paged(ordered(query, columns, sorting, columns["id"]), page))]


def number(tx: Transaction, criteria: IncidentFilter) -> int:
    """How many open incidents match."""
    return count(tx, _query(criteria)[0])


def _query(criteria: IncidentFilter) -> tuple[Select[Any], Columns]:
    """The rows that match, and the columns by which they can be ordered."""
    of_processes = (
        select(*_OF_INCIDENTS.values())
        .select_from(
            INCIDENT.join(DEFINITION, DEFINITION.c.id == INCIDENT.c.definition_id).outerjoin(
                JOB, JOB.c.id == INCIDENT.c.job_id
            )
        )
        .where(
            _OPEN,
            *_common(_OF_INCIDENTS, criteria),
            *_about(criteria),
            *among(JOB.c.job_definition_id, criteria.job_definition_ids),
            *among(INCIDENT.c.failed_node_id, criteria.failed_node_ids),
            *equals(INCIDENT.c.definition_id, criteria.definition_id),
            *among(DEFINITION.c.key, criteria.definition_keys),
            *among(INCIDENT.c.instance_id, criteria.instance_ids),
            *of_executions(INCIDENT.c.activity_id, INCIDENT.c.instance_id, criteria.execution_ids),
            *among(INCIDENT.c.node_id, criteria.node_ids),
            *tenancy(INCIDENT.c.tenant, criteria.tenants, without=False),
        )
    )
    by_batch, by_job_definition = criteria.batch_ids is not None, criteria.job_definition_ids is not None
    if criteria.of_processes or (by_job_definition and not by_batch):
        return of_processes, _OF_INCIDENTS
    of_jobs = select(*_OF_JOBS.values()).where(
        _GIVEN_UP,
        *_common(_OF_JOBS, criteria),
        *among(JOB.c.id, criteria.causes),
        *among(JOB.c.batch_id, criteria.batch_ids),
    )
    parts = (of_jobs,) if by_batch and not by_job_definition else (of_processes, of_jobs)
    both = union_all(*parts).subquery("incidents")
    return select(both), dict(both.c)


def _about(criteria: IncidentFilter) -> list[ColumnElement[bool]]:
    either = [*among(_CAUSE, criteria.causes), *equals(INCIDENT.c.configuration, criteria.configuration)]
    return [or_(*either)] if either else []


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column.element if isinstance(column, Label) else column


def _common(columns: Columns, criteria: IncidentFilter) -> list[ColumnElement[bool]]:
    """What can be asked of incidents of every kind."""
    return [
        *among(columns["id"], criteria.ids),
        *among(_plain(columns["cause_id"]), criteria.cause_ids),
        *among(_plain(columns["root_cause_id"]), criteria.root_cause_ids),
        *equals(columns["type"], criteria.type),
        *equals(columns["message"], criteria.message),
        *like(columns["message"], criteria.message_like),
        *([] if criteria.before is None else [columns["created_at"] < criteria.before]),
        *([] if criteria.after is None else [columns["created_at"] > criteria.after]),
    ]
