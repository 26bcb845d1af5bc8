"""Handing out external tasks and keeping their locks.

Fetching reads through partial indexes, so that what is locked already costs it nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    TextClause,
    any_,
    bindparam,
    cast,
    func,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from taskbridge.kinds import ACTIVITY_ROW, ROW
from taskbridge.store.activities import ACTIVITY, DEFINITION, INSTANCE, JOINED, ActivityRow, rows_query
from taskbridge.store.database import Transaction
from taskbridge.store.lists import among, check_size, like_plain
from taskbridge.store.statements import Statement
from taskbridge.store.variable_filters import VariableCondition, holds

_FREE = text("activity_instance.lock_until IS NULL")
_EXPIRED = text("activity_instance.lock_until IS NOT NULL")
_FETCHABLE = text(ACTIVITY_ROW.fetchable)
_RANKS = select(ACTIVITY.c.priority, ACTIVITY.c.created_at, ACTIVITY.c.id)
_RANKS_JOINED = _RANKS.select_from(JOINED)
#: How many tasks more than asked for are looked at, because others may be about to take the first of them; and how many
#: times more where that was not enough.
_SPARE = 32
_WIDER = 8

_LOCK = Statement(
    update(ACTIVITY)
    .where(ACTIVITY.c.id == bindparam("task"))
    .values(worker=bindparam("new_worker"), lock_until=bindparam("until"))
)
_RETRIES = Statement(
    update(ACTIVITY).where(ACTIVITY.c.id == bindparam("task")).values(retries=bindparam("new_retries"))
)
_FAILURE = Statement(
    update(ACTIVITY)
    .where(ACTIVITY.c.id == bindparam("task"))
    .values(
        error_message=bindparam("message"),
        error_details=bindparam("details"),
        lock_until=bindparam("until"),
        retries=bindparam("new_retries"),
    )
)
_PRIORITY = Statement(
    update(ACTIVITY).where(ACTIVITY.c.id == bindparam("task")).values(priority=bindparam("new_priority"))
)


@dataclass(frozen=True, slots=True)
class TopicCriteria:
    """Which tasks of one topic a fetch may hand out. Empty tuples and None do not filter.

    ``version_tag_like`` is a pattern in which a backslash is a letter like any other (contract 1.6).
    """

    topic: str
    business_key: str | None = None
    definition_ids: tuple[int, ...] | None = None
    definition_keys: tuple[str, ...] | None = None
    version_tag_like: str | None = None
    without_tenant: bool = False
    tenants: tuple[str, ...] = ()
    any_variable: tuple[VariableCondition, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether the topic name is all that is asked for."""
        return self == TopicCriteria(self.topic)


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """By priority (highest first) or not, then by creation time."""

    by_priority: bool = False
    newest_first: bool = False

    def key(self, row: "ActivityRow | Rank") -> tuple[int, int, int]:
        """The sort key that agrees with ``columns``."""
        sign = -1 if self.newest_first else 1
        return (-row.priority if self.by_priority else 0, sign * row.created_at, sign * row.id)

    def columns(self, of: ReadOnlyColumnCollection[str, Any] = ACTIVITY.c) -> list[ColumnElement[Any]]:
        """The same order in SQL, of tasks or of what is selected from them."""
        created: list[ColumnElement[Any]] = [of.created_at, of.id]
        if self.newest_first:
            created = [column.desc() for column in created]
        return ([of.priority.desc()] if self.by_priority else []) + created


class Rank(NamedTuple):
    """What decides which task is handed out first."""

    priority: int
    created_at: int
    id: int


def hold_free(tx: Transaction, topics: Sequence[TopicCriteria], order: FetchOrder, limit: int) -> list[ActivityRow]:
    """At most ``limit`` tasks of some topics that are free or whose lock ran out, best first over all topics.

    On PostgreSQL they are locked until the COMMIT, and no other row is: what this transaction looks at and leaves can
    be had by others at once. Tasks that another transaction has locked are passed over, never waited for (SKIP LOCKED).
    """
    if tx.dialect == "sqlite":
        return _best_rows(tx, topics, order, limit)
    if len(topics) == 1 and topics[0].plain:
        parameters = {"topic": topics[0].topic, "now": tx.now, "most": limit}
        if not tx.rows(_plain_ranks(order, expired=True), parameters):
            return tx.rows(_plain_rows(order), parameters)
    return _best_unlocked(tx, topics, order, limit)


def _best_rows(tx: Transaction, topics: Sequence[TopicCriteria], order: FetchOrder, limit: int) -> list[ActivityRow]:
    halves = [_half(tx, criteria, order, limit, expired=arm) for criteria in topics for arm in (False, True)]
    sorted_already = [rows for rows in halves if rows]
    if len(sorted_already) < 2:
        return sorted_already[0] if sorted_already else []
    found = {row.id: row for rows in sorted_already for row in rows}
    return sorted(found.values(), key=order.key)[:limit]


