"""Statements on activity instances of every kind: load with their instance, insert, end, change."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, delete, null, select, text, update

from taskbridge.kinds import ACTIVITY_ROW, ActivityState
from taskbridge.store.database import Transaction
from taskbridge.store.lists import one_of
from taskbridge.store.statements import Statement, columns_of, insert_into
from taskbridge.store.tables import (
    ActivityInstance,
    Candidate,
    ProcessDefinition,
    ProcessInstance,
    table_of,
)

ACTIVITY = table_of(ActivityInstance)
INSTANCE = table_of(ProcessInstance)
DEFINITION = table_of(ProcessDefinition)
CANDIDATE = table_of(Candidate)


class ActivityRow(NamedTuple):
    """An activity instance together with its process instance and what views need of the definition."""

    id: int
    root_id: int
    instance_id: int
    definition_id: int
    scope_id: int
    node_id: str
    kind: int
    state: int
    tenant: str | None
    priority: int
    variables: str | None
    created_at: int
    ended_at: int | None
    topic: str | None
    worker: str | None
    lock_until: int | None
    retries: int | None
    error_message: str | None
    error_details: str | None
    name: str | None
    description: str | None
    assignee: str | None
    owner: str | None
    delegation: int | None
    due_at: int | None
    follow_up_at: int | None
    form_key: str | None
    updated_at: int | None
    business_key: str | None
    instance_state: int
    instance_variables: str | None
    tokens: str | None
    started_by: str | None
    raised_incidents: int
    definition_key: str
    definition_version: int
    version_tag: str | None
    ended_by: str | None


COLUMNS = columns_of(
    ActivityRow,
    ACTIVITY,
    business_key=INSTANCE.c.business_key,
    instance_state=INSTANCE.c.state,
    instance_variables=INSTANCE.c.variables,
    tokens=INSTANCE.c.tokens,
    started_by=INSTANCE.c.started_by,
    raised_incidents=INSTANCE.c.raised_incidents,
    definition_key=DEFINITION.c.key,
    definition_version=DEFINITION.c.version,
    version_tag=DEFINITION.c.version_tag,
)
JOINED = ACTIVITY.join(INSTANCE, INSTANCE.c.id == ACTIVITY.c.instance_id).join(
    DEFINITION, DEFINITION.c.id == ACTIVITY.c.definition_id
)
IS_ALIVE = text(ACTIVITY_ROW.alive)


#: The same without what the instance holds: it may be large, and would come with each of many rows.
_ALONE = [null().label(one.name) if one.name in ("instance_variables", "tokens") else one for one in COLUMNS]


def rows_query() -> Select[Any]:
    """The select that every list of activities starts from; its rows fit ``ActivityRow``."""
    return select(*COLUMNS).select_from(JOINED)


_BY_ID = rows_query().where(ACTIVITY.c.id == bindparam("id"))
_GET = Statement(_BY_ID, ActivityRow)
_HOLD = Statement(_BY_ID.where(IS_ALIVE).with_for_update(key_share=True, of=ACTIVITY), ActivityRow)
_LOCK_TREE = Statement(
    select(INSTANCE.c.id)
    .where(INSTANCE.c.id == select(ACTIVITY.c.root_id).where(ACTIVITY.c.id == bindparam("id")).scalar_subquery())
    .with_for_update(key_share=True, of=INSTANCE)
)
_OPEN_OF_INSTANCE = Statement(
    select(*_ALONE)
    .select_from(JOINED)
    .where(ACTIVITY.c.instance_id == bindparam("instance"), IS_ALIVE)
    .order_by(ACTIVITY.c.id),
    ActivityRow,
)
_AROUND = (
    select(ACTIVITY.c.id, ACTIVITY.c.scope_id).where(ACTIVITY.c.id == bindparam("scope")).cte("around", recursive=True)
)
_AROUND = _AROUND.union_all(
    select(ACTIVITY.c.id, ACTIVITY.c.scope_id).join(_AROUND, ACTIVITY.c.id == _AROUND.c.scope_id)
)
_SCOPES_FROM = Statement(
    select(*_ALONE)
    .select_from(JOINED)
    .where(ACTIVITY.c.id.in_(select(_AROUND.c.id)), IS_ALIVE)
    .order_by(ACTIVITY.c.id),
    ActivityRow,
)
_END = Statement(
    update(ACTIVITY)
    .where(ACTIVITY.c.id == bindparam("activity"))
    .values(
        state=bindparam("new_state"),
        ended_at=bindparam("ended"),
        ended_by=bindparam("by"),
        trail=bindparam("passed"),
        variables=bindparam("document"),
    )
)
_END_INSIDE = Statement(
    update(ACTIVITY)
    .where(ACTIVITY.c.instance_id == bindparam("instance"), ACTIVITY.c.scope_id == bindparam("around"), IS_ALIVE)
    .values(state=bindparam("new_state"), ended_at=bindparam("ended"))
)
_VARIABLES = Statement(
    update(ACTIVITY).where(ACTIVITY.c.id == bindparam("activity")).values(variables=bindparam("document"))
)
_TRAIL = Statement(update(ACTIVITY).where(ACTIVITY.c.id == bindparam("activity")).values(trail=bindparam("passed")))
_INSERT_CANDIDATE = Statement(insert_into(Candidate))
_CANDIDATES = Statement(
    select(CANDIDATE.c.id, CANDIDATE.c.type, CANDIDATE.c.user_id, CANDIDATE.c.group_id)
    .where(CANDIDATE.c.activity_id == bindparam("activity"))
    .order_by(CANDIDATE.c.id)
)


@lru_cache
def _insertion(columns: tuple[str, ...]) -> Statement[tuple[Any, ...]]:
    """An INSERT of these columns only: binding all of them, mostly NULL, would take longer than the insert itself."""
    return Statement(ACTIVITY.insert().values({name: bindparam(name) for name in columns}))


def get(tx: Transaction, activity_id: int) -> ActivityRow | None:
    """One activity instance in whatever state; not locked."""
    return tx.one(_GET, {"id": activity_id})


def hold(tx: Transaction, activity_id: int) -> ActivityRow | None:
    """One living activity instance, locked against other writers; its process tree is not locked."""
    return tx.one(_HOLD, {"id": activity_id})


def hold_with_tree(tx: Transaction, activity_id: int) -> ActivityRow | None:
    """One living activity instance, its process tree locked first.

    Two statements on purpose: one for both could dead-lock with a cancelling command, or give the row as it was before
    the wait for the lock.
    """
    if tx.dialect == "sqlite":
        return hold(tx, activity_id)
    tx.send(_LOCK_TREE, {"id": activity_id})
    row = hold(tx, activity_id)
    if row is not None:
        tx.roots.add(row.root_id)
    return row


def open_of_instance(tx: Transaction, instance_id: int) -> list[ActivityRow]:
    """All living activity instances of a process instance, oldest first; without its own variables and tokens."""
    return tx.rows(_OPEN_OF_INSTANCE, {"instance": instance_id})


def scopes_from(tx: Transaction, scope_id: int) -> list[ActivityRow]:
    """A living scope and those around it, outermost first, as ``open_of_instance`` gives them; nothing else is read."""
    return tx.rows(_SCOPES_FROM, {"scope": scope_id})


def insert(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Write new activity instances, in any order; columns that a row does not name are NULL."""
    alike: dict[tuple[str, ...], list[Mapping[str, object]]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    for columns, some in alike.items():
        tx.send_many(_insertion(columns), some)


def end(tx: Transaction, ends: Sequence[Mapping[str, object]]) -> None:
    """Mark activity instances as done or cancelled; they stay as their own history.

    Of each the id (``activity``), ``new_state``, the moment (``ended``), ``by`` whom, ``passed`` (the trail), and
    the ``document`` of its variables.
    """
    tx.send_many(_END, ends)


def end_inside(tx: Transaction, instance_id: int, scope_id: int, ended_at: int) -> None:
    """Mark all that is alive directly in a scope as done."""
    values = {"new_state": ActivityState.DONE, "ended": ended_at}
    tx.send(_END_INSIDE, {"instance": instance_id, "around": scope_id, **values})


def set_variables(tx: Transaction, activity_id: int, document: str | None) -> None:
    """Write the local variables of a living activity instance."""
    tx.send(_VARIABLES, {"activity": activity_id, "document": document})


def set_trail(tx: Transaction, activity_id: int, trail: str) -> None:
    """Write what was passed as an activity ended once more of it is known."""
    tx.send(_TRAIL, {"activity": activity_id, "passed": trail})


def change(tx: Transaction, activity_id: int, **values: object) -> None:
    """Set columns of one activity instance."""
    tx.execute(update(ACTIVITY).where(ACTIVITY.c.id == activity_id).values(**values))


def set_suspension(tx: Transaction, instance_ids: Iterable[int], *, suspended: bool) -> None:
    """Suspend or activate what lives in process instances, the instances included."""
    chosen = list(instance_ids)
    standings = (ActivityState.OPEN, ActivityState.SUSPENDED)
    before, after = standings if suspended else reversed(standings)
    tx.execute(
        update(INSTANCE).where(and_(one_of(INSTANCE.c.id, chosen), INSTANCE.c.state == before)).values(state=after)
    )
    tx.execute(
        update(ACTIVITY)
        .where(and_(one_of(ACTIVITY.c.instance_id, chosen), ACTIVITY.c.state == before))
        .values(state=after)
    )


class CandidateRow(NamedTuple):
    """A user or group linked to a task."""

    id: int
    type: str
    user_id: str | None
    group_id: str | None


def candidates(tx: Transaction, activity_id: int) -> list[CandidateRow]:
    """The users and groups linked to a user task."""
    return [CandidateRow(*row) for row in tx.rows(_CANDIDATES, {"activity": activity_id})]


def add_candidates(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Link users and groups to user tasks; a row has id, activity_id, type, user_id and group_id."""
    tx.write_many(_INSERT_CANDIDATE, rows)


def remove_candidates(tx: Transaction, activity_id: int, type_: str) -> None:
    """Undo every link of a type to a user task."""
    tx.execute(delete(CANDIDATE).where(CANDIDATE.c.activity_id == activity_id, CANDIDATE.c.type == type_))


def remove_candidate(tx: Transaction, activity_id: int, type_: str, user_id: str | None, group_id: str | None) -> None:
    """Unlink a user or group from a user task; nothing happens when it was not linked."""
    tx.execute(
        delete(CANDIDATE).where(
            CANDIDATE.c.activity_id == activity_id,
            CANDIDATE.c.type == type_,
            CANDIDATE.c.user_id.is_(None) if user_id is None else CANDIDATE.c.user_id == user_id,
            CANDIDATE.c.group_id.is_(None) if group_id is None else CANDIDATE.c.group_id == group_id,
        )
    )
