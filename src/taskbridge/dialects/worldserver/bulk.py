"""Actions on a list of elements, in one transaction (contract 2.3).

One element: it succeeds, or its error is the answer and nothing is changed. Several: every element has its entry, and
those that fail change nothing. Per element the form is checked first, then what it is about.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from taskbridge.dialects.worldserver.errors import NOT_JSON, WorldServerError, bad_request
from taskbridge.dialects.worldserver.values import as_id
from taskbridge.dialects.worldserver.wordings import OF_ONE_ELEMENT, translate
from taskbridge.service import project_tasks, rights
from taskbridge.service.rights import Doer
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store.lists import MOST_VALUES

E = TypeVar("E")
#: What an element becomes: the id of what it changed or made, and further members of its entry.
Outcome = tuple[int, Mapping[str, object]]
Element = Mapping[str, Any]
NOTHING_MORE: Mapping[str, object] = {}


def elements_of(call: Call, refusal: str = NOT_JSON) -> list[Element]:
    """The elements of a body, which are objects. WorldServerError (400) where one is none, or there are too many."""
    if len(call.body) > MOST_VALUES or not all(isinstance(element, dict) for element in call.body):
        raise bad_request(refusal)
    elements: list[Element] = call.body
    return elements


def required_id(element: Element, name: str, refusal: str) -> int:
    """A member that is an id. WorldServerError (400)."""
    found = as_id(element.get(name))
    if found is None:
        raise bad_request(refusal)
    return found


def task_id(element: Element) -> int:
    """The id of the task that an element is about. WorldServerError (400)."""
    return required_id(element, "id", "Task Id is not valid")


def text(element: Element, name: str) -> str | None:
    """A member that is no list or object, as a text; None where it is missing or empty. WorldServerError (400)."""
    value = element.get(name)
    if isinstance(value, list | dict) or "\0" in str(value):
        raise bad_request(NOT_JSON)
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None or value == "" else str(value)


async def act_on(
    call: Call,
    elements: Sequence[Element],
    parse: Callable[[Element], E],
    act: Callable[[Unit, Doer, E], Outcome],
    lock: Callable[[E], int] | None = None,
) -> Answer:
    """Parse and do every element; ``lock`` tells which task an element will change."""

    def work(unit: Unit) -> dict[str, object]:
        unit.expect_commands(len(elements))
        doer = rights.doer(unit, call.user)
        parsed = [_parsed(parse, element) for element in elements]
        if lock is not None:
            project_tasks.lock(unit, [lock(one) for one in parsed if not isinstance(one, WorldServerError)])
        if len(parsed) == 1:
            return envelope([_alone(unit, doer, parsed[0], act)])
        return envelope([_beside_others(unit, doer, one, act) for one in parsed])

    return Answer(200, await call.services.run(work, call.user.name))


def envelope(entries: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The answer around the entries."""
    failed = [entry for entry in entries if entry["status"] == "ERROR"]
    if not failed:
        return {"status": "OK", "response": list(entries)}
    if len(failed) < len(entries):
        return {"status": "PARTIAL_SUCCESS", "response": list(entries)}
    return {"status": "ERROR", "response": list(entries), "errors": failed[0]["errors"]}


def _parsed(parse: Callable[[Element], E], element: Element) -> E | WorldServerError:
    try:
        return parse(element)
    except WorldServerError as error:
        return error


def _alone(
    unit: Unit, doer: Doer, parsed: E | WorldServerError, act: Callable[[Unit, Doer, E], Outcome]
) -> dict[str, object]:
    if isinstance(parsed, WorldServerError):
        raise parsed
    return _done(act(unit, doer, parsed))


def _beside_others(
    unit: Unit, doer: Doer, parsed: E | WorldServerError, act: Callable[[Unit, Doer, E], Outcome]
) -> dict[str, object]:
    if isinstance(parsed, WorldServerError):
        return _failed(parsed)
    try:
        with unit.tx.part():
            return _done(act(unit, doer, parsed))
    except OF_ONE_ELEMENT as error:
        return _failed(error)


def _done(outcome: Outcome) -> dict[str, object]:
    number, more = outcome
    return {"status": "OK", "response": number, **more}


def _failed(error: Exception) -> dict[str, object]:
    return {"status": "ERROR", "errors": [translate(error).entry()]}
