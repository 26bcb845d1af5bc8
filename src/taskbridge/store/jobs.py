"""Statements on jobs, the server's own work: bulk operations, timers, asynchronous continuations.

Locks are taken in one order: the root instance of a job, if it has one, before the job. ``instances.lock`` and
``instances.try_lock_root`` take the first.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from taskbridge.store import incidents
from taskbridge.store.database import Transaction
from taskbridge.store.lists import one_of
from taskbridge.store.parts import parts
from taskbridge.store.statements import Statement, columns_of, insert_into
from taskbridge.store.tables import Job, JobDefinition, table_of

JOB = table_of(Job)
JOB_DEFINITION = table_of(JobDefinition)

#: ``due_at`` of a job that is to be done as soon as possible, whatever the clock shows.
AT_ONCE = 0
#: How often a job is tried before it is given up.
TRIES = 3
#: The type of jobs that start instances at a timer start event.
START_TIMER = "timer-start-event"


class JobRow(NamedTuple):
    """A job. ``suspended`` is 0 or 1, ``due_at`` and ``created_at`` are milliseconds; ``due_at`` is 0 for at once."""

    id: int
    type: str
    batch_id: int | None
    instance_id: int | None
    payload: str
    due_at: int
    retries: int
    error: str | None
    root_id: int | None
    activity_id: int | None
    definition_id: int | None
    node_id: str | None
    job_definition_id: int | None
    tenant: str | None
    priority: int
    suspended: int
    created_at: int
    failed_node_id: str | None
    error_details: str | None


COLUMNS = columns_of(JobRow, JOB)
_BY_ID = Statement(select(*COLUMNS).where(JOB.c.id == bindparam("id")), JobRow)
_INSERT = Statement(insert_into(Job))
_COUNT_DOWN = Statement(
    update(JOB)
    .where(JOB.c.id == bindparam("job"), JOB.c.retries == bindparam("seen"))
    .values(
        {
            name: bindparam(f"new_{name}", type_=JOB.c[name].type)
            for name in ("retries", "due_at", "error", "error_details", "failed_node_id", "payload")
        }
    )
)


def _insert_of_process(*more: ColumnElement[bool]) -> Statement[Any]:
    """Inserts a job as its job definition has it: suspended while that is, with its priority where it has one."""
    given: dict[str, ColumnElement[Any]] = {column.name: bindparam(column.name, type_=column.type) for column in JOB.c}
    declared = JOB_DEFINITION.c
    of_node = and_(*(declared[name] == given[name] for name in ("definition_id", "node_id", "type")), *more)
    given["job_definition_id"] = declared.id
    given["priority"] = func.coalesce(declared.priority, given["priority"])
    given["suspended"] = func.coalesce(declared.suspended, literal_column("0"))
    one_row = select(literal_column("1").label("one")).subquery("one_row")
    found = select(*given.values()).select_from(one_row.outerjoin(JOB_DEFINITION, of_node))
    return Statement(JOB.insert().from_select(list(given), found))


_INSERT_OF_PROCESS = _insert_of_process()
_INSERT_CONFIGURED = _insert_of_process(
    JOB_DEFINITION.c.configuration == bindparam("configuration", type_=JOB_DEFINITION.c.configuration.type)
)
_WITHDRAW = Statement(
    delete(JOB).where(JOB.c.activity_id.in_(bindparam("activities", expanding=True))).returning(JOB.c.id, JOB.c.retries)
)
_WITHDRAW_OF_INSTANCE = Statement(
    delete(JOB)
    .where(JOB.c.instance_id == bindparam("instance"), JOB.c.activity_id.is_(None), JOB.c.root_id.is_not(None))
    .returning(JOB.c.id, JOB.c.retries)
)
_WITHDRAW_STARTS = Statement(
    delete(JOB)
    .where(JOB.c.definition_id.in_(bindparam("definitions", expanding=True)), JOB.c.type == literal(START_TIMER))
    .returning(JOB.c.id, JOB.c.retries)
)


def get(tx: Transaction, job_id: int) -> JobRow | None:
    """One job; not locked."""
    return tx.one(_BY_ID, {"id": job_id})


def insert(tx: Transaction, rows: Sequence[JobRow]) -> None:
    """Write new jobs that belong to no process."""
    tx.write_many(_INSERT, [row._asdict() for row in rows])


def insert_of_process(tx: Transaction, row: JobRow, configuration: str | None = None) -> None:
    """Write a new job of a process; its instance must have been written before.

    It takes its ``job_definition_id`` from the job definition of its node and type, and of ``configuration`` where a
    node has several of the type; it is suspended when that is, and has that one's priority when it overrides the
    model's. Costs no round trip of its own.
    """
    if configuration is None:
        tx.send(_INSERT_OF_PROCESS, row._asdict())
    else:
        tx.send(_INSERT_CONFIGURED, row._asdict() | {"configuration": configuration})


def withdraw(tx: Transaction, activity_ids: Sequence[int]) -> None:
    """Take away the jobs that hang on activity instances, with their open incidents. Their tree is held."""
    for some in parts(activity_ids):
        _gone(tx, tx.rows(_WITHDRAW, {"activities": some}))


def withdraw_of_instance(tx: Transaction, instance_id: int) -> None:
    """Take away the jobs that hang on an instance itself, with their open incidents. Its tree is held."""
    _gone(tx, tx.rows(_WITHDRAW_OF_INSTANCE, {"instance": instance_id}))


def withdraw_starts(tx: Transaction, definition_ids: Sequence[int]) -> None:
    """Take away the jobs that would start instances of definitions at timer start events, with their open incidents."""
    if definition_ids:
        _gone(tx, tx.rows(_WITHDRAW_STARTS, {"definitions": list(definition_ids)}))


def _gone(tx: Transaction, rows: Sequence[tuple[int, int]]) -> None:
    failed = [job_id for job_id, retries in rows if retries <= 0]
    if failed:
        incidents.end_of_jobs(tx, failed, resolved=False)


def of_ids(job_ids: Sequence[int]) -> ColumnElement[bool]:
    """Jobs by their ids; like those below a condition for ``find``, ``roots`` and ``change``."""
    return one_of(JOB.c.id, job_ids)


def of_activities(activity_ids: Sequence[int]) -> ColumnElement[bool]:
    """The jobs that hang on activity instances."""
    return one_of(JOB.c.activity_id, activity_ids)


def of_instances(instance_ids: Sequence[int]) -> ColumnElement[bool]:
    """The jobs of process instances."""
    return one_of(JOB.c.instance_id, instance_ids)


def of_definitions(definition_ids: Sequence[int]) -> ColumnElement[bool]:
    """The jobs of process definitions: of their instances, and those that start instances."""
    return one_of(JOB.c.definition_id, definition_ids)


def of_start_events(definition_ids: Sequence[int]) -> ColumnElement[bool]:
    """The jobs that start instances of process definitions."""
    return and_(of_definitions(definition_ids), JOB.c.instance_id.is_(None))


def of_job_definitions(job_definition_ids: Sequence[int]) -> ColumnElement[bool]:
    """The jobs of job definitions, and of batches, which stand for the definitions of their jobs."""
    definitions = select(JOB_DEFINITION.c.definition_id).where(one_of(JOB_DEFINITION.c.id, job_definition_ids))
    return or_(
        and_(JOB.c.definition_id.in_(definitions), one_of(JOB.c.job_definition_id, job_definition_ids)),
        one_of(JOB.c.batch_id, job_definition_ids),
    )


def find(tx: Transaction, chosen: ColumnElement[bool]) -> list[JobRow]:
    """The chosen jobs, by id."""
    return [JobRow._make(row) for row in tx.select(select(*COLUMNS).where(chosen).order_by(JOB.c.id))]


def roots(tx: Transaction, chosen: ColumnElement[bool]) -> list[int]:
    """The root instances of the chosen jobs, which have to be locked before the jobs are changed."""
    query = select(JOB.c.root_id).where(chosen, JOB.c.root_id.is_not(None)).distinct()
    return [row[0] for row in tx.select(query)]


def change(tx: Transaction, chosen: ColumnElement[bool], **values: object) -> None:
    """Set columns of the chosen jobs; their root instances are locked."""
    tx.execute(update(JOB).where(chosen).values(**values))


def delete_one(tx: Transaction, job_id: int) -> None:
    """Take a job away, with its open incident; its root instance is locked."""
    tx.execute(delete(JOB).where(JOB.c.id == job_id))
    incidents.end_of_jobs(tx, [job_id], resolved=False)


def count_down(tx: Transaction, seen: JobRow, failed: JobRow) -> bool:
    """Put a job back that could not be carried out; tells whether it was still as it was seen."""
    new = {
        "new_retries": failed.retries,
        "new_due_at": failed.due_at,
        "new_error": failed.error,
        "new_error_details": failed.error_details,
        "new_failed_node_id": failed.failed_node_id,
        "new_payload": failed.payload,
    }
    return tx.write(_COUNT_DOWN, {"job": seen.id, "seen": seen.retries, **new}) == 1
