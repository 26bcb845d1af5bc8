"""The tasks and process instances that a person has something to do with, as conditions of lists.

Each relation is a look-up in an index of its own, and they are combined by UNION: one condition with OR would read all
rows. Which relations count is decided in ``service.access``.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Select, TextClause, exists, select, text, union

from taskbridge.kinds import Conditions
from taskbridge.store.lists import Network, one_of
from taskbridge.store.tables import ActivityInstance, Candidate, ProcessInstance, table_of

ACTIVITY = table_of(ActivityInstance)
INSTANCE = table_of(ProcessInstance)
CANDIDATE = table_of(Candidate)

_MINE = Conditions("mine")
_ANY = text(_MINE.user_task)
_ALIVE = text(_MINE.user_task_alive)
_ENDED = text(_MINE.user_task_over)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose tasks or instances a list shows.

    ``groups``: also what is offered to one of these groups while it has no assignee. ``free_in``: also the open tasks
    of this network that have neither assignee nor candidates.
    """

    user: str
    groups: tuple[str, ...] = ()
    free_in: Network | None = None


def tasks_of(viewer: Viewer, *, alive: bool, ended: bool) -> CompoundSelect[Any]:
    """The ids of the tasks of a person; ``alive`` and ``ended`` say which of them the list is about."""
    task, begun = ACTIVITY.alias("mine"), INSTANCE.alias("begun")
    own, standing = select(task.c.id), _standing(alive=alive, ended=ended)
    done = own.join(CANDIDATE, CANDIDATE.c.activity_id == task.c.instance_id)
    found = [
        # Owners have one index for all tasks, and so have assignees, who have another for living ones.
        own.where(standing if standing is _ALIVE else _ANY, task.c.assignee == viewer.user),
        own.where(_ANY, task.c.owner == viewer.user),
        own.join(begun, begun.c.id == task.c.instance_id).where(standing, begun.c.started_by == viewer.user),
        select(CANDIDATE.c.activity_id).where(CANDIDATE.c.user_id == viewer.user),
    ]
    if ended:
        # Who did a task without being its assignee is remembered as one who took part in its instance.
        took_part = (CANDIDATE.c.user_id == viewer.user, CANDIDATE.c.type == "participant")
        found.append(done.where(_ANY, *took_part, task.c.ended_by == viewer.user))
    if alive:
        found += [select(one.c.id) for one in _open_to(viewer)]
    return union(*found)


def instances_of(viewer: Viewer) -> CompoundSelect[Any]:
    """The ids of the instances that somebody started, or has or had to do with."""
    begun, task = INSTANCE.alias("begun"), ACTIVITY.alias("mine")
    own = select(task.c.instance_id).where(_ANY)
    linked = CANDIDATE.c.user_id == viewer.user
    return union(
        select(begun.c.id).where(begun.c.started_by == viewer.user),
        own.where(task.c.assignee == viewer.user),
        own.where(task.c.owner == viewer.user),
        own.join(CANDIDATE, CANDIDATE.c.activity_id == task.c.id).where(linked),
        select(CANDIDATE.c.activity_id).where(linked, CANDIDATE.c.type == "participant"),
        *(select(one.c.instance_id) for one in _open_to(viewer)),
    )


def _standing(*, alive: bool, ended: bool) -> TextClause:
    if alive:
        return _ANY if ended else _ALIVE
    return _ENDED


def _open_to(viewer: Viewer) -> list[Any]:
    """The open tasks without an assignee that a person may take: offered to a group of his, or without candidates."""
    task = ACTIVITY.alias("mine")
    free = select(task.c.id, task.c.instance_id).where(_ALIVE, task.c.assignee.is_(None))
    offered: Select[Any] = free.join(CANDIDATE, CANDIDATE.c.activity_id == task.c.id)
    found: list[Any] = []
    if viewer.groups:
        by_group = offered.where(CANDIDATE.c.type == "candidate", one_of(CANDIDATE.c.group_id, viewer.groups))
        found.append(by_group.subquery("pooled"))
    if viewer.free_in is not None:
        offer = exists().where(CANDIDATE.c.activity_id == task.c.id, CANDIDATE.c.type == "candidate")
        found.append(free.where(viewer.free_in.owns(task.c.tenant), ~offer).subquery("free"))
    return found
