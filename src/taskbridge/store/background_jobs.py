"""Statements on work in the background as its users see it. What is due is another table's affair (``jobs``)."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from taskbridge.store.database import Transaction
from taskbridge.store.project_tables import BackgroundJob, BackgroundMessage
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import table_of

JOB = table_of(BackgroundJob)
MESSAGE = table_of(BackgroundMessage)


class BackgroundJobRow(NamedTuple):
    """Work in the background."""

    id: int
    type: str
    name: str
    status: str
    tenant: str | None
    created_by: str | None
    created_at: int
    started_at: int | None
    changed_at: int
    ended_at: int | None


class MessageRow(NamedTuple):
    """What such work has said."""

    id: int
    job_id: int
    said_at: int
    text: str


_BY_ID = Statement(
    select(*(JOB.c[name] for name in BackgroundJobRow._fields)).where(JOB.c.id == bindparam("id")), BackgroundJobRow
)
_MESSAGES = Statement(
    select(*(MESSAGE.c[name] for name in MessageRow._fields))
    .where(MESSAGE.c.job_id == bindparam("job"), MESSAGE.c.said_at >= bindparam("since"))
    .order_by(MESSAGE.c.said_at, MESSAGE.c.id),
    MessageRow,
)
_INSERT = Statement(insert_into(BackgroundJob))
_SAY = Statement(insert_into(BackgroundMessage))


def get(tx: Transaction, job_id: int) -> BackgroundJobRow | None:
    """One job, whether it is over or not."""
    return tx.one(_BY_ID, {"id": job_id})


def insert(tx: Transaction, row: BackgroundJobRow) -> None:
    """Write a new job."""
    tx.write(_INSERT, row._asdict())


def change(tx: Transaction, job_id: int, **values: object) -> None:
    """Set columns of a job."""
    tx.execute(update(JOB).where(JOB.c.id == job_id).values(**values, changed_at=tx.now))


def say(tx: Transaction, job_id: int, message: str) -> None:
    """Keep a message of a job."""
    tx.write(_SAY, MessageRow(tx.new_id(), job_id, tx.now, message)._asdict())


def messages(tx: Transaction, job_id: int, since: int) -> list[MessageRow]:
    """What a job has said since a moment, in order."""
    return tx.rows(_MESSAGES, {"job": job_id, "since": since})
