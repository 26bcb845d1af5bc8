"""Statements on jobs, the server's own work, and on the batches they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, delete, select, text, update

from taskbridge.store.database import Transaction
from taskbridge.store.lists import ALL, Page, Sorting, among, count, equals, ordered, paged
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Batch, Job, table_of

JOB = table_of(Job)
BATCH = table_of(Batch)

#: ``due_at`` of a job that is to be done as soon as possible, whatever the clock shows.
AT_ONCE = 0
#: How often a job is tried before it is given up.
TRIES = 3
_ANY = 2**62


class JobRow(NamedTuple):
    """A job that waits for its turn."""

    id: int
    type: str
    batch_id: int | None
    payload: str
    due_at: int
    retries: int


class BatchRow(NamedTuple):
    """A bulk operation and how far it is."""

    id: int
    type: str
    total_jobs: int
    failed_jobs: int
    completed_jobs: int
    tenant: str | None
    created_by: str | None
    created_at: int


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """What a list of batches is narrowed to; None and False do not narrow. Combined with and."""

    ids: Sequence[int] | None = None
    type: str | None = None
    created_by: str | None = None
    started_before: int | None = None
    started_after: int | None = None
    with_failures: bool = False
    without_failures: bool = False


_KNOWN = JOB.c.type.in_(bindparam("types", expanding=True))
_WAITING = text("retries > 0")
_DUE = Statement(
    select(*(JOB.c[name] for name in JobRow._fields))
    .where(
        JOB.c.due_at >= bindparam("earliest"),
        JOB.c.due_at <= bindparam("latest"),
        JOB.c.retries <= bindparam("retries"),
        _WAITING,
        _KNOWN,
    )
    .order_by(JOB.c.due_at, JOB.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True),
    JobRow,
)
_NEXT = Statement(select(JOB.c.due_at).where(_WAITING, _KNOWN).order_by(JOB.c.due_at).limit(1))
_INSERT = Statement(insert_into(Job))
_DELETE = Statement(delete(JOB).where(JOB.c.id == bindparam("id")))
_FAIL = Statement(
    update(JOB)
    .where(JOB.c.id == bindparam("job"), JOB.c.retries > bindparam("left"))
    .values(retries=bindparam("left"), due_at=bindparam("due"), error=bindparam("reason"))
)
_INSERT_BATCH = Statement(insert_into(Batch))
_BATCH_COLUMNS = [BATCH.c[name] for name in BatchRow._fields]
_OPEN_BATCH = text("batch.ended_at IS NULL")

BATCH_ORDERS: dict[str, ColumnElement[Any]] = {
    "id": BATCH.c.id,
    "tenant": BATCH.c.tenant,
    "created_at": BATCH.c.created_at,
}


def due(tx: Transaction, types: Sequence[str], most: int, *, pause: int) -> list[JobRow]:
    """Jobs of these types whose time has come, locked against other runners until the end of the transaction.

    At most ``most`` of each kind: those that were to be done at once, and those whose moment is over, earliest first. A
    job that failed waits for ``pause`` milliseconds; one that waits for longer was put back before the clock was set
    back, and is due as well.
    """
    kinds = (
        (AT_ONCE, AT_ONCE, _ANY),
        (AT_ONCE + 1, tx.now, _ANY),
        (tx.now + pause + 1, _ANY, TRIES - 1),
    )
    found: list[JobRow] = []
    for earliest, latest, retries in kinds:
        bounds = {"earliest": earliest, "latest": latest, "retries": retries}
        found += tx.rows(_DUE, {**bounds, "types": types, "most": most})
    return found


def next_due(tx: Transaction, types: Sequence[str]) -> int | None:
    """When the earliest job of these types falls due; None when there is none."""
    row = tx.one(_NEXT, {"types": types})
    return None if row is None else int(row[0])


def insert(tx: Transaction, rows: Sequence[dict[str, object]]) -> None:
    """Write new jobs; every row is complete."""
    tx.write_many(_INSERT, rows)


def done(tx: Transaction, job_id: int) -> bool:
    """Take a job away that is being carried out; tells whether it was still there."""
    return tx.write(_DELETE, {"id": job_id}) == 1


def failed(tx: Transaction, job_id: int, *, retries: int, due_at: int, error: str) -> bool:
    """Put a job back that could not be carried out; tells whether another runner had not done so already.

    With ``retries`` 0 it is given up, and ``due_at`` is the moment at which that happened.
    """
    return tx.write(_FAIL, {"job": job_id, "left": retries, "due": due_at, "reason": error}) == 1


def insert_batch(tx: Transaction, row: dict[str, object]) -> None:
    """Write a new batch; the row is complete."""
    tx.write(_INSERT_BATCH, row)


def progress(tx: Transaction, batch_id: int, *, completed: int = 0, failed: int = 0) -> None:
    """Count jobs of a batch as completed or failed for good; the batch ends when all were completed."""
    tx.execute(
        update(BATCH)
        .where(BATCH.c.id == batch_id)
        .values(completed_jobs=BATCH.c.completed_jobs + completed, failed_jobs=BATCH.c.failed_jobs + failed)
    )
    everything_done = BATCH.c.completed_jobs >= BATCH.c.total_jobs
    tx.execute(
        update(BATCH).where(BATCH.c.id == batch_id, BATCH.c.ended_at.is_(None), everything_done).values(ended_at=tx.now)
    )


def get_batch(tx: Transaction, batch_id: int) -> BatchRow | None:
    """One batch that is not finished."""
    rows = find_batches(tx, BatchFilter(ids=[batch_id]))
    return rows[0] if rows else None


def delete_batch(tx: Transaction, batch_id: int) -> bool:
    """End a batch, and take away the jobs that it still has; tells whether it was not finished yet."""
    ended = tx.execute(update(BATCH).where(BATCH.c.id == batch_id, _OPEN_BATCH).values(ended_at=tx.now))
    tx.execute(delete(JOB).where(JOB.c.batch_id == batch_id))
    return ended == 1


def find_batches(
    tx: Transaction,
    criteria: BatchFilter,
    sorting: Sequence[Sorting] = (),
    page: Page = ALL,
) -> list[BatchRow]:
    """The batches that are not finished; by id where no order is given."""
    query = paged(ordered(_batches(criteria), BATCH_ORDERS, sorting, BATCH.c.id), page)
    return [BatchRow._make(row) for row in tx.select(query)]


def number_of_batches(tx: Transaction, criteria: BatchFilter) -> int:
    """How many batches are not finished."""
    return count(tx, _batches(criteria))


def _batches(criteria: BatchFilter) -> Select[Any]:
    query = select(*_BATCH_COLUMNS).where(
        _OPEN_BATCH,
        *among(BATCH.c.id, criteria.ids),
        *equals(BATCH.c.type, criteria.type),
        *equals(BATCH.c.created_by, criteria.created_by),
    )
    if criteria.started_before is not None:
        query = query.where(BATCH.c.created_at < criteria.started_before)
    if criteria.started_after is not None:
        query = query.where(BATCH.c.created_at > criteria.started_after)
    if criteria.with_failures:
        query = query.where(BATCH.c.failed_jobs > 0)
    if criteria.without_failures:
        query = query.where(BATCH.c.failed_jobs == 0)
    return query
