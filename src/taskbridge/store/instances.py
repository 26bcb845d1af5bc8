"""Statements on process instances: start, load, advance, end, suspend, delete."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, null, or_, select, text, union, update

from taskbridge.kinds import INSTANCE_ROW
from taskbridge.store.database import Transaction
from taskbridge.store.project_tables import ProjectTask
from taskbridge.store.statements import Statement, columns_of, insert_into
from taskbridge.store.tables import (
    ActivityInstance,
    Attachment,
    Blob,
    Candidate,
    Comment,
    EventSubscription,
    Incident,
    Job,
    ProcessDefinition,
    ProcessInstance,
    table_of,
)
from taskbridge.store.transaction import LockedByOthers

INSTANCE = table_of(ProcessInstance)
DEFINITION = table_of(ProcessDefinition)
ACTIVITY = table_of(ActivityInstance)
CANDIDATE = table_of(Candidate)
INCIDENT = table_of(Incident)
JOB = table_of(Job)
SUBSCRIPTION = table_of(EventSubscription)


class InstanceRow(NamedTuple):
    """A process instance with what its views need of its definition."""

    id: int
    root_id: int
    definition_id: int
    business_key: str | None
    tenant: str | None
    state: int
    variables: str | None
    tokens: str | None
    started_by: str | None
    started_at: int
    ended_at: int | None
    end_reason: str | None
    raised_incidents: int
    parent_activity_id: int | None
    definition_key: str
    definition_version: int
    definition_name: str | None


COLUMNS = columns_of(
    InstanceRow,
    INSTANCE,
    definition_key=DEFINITION.c.key,
    definition_version=DEFINITION.c.version,
    definition_name=DEFINITION.c.name,
)
JOINED = INSTANCE.join(DEFINITION, DEFINITION.c.id == INSTANCE.c.definition_id)
_BY_ID = Statement(select(*COLUMNS).select_from(JOINED).where(INSTANCE.c.id == bindparam("id")), InstanceRow)
_CALLED = Statement(
    select(*COLUMNS)
    .select_from(JOINED)
    .where(INSTANCE.c.parent_activity_id == bindparam("activity"), text(INSTANCE_ROW.alive)),
    InstanceRow,
)
_CALLER = Statement(select(INSTANCE.c.parent_activity_id).where(INSTANCE.c.id == bindparam("id")))
_OF_ACTIVITIES = Statement(
    select(ACTIVITY.c.id, ACTIVITY.c.instance_id).where(ACTIVITY.c.id.in_(bindparam("activities", expanding=True)))
)
_LET_GO = Statement(
    update(INSTANCE)
    .where(INSTANCE.c.parent_activity_id.in_(bindparam("activities", expanding=True)), text(INSTANCE_ROW.alive))
    .values(parent_activity_id=null())
)
_ADD_TRAIL = Statement(update(INSTANCE).where(INSTANCE.c.id == bindparam("instance")).values(trail=bindparam("passed")))
_MEMBER = INSTANCE.alias("member")
_LOCK_TREE = Statement(
    select(INSTANCE.c.id)
    .where(INSTANCE.c.id == select(_MEMBER.c.root_id).where(_MEMBER.c.id == bindparam("id")).scalar_subquery())
    .with_for_update(key_share=True, of=INSTANCE)
)
_TRY_LOCK_ROOT = Statement(
    select(INSTANCE.c.id).where(INSTANCE.c.id == bindparam("root")).with_for_update(key_share=True, skip_locked=True)
)
_TRY_LOCK_ROOTS = Statement(
    select(INSTANCE.c.id)
    .where(INSTANCE.c.id.in_(bindparam("roots", expanding=True)))
    .order_by(INSTANCE.c.id)
    .with_for_update(key_share=True, skip_locked=True)
)
_LOCK_ROOTS = Statement(
    select(INSTANCE.c.id)
    .where(INSTANCE.c.id.in_(bindparam("roots", expanding=True)))
    .order_by(INSTANCE.c.id)
    .with_for_update(key_share=True)
)
_NOTE_RAISED_INCIDENT = Statement(
    update(INSTANCE).where(INSTANCE.c.id == bindparam("instance")).values(raised_incidents=1)
)
_LAST = (
    select(ACTIVITY.c.trail)
    .where(ACTIVITY.c.instance_id == INSTANCE.c.id, ACTIVITY.c.trail.is_not(None))
    .order_by(ACTIVITY.c.ended_at.desc(), ACTIVITY.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_START_TRAILS = Statement(
    select(INSTANCE.c.id, INSTANCE.c.trail).where(INSTANCE.c.id.in_(bindparam("instances", expanding=True)))
)
_LAST_TRAILS = Statement(
    select(INSTANCE.c.id, func.coalesce(_LAST, INSTANCE.c.trail)).where(
        INSTANCE.c.id.in_(bindparam("instances", expanding=True))
    )
)
_INSTANCES = INSTANCE.alias("instances")
_HOLD_OF_DEFINITION = Statement(
    select(INSTANCE.c.id)
    .where(
        INSTANCE.c.id.in_(
            union(
                select(_INSTANCES.c.id).where(_INSTANCES.c.definition_id == bindparam("definition")),
                select(_INSTANCES.c.root_id).where(_INSTANCES.c.definition_id == bindparam("definition")),
            )
        )
    )
    .order_by(INSTANCE.c.id)
    .with_for_update()
)
_CALLED_FROM = Statement(
    select(INSTANCE.c.id)
    .select_from(INSTANCE.join(ACTIVITY, ACTIVITY.c.id == INSTANCE.c.parent_activity_id))
    .where(ACTIVITY.c.definition_id == bindparam("definition"), INSTANCE.c.definition_id != bindparam("definition"))
    .where(INSTANCE.c.parent_activity_id.is_not(None), text(INSTANCE_ROW.alive))
    .order_by(INSTANCE.c.root_id, INSTANCE.c.id)
)
_ROOTS = INSTANCE.alias("roots")
#: What was called from instances that are removed stands for itself.
_LEAVE_TREE = Statement(
    update(INSTANCE)
    .where(
        INSTANCE.c.root_id.in_(select(_ROOTS.c.id).where(_ROOTS.c.definition_id == bindparam("definition"))),
        INSTANCE.c.definition_id != bindparam("definition"),
    )
    .values(root_id=INSTANCE.c.id)
)
_INSERT = Statement(insert_into(ProcessInstance))
#: Partial indexes depend on the state, so that a statement that sets it makes the database look after all of them.
_ADVANCE = Statement(
    update(INSTANCE)
    .where(INSTANCE.c.id == bindparam("instance"))
    .values(variables=bindparam("variables"), tokens=bindparam("tokens"))
)
_END = Statement(
    update(INSTANCE)
    .where(INSTANCE.c.id == bindparam("instance"))
    .values(
        variables=bindparam("variables"),
        tokens=bindparam("tokens"),
        state=bindparam("state"),
        ended_at=bindparam("ended_at"),
        end_reason=bindparam("end_reason"),
    )
)


def insert(tx: Transaction, row: dict[str, object]) -> None:
    """Write a new process instance; ``row`` has a value for every column."""
    tx.send(_INSERT, row)


def get(tx: Transaction, instance_id: int) -> InstanceRow | None:
    """One process instance, alive or ended; not locked."""
    return tx.one(_BY_ID, {"id": instance_id})


def called_by(tx: Transaction, activity_id: int) -> InstanceRow | None:
    """The living process instance that an activity has called."""
    return tx.one(_CALLED, {"activity": activity_id})


def caller_of(tx: Transaction, instance_id: int) -> int | None:
    """The activity that has called an instance."""
    row = tx.one(_CALLER, {"id": instance_id})
    return None if row is None else row[0]


def of_activities(tx: Transaction, activity_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Activities, each with its process instance."""
    return [(row[0], row[1]) for row in tx.rows(_OF_ACTIVITIES, {"activities": list(activity_ids)})]


