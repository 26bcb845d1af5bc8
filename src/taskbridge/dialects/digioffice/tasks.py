"""Finishing workflow tasks and putting them off (contract 1.1, 4). Called through ``requests``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from taskbridge.dialects.digioffice.errors import argument, not_empty
from taskbridge.dialects.digioffice.requests import Request, Use, few, handlers
from taskbridge.service import deferral, finishing
from taskbridge.service.finishing import Finish, Next
from taskbridge.service.unit import Unit
from taskbridge.service.uuids import Kind, decode
from taskbridge.spec import Handler
from taskbridge.store.activities import ActivityRow


def _finish(unit: Unit, request: Request) -> None:
    chosen = _chosen(request)
    transition = request.get("WSVerbindingID") or chosen.get("ID")
    finishing.finish(
        unit,
        Finish(
            request["TaskIDs"],
            None if transition is None else _transition(transition),
            _next(chosen, request),
            request.get("Reason"),
            request.get("Comment"),
        ),
    )


def _chosen(request: Request) -> Mapping[str, Any]:
    """The entry of the transition to take: the one of ``WSVerbindingID``, else the one with ``IsNext``.

    What is marked with ``IsNext`` and has no ID belongs to the transition that ``WSVerbindingID`` names.
    """
    entries: Sequence[Mapping[str, Any]] = request.get("Transitions") or ()
    named = request.get("WSVerbindingID")
    marked = [entry for entry in entries if entry.get("IsNext")]
    if named is not None:
        by_id = [entry for entry in entries if entry.get("ID") == named]
        unnamed = [entry for entry in marked if entry.get("ID") is None]
        return next(iter(by_id or unnamed), {})
    if len(marked) > 1:
        raise argument("More than one transition is marked with IsNext", "Transitions")
    if marked and marked[0].get("ID") is None:
        raise not_empty(["ID"])
    if not marked and any(entry.get(detail) for entry in entries for detail in _DETAILS):
        raise argument("No transition is marked with IsNext, though one tells what is to follow", "Transitions")
    return marked[0] if marked else {}


#: What an entry may want of the task that follows; nobody else than the chosen one's wishes can be fulfilled.
_DETAILS = ("UserIDs", "GroupIDs", "RoleIDs", "DeferUntil")


def _transition(guid: str) -> int:
    number = decode(guid, Kind.ELEMENT)
    if not number:
        raise argument(f"'{guid}' is not a transition of the task", "WSVerbindingID")
    return number


def _next(chosen: Mapping[str, Any], request: Request) -> Next:
    for name in ("UserIDs", "GroupIDs", "RoleIDs"):
        few(chosen, name)
    return Next(
        users=chosen.get("UserIDs") or (),
        groups=chosen.get("GroupIDs") or (),
        roles=chosen.get("RoleIDs") or (),
        must_assign=bool(chosen.get("AssignmentIsAdHocRequired")),
        until=chosen.get("DeferUntil") or request.get("DeferTo"),
        note=chosen.get("DeferralNote"),
    )


_Change = Callable[[Unit, ActivityRow, int, str], None]


def _deferring(change: _Change) -> Callable[[Unit, Request], None]:
    def run(unit: Unit, request: Request) -> None:
        for row in finishing.held_in_order(unit, request["TaskIDs"]):
            change(unit, row, request["DateTime"], request["Reason"])

    return run


_DEFERRAL = ("TaskIDs", "DateTime", "Reason")
#: What the operations do, by the words of their operationIds.
USES = {
    "finish_tasks": Use(_finish, ("TaskIDs",)),
    "postpone_tasks": Use(_deferring(deferral.postpone), _DEFERRAL),
    "change_postponed_tasks": Use(_deferring(deferral.change), _DEFERRAL),
}
HANDLERS: dict[str, Handler] = {
    f"digioffice_{name}{suffix}": handler
    for name, use in USES.items()
    for suffix, handler in zip(("", "_batch"), handlers(use), strict=True)
}
