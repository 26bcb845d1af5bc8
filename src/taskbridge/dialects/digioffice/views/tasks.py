"""Workflow tasks as clients see them: WorkflowTaskDTO and what is in it (contract 1.1), every member always there."""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.digioffice.formats.dto import Dto
from taskbridge.dialects.digioffice.values import date
from taskbridge.kinds import ActivityState
from taskbridge.service import comments
from taskbridge.service.comments import Said
from taskbridge.service.deferral import rests
from taskbridge.service.uuids import Kind, encode
from taskbridge.service.ways_out import REQUIRED, Step, Way
from taskbridge.store.activities import ActivityRow
from taskbridge.store.comments import CommentRow

Numbers = Mapping[str | None, int]
"""The numbers of users by name."""

#: StatusID, Status, StatusDescription.
OPEN = (1, "Open", "Open")
ASSIGNED = (2, "Assigned", "Assigned to somebody")
POSTPONED = (3, "Postponed", "Rests until its date")
FINISHED = (4, "Finished", "Finished")
CANCELLED = (5, "Cancelled", "Cancelled with its workflow, or a part of it")
ON_HOLD = (6, "OnHold", "On hold with its workflow")

_ENDED = {ActivityState.DONE: FINISHED, ActivityState.CANCELLED: CANCELLED, ActivityState.SUSPENDED: ON_HOLD}


def task(row: ActivityRow, step: Step, said: Said, numbers: Numbers, now: int) -> Dto:
    """A task, open or ended."""
    status_id, status, description = _status(row, now)
    alive = row.ended_at is None
    ways = step.ways if alive else ()
    return Dto(
        "WorkflowTaskDTO",
        {
            "ID": row.id,
            "Name": row.name,
            "WorkflowID": row.instance_id,
            "WorkflowDescription": _workflow(row, step),
            "RootWorkflowID": row.root_id,
            "TransitionID": None,
            "TransitionName": None,
            "ActivationID": encode(Kind.TASK, row.id),
            "TypeID": step.number,
            "TypeDescription": step.process.nodes[row.node_id].name or row.node_id,
            "StatusID": status_id,
            "StatusDescription": description,
            "UserID": numbers.get(row.assignee),
            "Active": alive and status_id in (OPEN[0], ASSIGNED[0]),
            **_moments(row, now),
            "Order": row.priority,
            "Progress": 100 if status_id == FINISHED[0] else 0,
            "FinishedByUserID": numbers.get(row.ended_by) if status_id == FINISHED[0] else None,
            "FinishedDocumentID": None,
            "Read": False,
            "DeferReason": said.latest.get(comments.DEFERRAL) if alive and rests(row, now) else None,
            "Reason": said.latest.get(comments.REASON),
            "Status": status,
            "AvailableActions": _actions(status_id) if alive else [],
            "FinishActions": [_finish_action(way) for way in ways],
            "CommentActions": [],
            "DocumentActions": [],
            "NumberOfComments": said.number,
            "RelativeDetailLink": f"workflowtasks/{row.id}",
            **dict.fromkeys(_SIDE_STEPS),
            "Transitions": [transition(way) for way in ways],
        },
    )


_SIDE_STEPS = (
    "FirstSideStepID",
    "FirstSideStepOmschr",
    "FirstSideStepDetailLink",
    "IsSideStepOfWorkflowID",
    "IsSideStepOfWorkflowOmschr",
    "IsSideStepOfWorkflowDetailLink",
    "IsSideStepOfTaskID",
)


def _status(row: ActivityRow, now: int) -> tuple[int, str, str]:
    ended = _ENDED.get(ActivityState(row.state))
    if ended is not None:
        return ended
    if rests(row, now):
        return POSTPONED
    return OPEN if row.assignee is None else ASSIGNED


def _workflow(row: ActivityRow, step: Step) -> str:
    name = step.process.name or row.definition_key
    return f"{name} {row.business_key}" if row.business_key else name


def _moments(row: ActivityRow, now: int) -> dict[str, Any]:
    alive = row.ended_at is None
    return {
        "OfferedDate": date(row.created_at),
        "AssignedDate": None,
        "StartDate": date(row.created_at),
        "ExpirationDate": date(row.due_at),
        "FinishedDate": None if alive else date(row.ended_at),
        "DeferDate": date(row.follow_up_at) if alive and rests(row, now) else None,
        "Urgent": alive and row.due_at is not None and row.due_at < now,
    }


def transition(way: Way) -> Dto:
    """A way out of a task, nothing chosen yet."""
    return Dto(
        "WorkflowTransitionDTO",
        {
            "ID": encode(Kind.ELEMENT, way.number),
            "Name": way.name,
            "AssignmentAtStartWorkflowIsAdHoc": False,
            "AssignmentIsAdHocRequired": way.ad_hoc == REQUIRED,
            "DeferAtStartWorkflowIsAdHoc": False,
            "IsNext": way.is_default,
            "UserIDs": [],
            "GroupIDs": [],
            "RoleIDs": [],
            "DeferUntil": None,
            "DeferralNote": None,
        },
    )


def _finish_action(way: Way) -> Dto:
    return _action(encode(Kind.ELEMENT, way.number), way.name, "workflowtasks/finish")


def _actions(status_id: int) -> list[Dto]:
    if status_id == ON_HOLD[0]:
        return []
    put_off = ("Change the postponement", "changepostponed") if status_id == POSTPONED[0] else ("Postpone", "postpone")
    return [
        _action("Finish", "Finish", "workflowtasks/finish"),
        _action("Postpone", put_off[0], f"workflowtasks/{put_off[1]}"),
    ]


def _action(name: str, text: str, url: str) -> Dto:
    members = {"BeginGroup": False, "DigiOfficeIcon": None, "Enabled": True, "FontAwesomeIcon": None, "Hint": None}
    more = {"Name": name, "ShowTextForRootItems": True, "Text": text, "Url": url, "Items": None}
    return Dto("WorkflowTaskActionDTO", members | more)


def multi_task(views: Sequence[Dto]) -> Dto:
    """Several tasks as one: where they differ members are null or .NET's default; lists have what all of them have."""
    first, *others = views
    shared = {name: _common(name, value, [other[name] for other in others]) for name, value in first.items()}
    return Dto("WorkflowMultiTaskDTO", {**shared, "TaskIDs": [view["ID"] for view in views], "Tasks": list(views)})


#: Numbers that cannot be null: where tasks differ in them, they are what .NET calls default.
_NUMBERS = ("ID", "StatusID", "Order", "Progress", "NumberOfComments")


def _common(name: str, value: object, others: Sequence[Any]) -> object:
    if isinstance(value, list):
        return [one for one in value if all(one in other for other in others)]
    if all(value == other for other in others):
        return value
    return False if isinstance(value, bool) else 0 if name in _NUMBERS else None


def comment(row: CommentRow, task_id: int, numbers: Numbers) -> Dto:
    """Something that was said about a task."""
    return Dto(
        "WorkflowTaskCommentDTO",
        {
            "ID": row.id,
            "TaskID": task_id,
            "UserID": numbers.get(row.author),
            "UserName": row.author,
            "Type": row.kind,
            "Text": row.text,
            "Date": date(row.created_at),
        },
    )
