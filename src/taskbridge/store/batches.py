"""Statements and lists on batches: bulk operations that run in the background, in jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, delete, select, text, update

from taskbridge.store.database import Transaction
from taskbridge.store.lists import ALL, Page, Sorting, among, count, equals, ordered, paged
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Batch, Job, table_of

JOB = table_of(Job)
BATCH = table_of(Batch)


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


_INSERT = Statement(insert_into(Batch))
_COLUMNS = [BATCH.c[name] for name in BatchRow._fields]
_OPEN_BATCH = text("batch.ended_at IS NULL")

BATCH_ORDERS: dict[str, ColumnElement[Any]] = {
    "id": BATCH.c.id,
    "tenant": BATCH.c.tenant,
    "created_at": BATCH.c.created_at,
}


def insert(tx: Transaction, row: dict[str, object]) -> None:
    """Write a new batch; the row is complete."""
    tx.write(_INSERT, row)


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


def get(tx: Transaction, batch_id: int) -> BatchRow | None:
    """One batch that is not finished."""
    rows = find(tx, BatchFilter(ids=[batch_id]))
    return rows[0] if rows else None


def delete_open(tx: Transaction, batch_id: int) -> bool:
    """End a batch, and take away the jobs that it still has; tells whether it was not finished yet."""
    ended = tx.execute(update(BATCH).where(BATCH.c.id == batch_id, _OPEN_BATCH).values(ended_at=tx.now))
    tx.execute(delete(JOB).where(JOB.c.batch_id == batch_id))
    return ended == 1


def find(
    tx: Transaction,
    criteria: BatchFilter,
    sorting: Sequence[Sorting] = (),
    page: Page = ALL,
) -> list[BatchRow]:
    """The batches that are not finished; by id where no order is given."""
    query = paged(ordered(_batches(criteria), BATCH_ORDERS, sorting, BATCH.c.id), page)
    return [BatchRow._make(row) for row in tx.select(query)]


def number(tx: Transaction, criteria: BatchFilter) -> int:
    """How many batches are not finished."""
    return count(tx, _batches(criteria))


def _batches(criteria: BatchFilter) -> Select[Any]:
    query = select(*_COLUMNS).where(
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
