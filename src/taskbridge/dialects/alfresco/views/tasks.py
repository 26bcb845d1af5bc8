"""Tasks as entries (contract 4.1)."""

from typing import Any, Final, Literal, TypeAlias

from taskbridge.dialects.alfresco import ids
from taskbridge.dialects.alfresco.associations import authority
from taskbridge.dialects.alfresco.models import Task
from taskbridge.dialects.alfresco.values import filled, format_date
from taskbridge.service.tasks import PENDING
from taskbridge.store.activities import ActivityRow, CandidateRow

State: TypeAlias = Literal["unclaimed", "claimed", "completed", "delegated", "resolved"]

CLAIMED: Final = "claimed"
UNCLAIMED: Final = "unclaimed"
COMPLETED: Final = "completed"
DELEGATED: Final = "delegated"
RESOLVED: Final = "resolved"


def task(row: ActivityRow, *, from_history: bool = False) -> dict[str, Any]:
    """A task; what is read from the vendor's history does not know about delegations (contract 4.1)."""
    ended = row.ended_at
    return filled(
        Task(
            id=str(row.id),
            processId=str(row.instance_id),
            processDefinitionId=ids.definition(row.definition_key, row.definition_version, row.definition_id),
            activityDefinitionId=row.node_id,
            name=row.name,
            description=row.description,
            dueAt=format_date(row.due_at),
            startedAt=format_date(row.created_at),
            endedAt=format_date(ended),
            durationInMs=None if ended is None else ended - row.created_at,
            priority=row.priority,
            owner=row.owner,
            assignee=row.assignee,
            formResourceKey=row.form_key,
            state=state(row, from_history=from_history),
        )
    )


def state(row: ActivityRow, *, from_history: bool = False) -> State:
    """The state that is shown; it is never stored."""
    if row.ended_at is not None:
        return COMPLETED
    if row.delegation is not None and not from_history:
        return DELEGATED if row.delegation == PENDING else RESOLVED
    return UNCLAIMED if row.assignee is None else CLAIMED


def candidate(link: CandidateRow) -> dict[str, Any]:
    """A user or group that a task is offered to (contract 4.7)."""
    if link.user_id is not None:
        return {"candidateType": "user", "candidateId": link.user_id}
    return {"candidateType": "group", "candidateId": authority(link.group_id or "")}
