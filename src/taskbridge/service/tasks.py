"""User tasks: claim, delegate, resolve, complete, and who is linked to them. The rules hold for every dialect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from taskbridge.engine import interpreter, task_view
from taskbridge.engine.graph import Node
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import Variable
from taskbridge.kinds import ActivityKind, ActivityState
from taskbridge.service import task_events, variables
from taskbridge.service.errors import AlreadyClaimed, DelegationPending, NotFound, Suspended
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import activities, user_task_lists
from taskbridge.store.activities import ActivityRow, CandidateRow
from taskbridge.store.user_task_lists import Standing, UserTaskFilter

PENDING, RESOLVED = task_view.PENDING, task_view.RESOLVED
#: Types of links: may take the task; once had a task of the process instance, or did one.
CANDIDATE, PARTICIPANT = "candidate", "participant"
#: What ``update`` can set. Moments are epoch milliseconds.
PROPERTIES = frozenset({"name", "description", "assignee", "owner", "priority", "due_at", "follow_up_at"})
#: Links that are columns of the task itself, not rows of their own.
ROLES = {"assignee": "assignee", "owner": "owner"}


@dataclass(frozen=True, slots=True)
class Given:
    """Variables that come with the end of a task, by where they go.

    ``past_task``: where the process has the name, else into the instance; never among the task's own. ``seen``: where
    the task sees the name, its own included, else into the instance. ``local``: into the task. ``on_instance``: into
    the process instance.
    """

    past_task: Mapping[str, Variable] = field(default_factory=dict)
    seen: Mapping[str, Variable] = field(default_factory=dict)
    local: Mapping[str, Variable] = field(default_factory=dict)
    on_instance: Mapping[str, Variable] = field(default_factory=dict)


NOTHING_GIVEN = Given()


def get(unit: Unit, task_id: int) -> ActivityRow:
    """One living user task; raises NotFound."""
    row = find(unit, task_id)
    if row.ended_at is not None:
        raise NotFound("task", task_id)
    return row


def find(unit: Unit, task_id: int) -> ActivityRow:
    """One user task, alive or ended; raises NotFound."""
    row = activities.get(unit.tx, task_id)
    if row is None or row.kind != ActivityKind.USER:
        raise NotFound("task", task_id)
    return row


def find_all(unit: Unit, task_ids: Iterable[int]) -> list[ActivityRow]:
    """Several user tasks, alive or ended, each once and in the order of their ids; raises NotFound."""
    wanted = sorted(set(task_ids))
    rows = user_task_lists.find(unit.tx, UserTaskFilter(standing=Standing.ANY, ids=wanted)) if wanted else []
    if len(rows) < len(wanted):
        known = {row.id for row in rows}
        raise NotFound("task", next(number for number in wanted if number not in known))
    return rows


def hold(unit: Unit, task_id: int) -> ActivityRow:
    """One living user task, locked with its process tree until the commit. Raises NotFound, Suspended."""
    row = activities.hold_with_tree(unit.tx, task_id)
    if row is None or row.kind != ActivityKind.USER:
        raise NotFound("task", task_id)
    if row.state == ActivityState.SUSPENDED:
        raise Suspended("task", task_id)
    return row


def claim(unit: Unit, task_id: int, user: str | None) -> None:
    """Make a user the assignee, unless somebody else is. Raises NotFound, Suspended, AlreadyClaimed."""
    row = hold(unit, task_id)
    if user is not None and row.assignee is not None and row.assignee != user:
        raise AlreadyClaimed(task_id, row.assignee)
    _change(unit, row, assignee=user)


def assign(unit: Unit, task_id: int, user: str | None) -> None:
    """Set the assignee, whoever it was; None sets the task free. Raises NotFound, Suspended."""
    _change(unit, hold(unit, task_id), assignee=user)


def delegate(unit: Unit, task_id: int, user: str | None, *, owner: str | None = None) -> None:
    """Hand a task to somebody who will resolve it. Raises NotFound, Suspended.

    A task without an owner becomes that of ``owner``, or of the former assignee where none is named.
    """
    row = hold(unit, task_id)
    _change(unit, row, assignee=user, owner=row.owner or owner or row.assignee, delegation=PENDING)


def resolve(unit: Unit, task_id: int, given: Given = NOTHING_GIVEN) -> None:
    """Give a delegated task back to its owner, with variables. Raises NotFound, Suspended, TransientConflict."""
    row = hold(unit, task_id)
    running, activity = Running.of_activity(unit, row)
    _resolve(unit, row, running, activity, given)


def _resolve(unit: Unit, row: ActivityRow, running: Running, activity: Activity, given: Given) -> None:
    _write(running, activity, given)
    running.save_variables()
    _change(unit, row, (running, activity), assignee=row.owner, delegation=RESOLVED)


def update(unit: Unit, task_id: int, properties: Mapping[str, object]) -> None:
    """Set properties of a task: some of PROPERTIES, None included. Raises NotFound, Suspended."""
    if strange := set(properties) - PROPERTIES:
        raise TypeError(f"a task's {', '.join(sorted(strange))} cannot be set")
    row = hold(unit, task_id)
    if properties:
        _change(unit, row, **properties)


def complete(
    unit: Unit,
    task_id: int,
    given: Given = NOTHING_GIVEN,
    transition: str | None = None,
    *,
    delegated_too: bool = False,
) -> dict[str, Variable]:
    """Complete a task and let its process go on; returns the instance's variables as they are then.

    ``transition`` names the way to take (``leaving.transitions`` tells which there are); without it conditions decide.
    A task whose delegation is pending is completed only where ``delegated_too``: vendors differ in this.
    Raises NotFound, Suspended, DelegationPending, EngineError.
    """
    return advance(unit, hold(unit, task_id), given, transition, delegated_too=delegated_too).variables


def submit_form(unit: Unit, task_id: int, given: Mapping[str, Variable]) -> dict[str, Variable]:
    """Complete a task by its form, or resolve it where its delegation is pending; returns the instance's variables.

    The variables go where the task sees them, its own included. Raises NotFound, Suspended, EngineError.
    """
    row = hold(unit, task_id)
    if row.delegation != PENDING:
        return advance(unit, row, Given(seen=given)).variables
    running, activity = Running.of_activity(unit, row)
    _resolve(unit, row, running, activity, Given(seen=given))
    return dict(running.instance.variables.items())


class NextTask(NamedTuple):
    """A user task that came of a completion, in the same instance or in another one of the tree."""

    activity: Activity
    node: Node


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a completion left: the instance's variables as they are then, and the user tasks that came of it."""

    variables: dict[str, Variable]
    tasks: list[NextTask]


