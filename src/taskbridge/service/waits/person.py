"""Waiting for a person: a user task."""

from collections import Counter
from collections.abc import Iterable

from taskbridge.engine.state import ForPerson, Link
from taskbridge.engine.task_view import made_links
from taskbridge.service.unit import Unit
from taskbridge.store import activities
from taskbridge.store.activities import ActivityRow


def columns(wait: ForPerson) -> dict[str, object]:
    """The columns of the activity's row."""
    found: dict[str, object] = {
        "name": wait.name,
        "description": wait.description,
        "assignee": wait.assignee,
        "priority": wait.priority,
        "due_at": wait.due_at,
        "follow_up_at": wait.follow_up_at,
        "form_key": wait.form_key,
    }
    if wait.owner is not None or wait.delegation is not None:  # which listeners have set
        found |= {"owner": wait.owner, "delegation": wait.delegation}
    return found


def announce(unit: Unit, activity_id: int, wait: ForPerson) -> None:
    """Link the candidates, and whom listeners have linked, to the task."""
    _link(unit, activity_id, made_links(wait) if wait.links is None else wait.links)


def of_row(row: ActivityRow) -> ForPerson:
    """The wait of a stored task, for listeners."""
    return ForPerson(
        name=row.name,
        description=row.description,
        assignee=row.assignee,
        priority=row.priority,
        due_at=row.due_at,
        follow_up_at=row.follow_up_at,
        form_key=row.form_key,
        owner=row.owner,
        delegation=row.delegation,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def links_of(unit: Unit, activity_id: int) -> list[Link]:
    """Whom a stored task is linked to, beside its assignee and owner."""
    return [Link(row.type, row.user_id, row.group_id) for row in activities.candidates(unit.tx, activity_id)]


def changed(before: ForPerson, now: ForPerson) -> dict[str, object]:
    """The columns that differ."""
    names = ("name", "description", "assignee", "priority", "due_at", "follow_up_at", "owner", "delegation")
    return {name: getattr(now, name) for name in names if getattr(now, name) != getattr(before, name)}


def write(unit: Unit, activity_id: int, before: ForPerson, now: ForPerson) -> None:
    """Write what listeners have changed of a stored task."""
    columns_ = changed(before, now)
    if columns_:
        activities.change(unit.tx, activity_id, updated_at=unit.tx.now, **columns_)
    if now.links is not None and now.links is not before.links:
        relink(unit, activity_id, now.links)


def relink(unit: Unit, activity_id: int, links: list[Link]) -> None:
    """Make these the links of a stored task: what is new is added, what is gone is removed."""
    stored = links_of(unit, activity_id)
    for link in set(stored).difference(links):
        activities.remove_candidate(unit.tx, activity_id, *link)
    _link(unit, activity_id, (Counter(links) - Counter(stored)).elements())


def _link(unit: Unit, activity_id: int, links: Iterable[Link]) -> None:
    new_id = unit.tx.new_id
    rows = [
        {"id": new_id(), "activity_id": activity_id, "type": link.type, "user_id": link.user, "group_id": link.group}
        for link in links
    ]
    if rows:
        activities.add_candidates(unit.tx, rows)
