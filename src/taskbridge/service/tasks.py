"""User tasks: claim, delegate, resolve, complete, and who is linked to them. The rules hold for every dialect."""

from collections.abc import Mapping

from taskbridge.engine import interpreter
from taskbridge.engine.variables import Variable
from taskbridge.service import variables
from taskbridge.service.errors import AlreadyClaimed, DelegationPending, NotFound, Suspended
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import activities
from taskbridge.store.activities import ActivityRow, CandidateRow

_USER = 1
_SUSPENDED = 1
PENDING, RESOLVED = 0, 1
#: Links that are columns of the task itself, not rows of their own.
ROLES = {"assignee": "assignee", "owner": "owner"}


def get(unit: Unit, task_id: int) -> ActivityRow:
    """One living user task; raises NotFound."""
    row = activities.get(unit.tx, task_id)
    if row is None or row.kind != _USER or row.ended_at is not None:
        raise NotFound("task", task_id)
    return row


def claim(unit: Unit, task_id: int, user: str | None) -> None:
    """Make a user the assignee, unless somebody else is. Raises NotFound, Suspended, AlreadyClaimed."""
    row = _held(unit, task_id)
    if user is not None and row.assignee is not None and row.assignee != user:
        raise AlreadyClaimed(task_id, row.assignee)
    _change(unit, task_id, assignee=user)


def assign(unit: Unit, task_id: int, user: str | None) -> None:
    """Set the assignee, whoever it was; None sets the task free. Raises NotFound, Suspended."""
    _held(unit, task_id)
    _change(unit, task_id, assignee=user)


def delegate(unit: Unit, task_id: int, user: str | None) -> None:
    """Hand a task to somebody who will resolve it; its owner becomes the former assignee if it had none."""
    row = _held(unit, task_id)
    _change(unit, task_id, assignee=user, owner=row.owner or row.assignee, delegation=PENDING)


def resolve(unit: Unit, task_id: int, given: Mapping[str, Variable] | None = None) -> None:
    """Give a delegated task back to its owner, with variables. Raises NotFound, Suspended."""
    row = _held(unit, task_id)
    if given:
        variables.change(unit, variables.task(unit, task_id), given)
    _change(unit, task_id, assignee=row.owner, delegation=RESOLVED)


def complete(
    unit: Unit,
    task_id: int,
    given: Mapping[str, Variable] | None = None,
    local: Mapping[str, Variable] | None = None,
    transition: str | None = None,
) -> dict[str, Variable]:
    """Complete a task and let its process go on; returns the instance's variables as they are then.

    ``transition`` names the way to take (``leaving.transitions`` tells which there are); without it conditions decide.
    Raises NotFound, Suspended, DelegationPending, EngineError.
    """
    row = _held(unit, task_id)
    if row.delegation == PENDING:
        raise DelegationPending(task_id)
    running, activity = Running.of_activity(unit, row)
    running.set_variables(
        activity,
        variables.kept(unit, row.instance_id, given or {}),
        variables.kept(unit, row.instance_id, local or {}),
    )
    process, instance = running.process, running.instance
    running.move(lambda: interpreter.complete(process, instance, activity, running, transition=transition), activity)
    return dict(instance.variables.items())


def links(unit: Unit, task_id: int) -> list[CandidateRow]:
    """Everybody linked to a task, its assignee and owner included. Raises NotFound."""
    row = get(unit, task_id)
    own = [CandidateRow(row.id, role, who, None) for role, who in _roles(row) if who is not None]
    return own + activities.candidates(unit.tx, task_id)


def add_link(unit: Unit, task_id: int, type_: str, user: str | None, group: str | None) -> None:
    """Link a user or a group to a task. Raises NotFound."""
    _held(unit, task_id)
    if type_ in ROLES:
        _change(unit, task_id, **{ROLES[type_]: user})
        return
    there = {(link.type, link.user_id, link.group_id) for link in activities.candidates(unit.tx, task_id)}
    if (type_, user, group) not in there:
        link = {"id": unit.tx.new_id(), "activity_id": task_id, "type": type_, "user_id": user, "group_id": group}
        activities.add_candidates(unit.tx, [link])


def remove_link(unit: Unit, task_id: int, type_: str, user: str | None, group: str | None) -> None:
    """Undo ``add_link``; nothing happens when there was no such link. Raises NotFound."""
    row = _held(unit, task_id)
    if type_ in ROLES:
        if getattr(row, ROLES[type_]) == user:
            _change(unit, task_id, **{ROLES[type_]: None})
        return
    activities.remove_candidate(unit.tx, task_id, type_, user, group)


def _roles(row: ActivityRow) -> list[tuple[str, str | None]]:
    return [("assignee", row.assignee), ("owner", row.owner)]


def _held(unit: Unit, task_id: int) -> ActivityRow:
    row = activities.hold_with_tree(unit.tx, task_id)
    if row is None or row.kind != _USER:
        raise NotFound("task", task_id)
    if row.state == _SUSPENDED:
        raise Suspended("task", task_id)
    return row


def _change(unit: Unit, task_id: int, **values: object) -> None:
    activities.change(unit.tx, task_id, updated_at=unit.tx.now, **values)
