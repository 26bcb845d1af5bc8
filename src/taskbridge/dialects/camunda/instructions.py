"""Instructions of modifications, as Camunda's API has them, for the engine.

Called by the handlers of starts, modifications and restarts. Raises CamundaError.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import invalid_request, null_pointer
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.variables import read_variable
from taskbridge.engine.instructions import Cancel, Instruction, Named, Omissions, Place, Start, What
from taskbridge.engine.variables import Variable

_CANCEL = "cancel"
_PLACES = {
    "startBeforeActivity": (Place.BEFORE, "activityId"),
    "startAfterActivity": (Place.AFTER, "activityId"),
    "startTransition": (Place.FLOW, "transitionId"),
}
_THINGS = {
    "activityId": What.ACTIVITY,
    "activityInstanceId": What.INSTANCE,
    "transitionInstanceId": What.TRANSITION,
}
_ONE_THING = "exactly one, 'activityId', 'activityInstanceId', or 'transitionInstanceId', is required"


def omissions(body: Mapping[str, Any]) -> Omissions:
    """What the body wants left out."""
    return Omissions(bool(body.get("skipCustomListeners")), bool(body.get("skipIoMappings")))


def of_one_instance(given: Sequence[Mapping[str, Any] | None] | None) -> list[Instruction]:
    """The instructions of a modification of one process instance."""
    return [_cancel(one) if one["type"] == _CANCEL else _start(one, named=True) for one in _each(given)]


def of_several_instances(given: Sequence[Mapping[str, Any] | None] | None) -> list[Instruction]:
    """The instructions of a bulk operation; only activities and flows can be named in it, and no variables."""
    return [_cancel_activity(one) if one["type"] == _CANCEL else _start(one, bare=True) for one in _each(given)]


def of_new_instance(given: Sequence[Mapping[str, Any] | None] | None, *, bare: bool = False) -> list[Start]:
    """The instructions of a start; there is nothing to cancel yet. ``bare``: variables do not count."""
    return [_start(one, bare=bare) for one in _each(given) if one["type"] != _CANCEL]


def _each(given: Sequence[Mapping[str, Any] | None] | None) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for one in given or ():
        if one is None:
            raise null_pointer()
        found.append(one)
    return found


def _incomplete(instruction: Mapping[str, Any], fault: str) -> Exception:
    return invalid_request(f"For instruction type '{instruction['type']}': {fault}")


def _cancel(instruction: Mapping[str, Any]) -> Cancel:
    named = [name for name in _THINGS if instruction.get(name) is not None]
    if len(named) != 1:
        raise _incomplete(instruction, _ONE_THING)
    return Cancel(_THINGS[named[0]], Named(_entry(instruction[named[0]]), instruction[named[0]]))


def _cancel_activity(instruction: Mapping[str, Any]) -> Cancel:
    activity = instruction.get("activityId")
    if activity is None:
        raise _incomplete(instruction, "'activityId' must be set")
    current = bool(instruction.get("cancelCurrentActiveActivityInstances"))
    return Cancel(What.ACTIVITY, Named(ids.UNKNOWN, activity), current=current)


def _start(instruction: Mapping[str, Any], *, named: bool = False, bare: bool = False) -> Start:
    """``named``: an ancestor may be named."""
    place, member = _PLACES[instruction["type"]]
    element = instruction.get(member)
    if element is None:
        raise _incomplete(instruction, f"'{member}' must be set")
    ancestor = instruction.get("ancestorActivityInstanceId") if named else None
    variables: dict[bool, dict[str, Variable]] = {False: {}, True: {}}
    for name, value in () if bare else (instruction.get("variables") or {}).items():
        variables[value is not None and value.get("local") is True][name] = read_variable(name, value)
    return Start(
        place,
        element,
        None if ancestor is None else Named(_entry(ancestor), ancestor),
        variables[False],
        variables[True],
    )


def _entry(text: str) -> int:
    """The integer behind the id of an entry of the tree: the instance, an activity or a transition instance."""
    return ids.decode(text, Kind.PROCESS_INSTANCE, Kind.EXECUTION) or ids.decode_activity_instance(text)
