"""Statements on comments."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Comment, table_of

COMMENT = table_of(Comment)


class CommentRow(NamedTuple):
    """What somebody said. ``kind`` tells why: see the constants of the service."""

    id: int
    instance_id: int
    activity_id: int | None
    kind: str
    author: str | None
    text: str
    created_at: int


_COLUMNS = tuple(COMMENT.c[name] for name in CommentRow._fields)
_OF_INSTANCES = Statement(
    select(*_COLUMNS).where(COMMENT.c.instance_id.in_(bindparam("instances", expanding=True))).order_by(COMMENT.c.id),
    CommentRow,
)
_OF_ACTIVITY = Statement(
    select(*_COLUMNS).where(COMMENT.c.activity_id == bindparam("activity")).order_by(COMMENT.c.id), CommentRow
)
_LATEST = (
    select(COMMENT.c.activity_id, func.count().label("number"), func.max(COMMENT.c.id).label("latest"))
    .where(COMMENT.c.activity_id.in_(bindparam("activities", expanding=True)))
    .group_by(COMMENT.c.activity_id, COMMENT.c.kind)
    .subquery()
)
_SUMMARIES = Statement(
    select(COMMENT.c.activity_id, COMMENT.c.kind, _LATEST.c.number, COMMENT.c.text).join(
        _LATEST, _LATEST.c.latest == COMMENT.c.id
    ),
)
_INSERT = Statement(insert_into(Comment))


def insert(tx: Transaction, row: CommentRow) -> None:
    """Keep a comment."""
    tx.send(_INSERT, row._asdict())


def of_instances(tx: Transaction, instance_ids: list[int]) -> list[CommentRow]:
    """The comments on process instances, oldest first."""
    return tx.rows(_OF_INSTANCES, {"instances": instance_ids})


class SummaryRow(NamedTuple):
    """How many comments of a kind an activity has, and the latest one."""

    activity_id: int
    kind: str
    number: int
    latest: str


def summaries(tx: Transaction, activity_ids: list[int]) -> list[SummaryRow]:
    """What comments there are on activities, a row for each kind."""
    return [SummaryRow(*row) for row in tx.rows(_SUMMARIES, {"activities": activity_ids})]


def of_activity(tx: Transaction, activity_id: int) -> list[CommentRow]:
    """The comments on one activity, oldest first."""
    return tx.rows(_OF_ACTIVITY, {"activity": activity_id})
