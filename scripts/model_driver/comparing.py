"""Compares two records of one model: the first difference, or how far they agree.

Only what both sides can show is compared. Where one side did what the other has no operation for, the comparison ends
there: this is no difference, but it is reported.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from model_driver.moments import is_moment, same_moment
from model_driver.policies import needed
from model_driver.values import Json, JsonObject

#: Parts of a state in the order in which they are compared.
_PARTS = ("ended", "activities", "tasks", "external_tasks", "jobs", "incidents", "subscriptions", "variables")
#: What a record without steps has.
_FLAT = ("waiting", "end", "visited")


class Outcome(StrEnum):
    """What became of a model."""

    AGREE = "agree"
    DIFFER = "differ"
    ONLY_FIRST = "only the first deploys"
    ONLY_SECOND = "only the second deploys"
    NEITHER = "neither deploys"
    BROKEN = "no answer"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two runs of a process part: the number of the step, 0 for the start; what differs; and both sides."""

    step: int
    place: str
    one: Json
    other: Json
    after: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs of a process: how many states agreed, the first difference, and what could not be compared."""

    key: str
    steps: int
    difference: Difference | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """Two records of a model. ``reasons`` say why it was refused or broke."""

    model: str
    outcome: Outcome
    runs: list[RunComparison] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def compare(one: JsonObject, other: JsonObject) -> ModelComparison:
    """Compare two records of the same model by the same policy."""
    model = one["model"]
    if broken := [record["broken"] for record in (one, other) if "broken" in record]:
        return ModelComparison(model, Outcome.BROKEN, reasons=broken)
    refusals = [record["refused"] for record in (one, other) if "refused" in record]
    if refusals:
        both = len(refusals) == 2
        outcome = Outcome.NEITHER if both else Outcome.ONLY_SECOND if "refused" in one else Outcome.ONLY_FIRST
        return ModelComparison(model, outcome, reasons=[str(error["message"]) for error in refusals])
    runs = list(_runs(one, other))
    differ = any(run.difference for run in runs)
    return ModelComparison(model, Outcome.DIFFER if differ else Outcome.AGREE, runs)


def _runs(one: JsonObject, other: JsonObject) -> Iterator[RunComparison]:
    ones, others = ({run["key"]: run for run in record["runs"]} for record in (one, other))
    for key in sorted(ones.keys() | others.keys()):
        if key not in ones or key not in others:
            # A recording without steps has no processes that wait for their start.
            if "has" in one and "has" in other:
                yield RunComparison(key, 0, Difference(0, "process", key in ones, key in others))
        elif "steps" in ones[key] and "steps" in others[key]:
            yield _by_steps(key, _Side(one, ones[key]), _Side(other, others[key]))
        elif lacking := [run["lacks"] for run in (ones[key], others[key]) if "lacks" in run]:
            yield RunComparison(key, 0, ended_by=f"start: {lacking[0]}")
        else:
            yield _flat(key, ones[key], others[key])


def _flat(key: str, one: JsonObject, other: JsonObject) -> RunComparison:
    agreed = 0
    for step, (left, right) in enumerate(zip(one["waiting"], other["waiting"], strict=False)):
        if left != right:
            return RunComparison(key, agreed, Difference(step, "waiting", left, right))
        agreed += 1
    for place in _FLAT:
        if None not in (one[place], other[place]) and one[place] != other[place]:
            return RunComparison(key, agreed, Difference(agreed, place, one[place], other[place]))
    return RunComparison(key, agreed)


@dataclass(frozen=True, slots=True)
class _Side:
    """A run, and what its server had."""

    record: JsonObject
    run: JsonObject

    def lacks(self, action: JsonObject | None) -> frozenset[str]:
        """What an action needs that the server does not have."""
        return frozenset() if action is None else needed(action) - set(self.record["has"])


def _by_steps(key: str, one: _Side, other: _Side) -> RunComparison:
    ones, others = one.run["steps"], other.run["steps"]
    for number in range(max(len(ones), len(others))):
        left = ones[number] if number < len(ones) else {"action": None}
        right = others[number] if number < len(others) else {"action": None}
        if left["action"] != right["action"]:
            if lacking := one.lacks(right["action"]) | other.lacks(left["action"]):
                return RunComparison(key, number, ended_by=f"action: {', '.join(sorted(lacking))}")
            return RunComparison(key, number, Difference(number, "action", left["action"], right["action"]))
        if difference := _step_difference(number, left, right):
            return RunComparison(key, number, difference)
    return RunComparison(key, max(len(ones), len(others)), _history_difference(len(ones), one.run, other.run))


def _step_difference(number: int, one: JsonObject, other: JsonObject) -> Difference | None:
    if not same(one["error"], other["error"]):
        return Difference(number, "error", one["error"], other["error"], one["action"])
    left, right = one["state"], other["state"]
    if left is None or right is None:
        return None if left == right else Difference(number, "state", left, right, one["action"])
    for part in _PARTS:
        if part in left and part in right and not same(left[part], right[part]):
            return Difference(number, part, *_only(left[part], right[part]), one["action"])
    return None


def _history_difference(step: int, one: JsonObject, other: JsonObject) -> Difference | None:
    left, right = one["history"], other["history"]
    if left is None or right is None or same(left, right):
        return None
    return Difference(step, "history", *_only(left, right))


def _only(one: Json, other: Json) -> tuple[Json, Json]:
    """What stands on one side only, of two lists; two other values as they are."""
    if not isinstance(one, list) or not isinstance(other, list):
        return one, other
    return _unmatched(one, other)


def _unmatched(one: list[Json], other: list[Json]) -> tuple[list[Json], list[Json]]:
    left, right = [], list(other)
    for entry in one:
        found = next((number for number, each in enumerate(right) if same(entry, each)), None)
        if found is None:
            left.append(entry)
        else:
            del right[found]
    return left, right


def same(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal: lists in any order, moments within a tolerance, numbers of one type."""
    if is_moment(one) and is_moment(other):
        return same_moment(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and _unmatched(one, other) == ([], [])
    return type(one) is type(other) and bool(one == other)
