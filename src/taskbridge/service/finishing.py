"""Finishing several tasks together, and saying on the way who does what comes next and when: all of it or nothing.

The rules hold for every dialect that lets the doer of a task choose its transition and the doers of the next one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from taskbridge.service import access, comments, deferral, tasks
from taskbridge.service.access import Policy
from taskbridge.service.errors import AlreadyEnded, AssignmentMisfit, NotATransition, NotFound, Refused
from taskbridge.service.tasks import NextTask
from taskbridge.service.unit import Unit
from taskbridge.service.ways_out import REFUSED, REQUIRED, ad_hoc
from taskbridge.store import elements
from taskbridge.store import identity as stored_identity
from taskbridge.store.activities import ActivityRow
from taskbridge.store.elements import ElementRow

#: The type of those groups that are roles.
ROLE = "role"


@dataclass(frozen=True, slots=True)
class Next:
    """What is wanted of the tasks that come next: numbers of who does them, until when they rest, and why."""

    users: Sequence[int] = ()
    groups: Sequence[int] = ()
    roles: Sequence[int] = ()
    must_assign: bool = False
    until: int | None = None
    note: str | None = None

    @property
    def assigns(self) -> bool:
        """Whether somebody is named."""
        return bool(self.users or self.groups or self.roles)


@dataclass(frozen=True, slots=True)
class Finish:
    """What to finish and how; ``transition`` is the number of a sequence flow, None lets conditions decide."""

    task_ids: Sequence[int]
    transition: int | None = None
    following: Next = field(default_factory=Next)
    reason: str | None = None
    comment: str | None = None


def finish(unit: Unit, policy: Policy, wanted: Finish) -> None:
    """Finish all the tasks.

    Raises NotFound, AlreadyEnded, Refused, Suspended, DelegationPending, NotATransition, AssignmentMisfit, EngineError.
    """
    chosen = _Chosen.of(unit, wanted.following)
    flow = None if wanted.transition is None else _flow(unit, wanted)
    following: dict[int, tuple[ActivityRow, list[NextTask]]] = {}
    for row in held_in_order(unit, policy, wanted.task_ids):
        if flow is not None and flow.definition_id != row.definition_id:
            raise NotATransition(row.id, flow.id)
        comments.add_to_task(unit, row, wanted.reason, kind=comments.REASON)
        comments.add_to_task(unit, row, wanted.comment)
        advanced = tasks.advance(unit, row, transition=None if flow is None else flow.element_id)
        following.setdefault(row.root_id, (row, []))[1].extend(advanced.tasks)
    for row, created in following.values():  # tasks before a join are followed by something together
        _prepare(unit, row, created, wanted.following, chosen)


def held_in_order(unit: Unit, policy: Policy, task_ids: Sequence[int]) -> Iterator[ActivityRow]:
    """Each task once, locked when its turn comes: by process tree, as every command locks them.

    Raises NotFound, AlreadyEnded, Suspended, and Refused for a task that is not the user's to do. Of a task that he may
    not see nothing else is said.
    """
    rows = tasks.find_all(unit, task_ids)
    person = access.acting(unit)
    for found in sorted(rows, key=lambda row: (row.root_id, row.id)):
        access.check_task(unit, policy, person, found)
        row = _held(unit, found.id)
        access.check_task(unit, policy, person, row)
        if not access.may_do(unit, row, person):
            raise Refused("do", "task", row.id)
        yield row


def _held(unit: Unit, task_id: int) -> ActivityRow:
    try:
        return tasks.hold(unit, task_id)
    except NotFound:
        raise AlreadyEnded("task", task_id) from None


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The names of who does the next task; people of another network do not exist."""

    users: list[str]
    groups: list[str]

    @classmethod
    def of(cls, unit: Unit, wanted: Next) -> "_Chosen":
        known = access.users_by_number(unit, access.acting(unit), wanted.users) if wanted.users else []
        people = {row.number: row.name for row in known}
        rows = stored_identity.groups_by_number(unit.tx, [*wanted.groups, *wanted.roles])
        groups = {row.number: row.name for row in rows}
        roles = {row.number: row.name for row in rows if row.type == ROLE}
        return cls(
            _names("user", wanted.users, people),
            list(dict.fromkeys(_names("group", wanted.groups, groups) + _names("role", wanted.roles, roles))),
        )


def _names(kind: str, numbers: Sequence[int], known: dict[int, str]) -> list[str]:
    for number in numbers:
        if number not in known:
            raise NotFound(kind, number)
    return [known[number] for number in dict.fromkeys(numbers)]


def _flow(unit: Unit, wanted: Finish) -> ElementRow:
    number = wanted.transition or 0
    row = elements.get(unit.tx, number)
    if row is None or row.kind != elements.FLOW:
        raise NotATransition(wanted.task_ids[0], number)
    return row


def _prepare(unit: Unit, row: ActivityRow, following: list[NextTask], wanted: Next, chosen: _Chosen) -> None:
    """Give the next tasks to whom the doer of this one chose, and put them off as he chose."""
    if not following and (wanted.assigns or wanted.must_assign or wanted.until is not None):
        raise AssignmentMisfit(row.id, "no task follows that could be given to somebody or put off")
    for activity, node in following:
        policy = ad_hoc(node)
        if not wanted.assigns and (wanted.must_assign or policy == REQUIRED):
            raise AssignmentMisfit(row.id, f"who does '{activity.node_id}' has to be chosen")
        if wanted.assigns and policy == REFUSED:
            raise AssignmentMisfit(row.id, f"who does '{activity.node_id}' cannot be chosen")
        if wanted.assigns:
            tasks.offer(unit, activity.id, chosen.users, chosen.groups)
        if wanted.until is not None:
            deferral.put_off(unit, tasks.get(unit, activity.id), wanted.until, wanted.note)
