"""What a process instance went through: what its start passed, and the visits of its tokens."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, text

from taskbridge.kinds import ACTIVITY_ROW
from taskbridge.store.activities import ACTIVITY, INSTANCE
from taskbridge.store.database import Transaction
from taskbridge.store.lists import Page, paged
from taskbridge.store.statements import Statement


class VisitRow(NamedTuple):
    """One visit of a token to a node that waits or is a scope, with what was passed when it ended.

    A token that waited for its continuation has a row as well (``ActivityKind.CONTINUATION``), and visited no node.
    """

    id: int
    node_id: str
    kind: int
    created_at: int
    ended_at: int | None
    trail: str | None


_START_TRAIL = Statement(select(INSTANCE.c.trail).where(INSTANCE.c.id == bindparam("instance")))


def start_trail(tx: Transaction, instance_id: int) -> str | None:
    """The nodes that the start of an instance passed."""
    found = tx.one(_START_TRAIL, {"instance": instance_id})
    return None if found is None else found[0]


def visits(tx: Transaction, instance_id: int, most: int, *, alive: bool | None = None) -> list[VisitRow]:
    """The first visits of an instance, oldest first; only those that go on (``alive``) or are over on request."""
    query = select(*(ACTIVITY.c[name] for name in VisitRow._fields)).where(ACTIVITY.c.instance_id == instance_id)
    if alive is not None:
        query = query.where(text(ACTIVITY_ROW.alive if alive else ACTIVITY_ROW.over))
    return [VisitRow._make(row) for row in tx.select(paged(query.order_by(ACTIVITY.c.id), Page(0, most)))]