def advance(
    unit: Unit,
    row: ActivityRow,
    given: Given = NOTHING_GIVEN,
    transition: str | None = None,
    *,
    delegated_too: bool = False,
) -> Advanced:
    """The same as ``complete`` for a task that is held. Raises DelegationPending, EngineError."""
    if row.delegation == PENDING and not delegated_too:
        raise DelegationPending(row.id)
    running, activity = _take_up(unit, row, given)
    process, instance = running.process, running.instance
    changes = running.move(
        lambda: interpreter.complete(process, instance, activity, running, transition=transition), activity
    )
    created = [*((process, one) for one in changes.created), *changes.elsewhere]
    waiting = [
        NextTask(one, of.nodes[one.node_id])
        for of, one in created
        if one.kind is ActivityKind.USER and one.state < ActivityState.DONE
    ]
    return Advanced(dict(instance.variables.items()), waiting)


def throw_error(unit: Unit, task_id: int, *, code: str, message: str | None, given: Given = NOTHING_GIVEN) -> None:
    """Break a task with a BPMN error; where nothing catches it the task's path ends silently.

    A task whose delegation is pending is no exception. Raises NotFound, Suspended, EngineError.
    """
    running, activity = _take_up(unit, hold(unit, task_id), given)
    process, instance = running.process, running.instance
    running.move(
        lambda: interpreter.throw_error(process, instance, activity, running, code=code, message=message), activity
    )


def escalate(unit: Unit, task_id: int, *, code: str, given: Given = NOTHING_GIVEN) -> None:
    """Escalate from a task, which goes on unless the event that catches the escalation interrupts it.

    A task whose delegation is pending is no exception. Raises NotFound, Suspended, UncaughtEscalation, EngineError.
    """
    running, activity = _take_up(unit, hold(unit, task_id), given)
    process, instance = running.process, running.instance
    running.move(lambda: interpreter.throw_escalation(process, instance, activity, running, code=code), activity)