def let_go(tx: Transaction, activity_ids: Sequence[int]) -> None:
    """What activities have called stands for itself from now on."""
    if activity_ids:
        tx.write(_LET_GO, {"activities": list(activity_ids)})


def set_trail(tx: Transaction, instance_id: int, trail: str) -> None:
    """Write what the start of an instance passed once more of it is known."""
    tx.send(_ADD_TRAIL, {"instance": instance_id, "passed": trail})


def lock(tx: Transaction, instance_id: int) -> InstanceRow | None:
    """One process instance with the lock of its whole tree, so that nobody else moves its tokens."""
    if tx.dialect == "sqlite":  # whose writer lock is that lock already
        return get(tx, instance_id)
    tx.send(_LOCK_TREE, {"id": instance_id})
    row = get(tx, instance_id)
    if row is not None:
        tx.roots.add(row.root_id)
    return row


def lock_roots(tx: Transaction, root_ids: Collection[int]) -> None:
    """Lock trees by their root instances, in the order of ids; those that are held already are left out.

    Where one with a greater id is held, it is done as by ``lock_further_roots``: raises LockedByOthers.
    """
    missing = _missing(tx, root_ids)
    if not missing:
        return
    if tx.roots and missing[0] < max(tx.roots):
        lock_further_roots(tx, missing)
        return
    tx.rows(_LOCK_ROOTS, {"roots": missing})
    tx.roots.update(missing)


