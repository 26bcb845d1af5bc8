"""Statements of the runner: which jobs are due, which fall due next, and taking one away to carry it out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    literal_column,
    select,
    text,
    tuple_,
    union_all,
)

from taskbridge.kinds import InstanceState
from taskbridge.store.database import Transaction
from taskbridge.store.jobs import AT_ONCE, COLUMNS, JOB, TRIES, JobRow
from taskbridge.store.statements import Statement
from taskbridge.store.tables import RUNNABLE, ProcessInstance, table_of


class Candidate(NamedTuple):
    """A job as a look found it; it is not locked. ``kind`` is one of the three below."""

    kind: int
    id: int
    type: str
    root_id: int | None
    definition_id: int | None
    due_at: int
    retries: int
    priority: int


class Place(NamedTuple):
    """How far a round has come among the jobs of one kind: what it has seen lies before it."""

    due_at: int
    id: int


class Look(NamedTuple):
    """What one look found: candidates, earliest first, and when the next job falls due that is not due yet."""

    candidates: list[Candidate]
    next_due: int | None


#: Jobs that were to be done at once; jobs whose moment is over; jobs of no process that wait for another try for longer
#: than they were put back for, because the clock was set back meanwhile. None keeps those of another kind waiting.
AT_ONCE_JOBS, DUE_JOBS, PUT_BACK_JOBS = range(3)
_NOT_DUE = 3
START = (Place(-1, 0),) * 3

_INSTANCE = table_of(ProcessInstance)
#: Jobs that nothing keeps from being carried out: neither their own suspension nor that of their instance.
_RUNNABLE = and_(
    text(f"job.{RUNNABLE.replace(' AND ', ' AND job.')}"),
    ~exists().where(_INSTANCE.c.id == JOB.c.instance_id, _INSTANCE.c.state == InstanceState.SUSPENDED),
)
_KNOWN = JOB.c.type.in_(bindparam("types", expanding=True))
_NOW = bindparam("now", type_=JOB.c.due_at.type)
_KINDS: tuple[tuple[ColumnElement[bool], ...], ...] = (
    (JOB.c.due_at == AT_ONCE,),
    (JOB.c.due_at > AT_ONCE, JOB.c.due_at <= _NOW),
    # Without an error it is not the runner that lowered the retries.
    (
        *(JOB.c.due_at > bindparam("latest"), JOB.c.retries < TRIES),
        *(JOB.c.error.is_not(None), JOB.c.definition_id.is_(None)),
    ),
    (JOB.c.due_at > _NOW,),
)


def _of_kind(kind: int) -> Select[Any]:
    query = select(
        literal_column(str(kind)).label("kind"), *(JOB.c[name] for name in Candidate._fields if name != "kind")
    ).where(_RUNNABLE, _KNOWN, *_KINDS[kind])
    if kind == _NOT_DUE:
        query = query.limit(1)
    else:
        seen = tuple_(bindparam(f"due_{kind}"), bindparam(f"id_{kind}"))
        query = query.where(tuple_(JOB.c.due_at, JOB.c.id) > seen).limit(bindparam("most"))
    return select(query.order_by(JOB.c.due_at, JOB.c.id).subquery(f"kind_{kind}"))


_LOOK = Statement(union_all(*(_of_kind(kind) for kind in range(4))), Candidate)
_AS_SEEN = (
    select(JOB.c.id)
    .where(
        JOB.c.id == bindparam("id"),
        JOB.c.due_at == bindparam("due_at"),
        JOB.c.retries == bindparam("retries"),
        _RUNNABLE,
    )
    .with_for_update(skip_locked=True, of=JOB)
)
_TAKE = Statement(delete(JOB).where(JOB.c.id.in_(_AS_SEEN)).returning(*COLUMNS), JobRow)
_TAKE_ANYWAY = Statement(delete(JOB).where(JOB.c.id == bindparam("id")).returning(*COLUMNS), JobRow)


def look(tx: Transaction, types: Sequence[str], most: int, *, pause: int, after: Sequence[Place] = START) -> Look:
    """Jobs of these types that are due, ``most`` of each kind, behind the places that a round has come to.

    A job of no process that failed waits for ``pause`` milliseconds; one that waits for longer was put back before the
    clock was set back, and is due as well.
    """
    places = {f"due_{kind}": place.due_at for kind, place in enumerate(after)}
    places |= {f"id_{kind}": place.id for kind, place in enumerate(after)}
    bounds = {"now": tx.now, "latest": tx.now + pause, "most": most}
    found = tx.rows(_LOOK, {**places, **bounds, "types": types})
    later = [row.due_at for row in found if row.kind == _NOT_DUE]
    return Look([row for row in found if row.kind != _NOT_DUE], min(later, default=None))


def places_after(found: Sequence[Candidate], before: Sequence[Place]) -> list[Place]:
    """How far a round has come that had seen what lies before the places, and now has seen these as well."""
    places = list(before)
    for row in found:
        places[row.kind] = Place(row.due_at, row.id)
    return places


def take(tx: Transaction, candidate: Candidate) -> JobRow | None:
    """Take a job away that is to be carried out; None when it is not as it was seen, or another transaction has it.

    Its root instance, if it has one, is locked.
    """
    return tx.one(_TAKE, candidate._asdict())


def take_anyway(tx: Transaction, job_id: int) -> JobRow | None:
    """Take a job away to carry it out, whether it is due or not; None when it is gone. Its root instance is locked."""
    return tx.one(_TAKE_ANYWAY, {"id": job_id})
