"""Whether somebody took part in a process instance: one statement of index look-ups."""

from sqlalchemy import bindparam, literal, select, union_all

from taskbridge.store.activities import ACTIVITY, CANDIDATE
from taskbridge.store.database import Transaction
from taskbridge.store.statements import Statement

_TASKS = select(ACTIVITY.c.id).where(ACTIVITY.c.instance_id == bindparam("instance"), ACTIVITY.c.kind == literal(1))
_LINKED = select(CANDIDATE.c.id).where(CANDIDATE.c.user_id == bindparam("user"))
_TOOK_PART = Statement(
    union_all(
        _TASKS.where((ACTIVITY.c.assignee == bindparam("user")) | (ACTIVITY.c.owner == bindparam("user"))),
        _LINKED.where(CANDIDATE.c.activity_id == bindparam("instance")),
        _LINKED.where(CANDIDATE.c.activity_id.in_(_TASKS)),
    ).limit(1)
)
_OFFERED = Statement(
    select(ACTIVITY.c.id)
    .where(
        ACTIVITY.c.instance_id == bindparam("instance"),
        ACTIVITY.c.kind == literal(1),
        ACTIVITY.c.ended_at.is_(None),
        ACTIVITY.c.assignee.is_(None),
        ACTIVITY.c.id == CANDIDATE.c.activity_id,
        CANDIDATE.c.type == literal("candidate"),
        CANDIDATE.c.group_id.in_(bindparam("groups", expanding=True)),
    )
    .limit(1)
)


def took_part(tx: Transaction, instance_id: int, user: str) -> bool:
    """Whether a user has, had or may take a task of the instance."""
    return tx.one(_TOOK_PART, {"instance": instance_id, "user": user}) is not None


def offered_to_groups(tx: Transaction, instance_id: int, groups: tuple[str, ...]) -> bool:
    """Whether a living task of the instance that nobody has is offered to one of the groups."""
    return bool(groups) and tx.one(_OFFERED, {"instance": instance_id, "groups": list(groups)}) is not None
