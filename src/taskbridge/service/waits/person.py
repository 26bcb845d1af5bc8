"""Waiting for a person: a user task."""

from taskbridge.engine.state import ForPerson
from taskbridge.service.unit import Unit
from taskbridge.store import activities


def columns(wait: ForPerson) -> dict[str, object]:
    """The columns of the activity's row."""
    return {
        "name": wait.name,
        "description": wait.description,
        "assignee": wait.assignee,
        "priority": wait.priority,
        "due_at": wait.due_at,
        "follow_up_at": wait.follow_up_at,
        "form_key": wait.form_key,
    }


def announce(unit: Unit, activity_id: int, wait: ForPerson) -> None:
    """Link the candidates to the task."""
    who = [(user, None) for user in wait.candidate_users] + [(None, group) for group in wait.candidate_groups]
    if who:
        new_id = unit.tx.new_id
        activities.add_candidates(
            unit.tx,
            [
                {"id": new_id(), "activity_id": activity_id, "type": "candidate", "user_id": user, "group_id": group}
                for user, group in who
            ],
        )
