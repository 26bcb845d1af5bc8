"""Finishing workflow tasks and putting them off (contract 1.1, 4). Called through ``requests``."""

from collections.abc import Callable
from typing import Any

from taskbridge.dialects.digioffice.errors import argument, not_empty
from taskbridge.dialects.digioffice.models import (
    ChangePostponedTaskOperation,
    FinishTaskOperation,
    PostponeTaskOperation,
    WorkflowTransitionDTO,
)
from taskbridge.dialects.digioffice.requests import Use, few, handlers
from taskbridge.dialects.digioffice.task_lists import POLICY
from taskbridge.service import deferral, finishing
from taskbridge.service.finishing import Finish, Next
from taskbridge.service.unit import Unit
from taskbridge.service.uuids import Kind, decode
from taskbridge.spec import Handler
from taskbridge.store.activities import ActivityRow


def _finish(unit: Unit, request: FinishTaskOperation) -> None:
    chosen = _chosen(request)
    transition = request.WSVerbindingID or chosen.ID
    finishing.finish(
        unit,
        POLICY,
        Finish(
            request.TaskIDs or [],
            None if transition is None else _transition(transition),
            _next(chosen, request),
            request.Reason,
            request.Comment,
        ),
    )


def _chosen(request: FinishTaskOperation) -> WorkflowTransitionDTO:
    """The entry of the transition to take: the one of ``WSVerbindingID``, else the one with ``IsNext``.

    What is marked with ``IsNext`` and has no ID belongs to the transition that ``WSVerbindingID`` names.
    """
    entries, named = request.Transitions or [], request.WSVerbindingID
    marked = [entry for entry in entries if entry.IsNext]
    if named is not None:
        by_id = [entry for entry in entries if named == entry.ID]
        unnamed = [entry for entry in marked if entry.ID is None]
        return next(iter(by_id or unnamed), WorkflowTransitionDTO())
    if len(marked) > 1:
        raise argument("More than one transition is marked with IsNext", "Transitions")
    if marked and marked[0].ID is None:
        raise not_empty(["ID"])
    if not marked and any(map(_wants_something, entries)):
        raise argument("No transition is marked with IsNext, though one tells what is to follow", "Transitions")
    return marked[0] if marked else WorkflowTransitionDTO()


def _wants_something(entry: WorkflowTransitionDTO) -> bool:
    """Whether it tells of the task that follows; nobody else than the chosen one's wishes can be fulfilled."""
    return any((entry.UserIDs, entry.GroupIDs, entry.RoleIDs, entry.DeferUntil))


def _transition(guid: str) -> int:
    number = decode(guid, Kind.ELEMENT)
    if not number:
        raise argument(f"'{guid}' is not a transition of the task", "WSVerbindingID")
    return number


def _next(chosen: WorkflowTransitionDTO, request: FinishTaskOperation) -> Next:
    few(chosen.UserIDs, "UserIDs")
    few(chosen.GroupIDs, "GroupIDs")
    few(chosen.RoleIDs, "RoleIDs")
    return Next(
        users=chosen.UserIDs or (),
        groups=chosen.GroupIDs or (),
        roles=chosen.RoleIDs or (),
        must_assign=bool(chosen.AssignmentIsAdHocRequired),
        until=chosen.DeferUntil or request.DeferTo,
        note=chosen.DeferralNote,
    )


_Change = Callable[[Unit, ActivityRow, int, str], None]


_Deferral = PostponeTaskOperation | ChangePostponedTaskOperation


def _deferring(change: _Change) -> Callable[[Unit, _Deferral], None]:
    def run(unit: Unit, request: _Deferral) -> None:
        for row in finishing.held_in_order(unit, POLICY, request.TaskIDs):
            change(unit, row, request.DateTime, request.Reason)

    return run


_DEFERRAL = ("TaskIDs", "DateTime", "Reason")
#: What the operations do, by the words of their operationIds.
USES: dict[str, Use[Any]] = {
    "finish_tasks": Use(_finish, FinishTaskOperation, ("TaskIDs",)),
    "postpone_tasks": Use(_deferring(deferral.postpone), PostponeTaskOperation, _DEFERRAL),
    "change_postponed_tasks": Use(_deferring(deferral.change), ChangePostponedTaskOperation, _DEFERRAL),
}
HANDLERS: dict[str, Handler] = {
    f"digioffice_{name}{suffix}": handler
    for name, use in USES.items()
    for suffix, handler in zip(("", "_batch"), handlers(use), strict=True)
}
