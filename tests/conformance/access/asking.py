"""How an operation is asked for a thing, and who must get what: the form of the tables of the walk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from taskbridge.service.access import Hidden, Policy, Sight
from tests.conformance.access.world import ADMINS, FOREIGN, Caller, Need, Things

Files = list[tuple[str, tuple[str | None, bytes]]]
#: The kinds of things of which everybody of a network sees all.
SHARED = frozenset({"definition", "deployment", "person", "job", "project", "file", "project task"})
_STATUS = {Hidden.FORBIDDEN: 403, Hidden.NOT_FOUND: 404}


@dataclass(frozen=True, slots=True)
class Ask:
    """One way of asking an operation for a thing.

    ``about`` is what kind of thing. ``lists`` makes the id that the answer of a list shows of it. ``hidden`` is the
    vendor's status for what the caller may not see, where it is another than the policy's. ``changes``: whoever sees
    the thing may still be refused, and each caller needs a thing of his own. ``admins``: for administrators only.
    ``need``: what must have happened to the thing.
    """

    about: str
    query: Callable[[Things], str] | None = None
    body: Callable[[Things], object] | None = None
    files: Files | None = None
    path: Mapping[str, str] | None = None
    lists: Callable[[Things], object] | None = None
    hidden: int = 0
    changes: bool = False
    admins: bool = False
    need: Need | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A status, and of a list whether the thing was in it."""

    status: int
    shown: bool | None = None

    def __str__(self) -> str:
        return str(self.status) if self.shown is None else f"{self.status}, {'shown' if self.shown else 'not shown'}"


def sees(policy: Policy, about: str, caller: Caller) -> bool:
    """Whether the policy lets somebody see a thing of the owner's."""
    if policy.sight is Sight.EVERYTHING:
        return True
    if caller in FOREIGN:
        return False
    return caller is not Caller.COLLEAGUE or about in SHARED


def problem(policy: Policy, ask: Ask, caller: Caller, answer: Answered) -> str | None:
    """What is wrong with an answer; None where it is what the policy says."""
    if ask.admins and caller not in ADMINS:
        return None if answer == Answered(403) else "is for administrators only"
    if sees(policy, ask.about, caller):
        if answer.shown is False or not (answer.status < 400 or _may_not(policy, ask, caller, answer.status)):
            return "should be allowed"
        return None
    if ask.lists is not None:
        return None if answer == Answered(200, shown=False) else "should be absent"
    hidden = policy.foreign if caller in FOREIGN else policy.unrelated
    # What all of a network see does not exist for others, whatever the policy.
    expected = ask.hidden or (404 if ask.about in SHARED else _STATUS[hidden])
    return None if answer.status == expected else f"should be {expected}"


def _may_not(policy: Policy, ask: Ask, caller: Caller, status: int) -> bool:
    """Who sees a thing need not be the one who may change it, unless it is his own or everybody's."""
    everybodys = policy.sight is Sight.EVERYTHING or caller is Caller.OWNER
    return ask.changes and not everybodys and status in (400, 403)


def found_in(body: Any, wanted: object) -> bool:  # noqa: ANN401 - JSON
    """Whether a value stands anywhere in a JSON value."""
    if isinstance(body, dict):
        return any(found_in(one, wanted) for one in body.values())
    if isinstance(body, list):
        return any(found_in(one, wanted) for one in body)
    return not isinstance(body, bool) and str(body) == str(wanted)