def lock_further_roots(tx: Transaction, root_ids: Collection[int]) -> None:
    """Lock trees in a transaction that may hold some already, whatever their ids.

    To wait for a tree while one with a greater id is held could end in a dead-lock. What is free is locked without
    waiting; where another transaction has one, all that is held is given up, and the work is run anew with these trees,
    and those of ``Transaction.roots``, locked first. Raises LockedByOthers, which no work may catch.
    """
    missing = _missing(tx, root_ids)
    if not missing:
        return
    locked = tx.rows(_TRY_LOCK_ROOTS, {"roots": missing})
    if len(locked) < len(missing):
        wanted = tx.roots.union(root_ids)
        raise LockedByOthers(lambda anew: lock_roots(anew, wanted))
    tx.roots.update(missing)


def _missing(tx: Transaction, root_ids: Collection[int]) -> list[int]:
    return [] if tx.dialect == "sqlite" else sorted(set(root_ids) - tx.roots)


def try_lock_root(tx: Transaction, root_id: int) -> bool:
    """Lock a tree by its root instance; False, without waiting, when another transaction has it."""
    if tx.dialect == "sqlite":
        return True
    if tx.one(_TRY_LOCK_ROOT, {"root": root_id}) is None:
        return False
    tx.roots.add(root_id)
    return True


def note_raised_incident(tx: Transaction, instance_id: int) -> None:
    """Note that a client has raised an incident in an instance whose tree is held."""
    tx.write(_NOTE_RAISED_INCIDENT, {"instance": instance_id})


def start_trails(tx: Transaction, instance_ids: Sequence[int]) -> dict[int, str]:
    """What the starts of instances passed, as ``engine.state.Changes.trail`` tells it."""
    rows = tx.rows(_START_TRAILS, {"instances": list(instance_ids)}) if instance_ids else []
    return {row[0]: row[1] for row in rows if row[1] is not None}


def last_trails(tx: Transaction, instance_ids: Sequence[int]) -> dict[int, str]:
    """What instances passed in their last command that passed anything, as ``engine.state.Changes.trail`` tells it."""
    rows = tx.rows(_LAST_TRAILS, {"instances": list(instance_ids)}) if instance_ids else []
    return {row[0]: row[1] for row in rows if row[1] is not None}


def advance(
    tx: Transaction,
    instance_id: int,
    *,
    variables: str | None,
    tokens: str | None,
    state: int,
    ended_at: int | None,
    end_reason: str | None = None,
) -> None:
    """Write what a command changed on the instance itself; its state only where it has ended."""
    changed = {"instance": instance_id, "variables": variables, "tokens": tokens}
    if ended_at is None:
        tx.send(_ADVANCE, changed)
    else:
        tx.send(_END, changed | {"state": state, "ended_at": ended_at, "end_reason": end_reason})


def called_from(tx: Transaction, definition_id: int) -> list[int]:
    """The living instances of other definitions that those of one definition have called."""
    return [row[0] for row in tx.rows(_CALLED_FROM, {"definition": definition_id})]


def set_business_key(tx: Transaction, instance_id: int, business_key: str | None) -> None:
    """Give an instance, which is locked, another business key."""
    tx.execute(update(INSTANCE).where(INSTANCE.c.id == instance_id).values(business_key=business_key))


def hold_of_definition(tx: Transaction, definition_id: int) -> None:
    """Lock every instance of a definition, and the roots of the trees that they are in.

    What others were writing on them is then seen by the statements that follow.
    """
    tx.rows(_HOLD_OF_DEFINITION, {"definition": definition_id})


def delete_of_definition(tx: Transaction, definition_id: int) -> None:
    """Remove every instance of a definition, which are held, with all that hangs on it."""
    tx.write(_LEAVE_TREE, {"definition": definition_id})
    of_definition = select(INSTANCE.c.id).where(INSTANCE.c.definition_id == definition_id)
    activities = select(ACTIVITY.c.id).where(ACTIVITY.c.definition_id == definition_id)
    tx.execute(
        delete(CANDIDATE).where(
            or_(CANDIDATE.c.activity_id.in_(activities), CANDIDATE.c.activity_id.in_(of_definition))
        )
    )
    for table in (JOB, SUBSCRIPTION):
        tx.execute(delete(table).where(table.c.definition_id == definition_id))
    tx.execute(delete(INCIDENT).where(INCIDENT.c.instance_id.is_(None), INCIDENT.c.definition_id == definition_id))
    for model in (Incident, Blob, Comment, Attachment, ProjectTask, ActivityInstance):
        table = table_of(model)
        tx.execute(delete(table).where(table.c.instance_id.in_(of_definition)))
    tx.execute(delete(INSTANCE).where(INSTANCE.c.definition_id == definition_id))


def has_any(tx: Transaction) -> bool:
    """Whether there is any process instance, or was one that is still known."""
    return bool(tx.select(select(INSTANCE.c.id).limit(1)))