def _half(
    tx: Transaction, criteria: TopicCriteria, order: FetchOrder, limit: int, *, expired: bool
) -> list[ActivityRow]:
    parameters = {"topic": criteria.topic, "now": tx.now, "most": limit}
    if criteria.plain:
        return tx.rows(_plain_rows(order, expired=expired), parameters)
    query = _arm(rows_query(), order, expired=expired).where(*_conditions(tx.dialect, criteria))
    return [ActivityRow._make(row) for row in tx.select(query.params(parameters))]


def _best_unlocked(
    tx: Transaction, topics: Sequence[TopicCriteria], order: FetchOrder, limit: int
) -> list[ActivityRow]:
    """The best that nobody has locked: found without locks, then locked by id. Looks further while others have them."""
    found: list[ActivityRow] = []
    seen: set[int] = set()
    window = limit + _SPARE
    while True:
        ranked = sorted(_ranks(tx, topics, order, window), key=order.key)[:window]
        fresh = [rank.id for rank in ranked if rank.id not in seen]
        if fresh:
            found += tx.rows(_by_id(order), {"ids": fresh, "now": tx.now, "most": limit - len(found)})
        if len(found) == limit or len(ranked) < window:
            return sorted(found, key=order.key)
        seen.update(fresh)
        window *= _WIDER


def _ranks(tx: Transaction, topics: Sequence[TopicCriteria], order: FetchOrder, limit: int) -> list[Rank]:
    plain = [criteria.topic for criteria in topics if criteria.plain]
    found = set()
    if plain:
        parameters = {"topics": orjson.dumps(plain).decode(), "now": tx.now, "most": limit}
        found.update(tx.rows(_ranks_of_topics(order), parameters))
    for criteria in topics:
        if not criteria.plain:
            for expired in (False, True):
                query = _arm(_RANKS_JOINED, order, expired=expired).where(*_conditions(tx.dialect, criteria))
                rows = tx.select(query.params(topic=criteria.topic, now=tx.now, most=limit))
                found.update(Rank._make(row) for row in rows)
    return list(found)


@lru_cache
def _plain_rows(order: FetchOrder, *, expired: bool = False) -> Statement[ActivityRow]:
    query = _arm(rows_query(), order, expired=expired)
    return Statement(query.with_for_update(of=ACTIVITY, skip_locked=True), ActivityRow)


@lru_cache
def _plain_ranks(order: FetchOrder, *, expired: bool) -> Statement[Rank]:
    return Statement(_arm(_RANKS, order, expired=expired), Rank)


@lru_cache
def _by_id(order: FetchOrder) -> Statement[ActivityRow]:
    """Locks the best of some tasks; its conditions are judged again on rows that have changed in between."""
    query = rows_query().where(
        ACTIVITY.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        _FETCHABLE,
        or_(ACTIVITY.c.lock_until.is_(None), ACTIVITY.c.lock_until <= bindparam("now")),
    )
    query = query.order_by(*order.columns()).limit(bindparam("most"))
    return Statement(query.with_for_update(of=ACTIVITY, skip_locked=True), ActivityRow)


@lru_cache
def _ranks_of_topics(order: FetchOrder) -> Statement[Rank]:
    """The best of any number of topics that ask for nothing else, in one statement. PostgreSQL only."""
    topics = func.json_array_elements_text(cast(bindparam("topics", type_=Text), JSON)).table_valued("value")
    arms = (
        _RANKS.where(ACTIVITY.c.topic == topics.c.value, _FETCHABLE, *_standing(expired=expired))
        .order_by(*order.columns())
        .limit(bindparam("most"))
        for expired in (False, True)
    )
    each = union_all(*(arm.correlate(topics) for arm in arms)).subquery().lateral()
    columns = order.columns(each.c)
    return Statement(
        select(each.c.priority, each.c.created_at, each.c.id)
        .select_from(topics.join(each, true()))
        .order_by(*columns)
        .limit(bindparam("most")),
        Rank,
    )


def _arm(query: Select[Any], order: FetchOrder, *, expired: bool) -> Select[Any]:
    """Either half of what a topic has to give, so that each goes through an index of its own."""
    query = query.where(ACTIVITY.c.topic == bindparam("topic"), _FETCHABLE, *_standing(expired=expired))
    return query.order_by(*order.columns()).limit(bindparam("most"))


def _standing(*, expired: bool) -> list[ColumnElement[bool] | TextClause]:
    return [_EXPIRED, ACTIVITY.c.lock_until <= bindparam("now")] if expired else [_FREE]


def _conditions(dialect: str, criteria: TopicCriteria) -> list[ColumnElement[bool]]:
    check_size(criteria)
    found: list[ColumnElement[bool]] = []
    if criteria.business_key is not None:
        found.append(INSTANCE.c.business_key == criteria.business_key)
    found += among(ACTIVITY.c.definition_id, criteria.definition_ids)
    found += among(DEFINITION.c.key, criteria.definition_keys)
    found += like_plain(DEFINITION.c.version_tag, criteria.version_tag_like)
    if criteria.tenants:
        found += among(ACTIVITY.c.tenant, criteria.tenants)
    elif criteria.without_tenant:
        found.append(ACTIVITY.c.tenant.is_(None))
    if criteria.any_variable:
        found.append(or_(*(holds(dialect, INSTANCE.c.variables, condition) for condition in criteria.any_variable)))
    return found


