"""How much work waits: counts for metrics, each bounded in the rows that it reads."""

from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, func, select, text

from taskbridge.kinds import ROW
from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement
from taskbridge.store.tables import ActivityInstance, Incident, Job, table_of

JOB = table_of(Job)
ACTIVITY = table_of(ActivityInstance)
INCIDENT = table_of(Incident)

#: Rows that are read for each count; where there are more, the count says that there are so many at least.
MOST = 10_000


class WaitingWork(NamedTuple):
    """Jobs of the server by state, external tasks by state, open incidents of processes."""

    jobs_due: int
    jobs_waiting: int
    jobs_suspended: int
    jobs_failed: int
    tasks_free: int
    tasks_locked: int
    incidents: int


#: Among the oldest jobs, since those that failed for good are left behind while others come and go.
_OLDEST = select(JOB.c.retries, JOB.c.due_at, JOB.c.suspended).order_by(JOB.c.id).limit(MOST).subquery("oldest")
_JOBS = Statement(
    select(
        *(
            func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
            for condition in (
                and_(_OLDEST.c.retries > 0, _OLDEST.c.suspended == 0, _OLDEST.c.due_at <= bindparam("now")),
                and_(_OLDEST.c.retries > 0, _OLDEST.c.suspended == 0, _OLDEST.c.due_at > bindparam("now")),
                and_(_OLDEST.c.retries > 0, _OLDEST.c.suspended == 1),
                _OLDEST.c.retries <= 0,
            )
        )
    )
)


def _counted(query: Select[Any]) -> Statement[tuple[Any, ...]]:
    return Statement(select(func.count()).select_from(query.limit(MOST).subquery("counted")))


_FETCHABLE = text(ROW.fetchable)
_UNLOCKED = text("lock_until IS NULL")
_ONCE_LOCKED = text("lock_until IS NOT NULL")
_FREE = _counted(select(ACTIVITY.c.id).where(_FETCHABLE, _UNLOCKED))
_RUN_OUT = _counted(select(ACTIVITY.c.id).where(_FETCHABLE, _ONCE_LOCKED, ACTIVITY.c.lock_until <= bindparam("now")))
_LOCKED = _counted(select(ACTIVITY.c.id).where(_FETCHABLE, _ONCE_LOCKED, ACTIVITY.c.lock_until > bindparam("now")))
_INCIDENTS = _counted(select(INCIDENT.c.id).where(text("incident.ended_at IS NULL")))
_ONE_JOB = Statement(select(JOB.c.id).limit(1))


def count(tx: Transaction) -> WaitingWork:
    """All counts, of one moment."""
    now = {"now": tx.now}
    due, waiting, suspended, failed = tx.rows(_JOBS, now)[0]
    free = _number(tx, _FREE) + _number(tx, _RUN_OUT)
    return WaitingWork(due, waiting, suspended, failed, free, _number(tx, _LOCKED), _number(tx, _INCIDENTS))


def touch(tx: Transaction) -> None:
    """Read a row, if there is one: the database answers, and has our tables."""
    tx.one(_ONE_JOB)


def _number(tx: Transaction, statement: Statement[tuple[Any, ...]]) -> int:
    (found,) = tx.rows(statement, {"now": tx.now})[0]
    return int(found)