def _take_up(unit: Unit, row: ActivityRow, given: Given) -> tuple[Running, Activity]:
    """The task in its instance, once its user takes part in that and the variables are set."""
    if unit.user not in (None, row.assignee, row.owner):
        _remember(unit, row, unit.user)
    running, activity = Running.of_activity(unit, row)
    _write(running, activity, given)
    return running, activity


def _write(running: Running, activity: Activity, given: Given) -> None:
    past_task, seen, local, on_instance = (
        variables.kept(running.unit, running.instance.id, some)
        for some in (given.past_task, given.seen, given.local, given.on_instance)
    )
    running.set_by_process(activity, past_task)
    running.set_variables(activity, seen, local, on_instance)


def offer(unit: Unit, task_id: int, users: Sequence[str], groups: Sequence[str]) -> None:
    """Give a task to one user, or offer it to several people and groups; whoever had it before has it no longer."""
    row = hold(unit, task_id)
    activities.remove_candidates(unit.tx, task_id, CANDIDATE)
    if len(users) == 1 and not groups:
        _change(unit, row, assignee=users[0])
        return
    _change(unit, row, assignee=None)
    who = [(user, None) for user in users] + [(None, group) for group in groups]
    activities.add_candidates(
        unit.tx,
        [
            {"id": unit.tx.new_id(), "activity_id": task_id, "type": CANDIDATE, "user_id": user, "group_id": group}
            for user, group in who
        ],
    )


def links(unit: Unit, task_id: int) -> list[CandidateRow]:
    """Everybody linked to a task, its assignee and owner included. Raises NotFound."""
    row = get(unit, task_id)
    own = [CandidateRow(row.id, role, who, None) for role, who in _roles(row) if who is not None]
    return own + activities.candidates(unit.tx, task_id)


def add_link(unit: Unit, task_id: int, type_: str, user: str | None, group: str | None) -> None:
    """Link a user or a group to a task, once more where it is linked already, as at Camunda's. Raises NotFound."""
    row = hold(unit, task_id)
    if type_ in ROLES:
        _change(unit, row, **{ROLES[type_]: user})
        return
    link = {"id": unit.tx.new_id(), "activity_id": task_id, "type": type_, "user_id": user, "group_id": group}
    activities.add_candidates(unit.tx, [link])
    task_events.let_know(unit, row)


def remove_link(unit: Unit, task_id: int, type_: str, user: str | None, group: str | None) -> None:
    """Undo ``add_link``, however often it was done; nothing happens when there was no such link. Raises NotFound."""
    row = hold(unit, task_id)
    if type_ in ROLES:
        if getattr(row, ROLES[type_]) == user:
            _change(unit, row, **{ROLES[type_]: None})
        return
    activities.remove_candidate(unit.tx, task_id, type_, user, group)
    task_events.let_know(unit, row)


def _roles(row: ActivityRow) -> list[tuple[str, str | None]]:
    return [("assignee", row.assignee), ("owner", row.owner)]


def _change(unit: Unit, row: ActivityRow, at: tuple[Running, Activity] | None = None, /, **values: object) -> None:
    """Set columns of a task, and let its listeners know; ``at`` is the task in its instance where that is loaded."""
    for role in ROLES.values():
        former = getattr(row, role)
        if role in values and former is not None and former != values[role]:
            _remember(unit, row, former)
    activities.change(unit.tx, row.id, updated_at=unit.tx.now, **values)
    task_events.let_know(unit, row, at, **values)


def _remember(unit: Unit, row: ActivityRow, user: str) -> None:
    """Keep in mind that somebody took part in the instance, where nothing else on it will tell."""
    if user == row.started_by:
        return
    participants = activities.candidates(unit.tx, row.instance_id)
    if all(link.user_id != user for link in participants):
        link = {"id": unit.tx.new_id(), "activity_id": row.instance_id, "type": PARTICIPANT}
        activities.add_candidates(unit.tx, [link | {"user_id": user, "group_id": None}])