def lock(tx: Transaction, task_ids: Sequence[int], worker: str | None, until: int | Sequence[int] | None) -> None:
    """Give tasks to a worker until a moment (one for all, or one each); None and None set them free."""
    moments = until if isinstance(until, Sequence) else [until] * len(task_ids)
    rows = [
        {"task": task, "new_worker": worker, "until": moment} for task, moment in zip(task_ids, moments, strict=True)
    ]
    if len(rows) == 1:
        tx.send(_LOCK, rows[0])
    elif rows:
        tx.write_many(_LOCK, rows)


def set_retries(tx: Transaction, task_id: int, retries: int) -> None:
    """How often the task may still be tried."""
    tx.send(_RETRIES, {"task": task_id, "new_retries": retries})


def set_priority(tx: Transaction, task_id: int, priority: int) -> None:
    """The task's rank in fetches that ask for it."""
    tx.send(_PRIORITY, {"task": task_id, "new_priority": priority})


def record_failure(
    tx: Transaction, task_id: int, *, message: str | None, details: str | None, until: int, retries: int
) -> None:
    """Keep what went wrong, and hold the task back until a moment."""
    tx.send(
        _FAILURE,
        {"task": task_id, "message": message, "details": details, "until": until, "new_retries": retries},
    )


def next_expiries(tx: Transaction, topics: Sequence[str], after: int) -> list[tuple[str, int]]:
    """For each of these topics the first moment after ``after`` at which a lock or a retry time of it runs out."""
    found = tx.rows(_NEXT_EXPIRIES, {"topics": orjson.dumps(topics).decode(), "after": after})
    return [(topic, moment) for topic, moment in found if moment is not None]


def _next_expiries(dialect: str) -> Select[Any]:
    # A minimum per topic reads one entry of the index each, grouping would read every lock of the topics.
    given: ColumnElement[Any] = bindparam("topics", type_=Text)
    spread = func.json_each(given) if dialect == "sqlite" else func.json_array_elements_text(cast(given, JSON))
    each = spread.table_valued("value")
    earliest = select(func.min(ACTIVITY.c.lock_until)).where(
        ACTIVITY.c.topic == each.c.value, _FETCHABLE, _EXPIRED, ACTIVITY.c.lock_until > bindparam("after")
    )
    return select(each.c.value, earliest.scalar_subquery().label("moment"))


_NEXT_EXPIRIES = Statement(_next_expiries)


def first_fetchable(tx: Transaction, topics: Sequence[str]) -> list[tuple[str, int]]:
    """A task of each topic that is free, and one whose lock ran out, as far as there are any. PostgreSQL only.

    Each topic may come twice. Tasks that a transaction has locked and not yet committed are among them: only who
    locks a row learns that, and others would then be kept from it.
    """
    return tx.rows(_FIRST_FETCHABLE, {"topics": orjson.dumps(topics).decode(), "now": tx.now})


def _first_fetchable(_dialect: str) -> Select[Any]:
    topics = func.json_array_elements_text(cast(bindparam("topics", type_=Text), JSON)).table_valued("value")
    of_topic = select(ACTIVITY.c.id).where(ACTIVITY.c.topic == topics.c.value, _FETCHABLE).limit(1)
    free = of_topic.where(*_standing(expired=False)).order_by(ACTIVITY.c.created_at, ACTIVITY.c.id)
    expired = of_topic.where(*_standing(expired=True)).order_by(ACTIVITY.c.lock_until)
    each = union_all(*(arm.correlate(topics) for arm in (free, expired))).subquery().lateral()
    return select(topics.c.value, each.c.id).select_from(topics.join(each, true()))


_FIRST_FETCHABLE = Statement(_first_fetchable)


def topic_names(
    tx: Transaction,
    *,
    locked: bool = False,
    unlocked: bool = False,
    with_retries_left: bool = False,
    instance_ids: Sequence[int] | None = None,
) -> list[str]:
    """The distinct topics of living external tasks; the conditions are combined with and."""
    query = select(ACTIVITY.c.topic).where(text(ROW.external_task_alive)).distinct().order_by(ACTIVITY.c.topic)
    query = query.where(*among(ACTIVITY.c.instance_id, instance_ids))
    if locked:
        query = query.where(ACTIVITY.c.lock_until > tx.now)
    if unlocked:
        query = query.where(or_(ACTIVITY.c.lock_until.is_(None), ACTIVITY.c.lock_until <= tx.now))
    if with_retries_left:
        query = query.where(or_(ACTIVITY.c.retries.is_(None), ACTIVITY.c.retries > 0))
    return [row[0] for row in tx.select(query)]
