"""Compares two records of one model: the first difference, or how far they agree.

Only what both sides can show is compared. Where one side did what the other has no operation for, the comparison ends
there: this is no difference, but it is reported.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from enum import StrEnum

from model_driver.moments import is_moment, same_moment
from model_driver.policies import needed
from model_driver.values import Json, JsonObject

#: Parts of what is compared, in this order: of definitions, of states, of whole runs.
_OF_DEFINITIONS = ("job_definitions", "start_jobs")
_OF_RUNS = ("start_jobs", "history")
_OF_STATES = ("ended", "activities", "tasks", "external_tasks", "jobs", "incidents", "subscriptions", "variables")
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
    NOT_RECORDED = "not recorded"
    AS_OTHER = "as by another policy"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two runs of a process part: the number of the step, 0 for the start; what differs; and both sides.

    ``after`` is the action before it.
    """

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


def compare(one: JsonObject, other: JsonObject, without: Set[str] = frozenset()) -> ModelComparison:
    """Compare two records of the same model by the same policy. ``without``: parts of states that are left out."""
    model = one["model"]
    if broken := [record["broken"] for record in (one, other) if "broken" in record]:
        return ModelComparison(model, Outcome.BROKEN, reasons=broken)
    if refusals := [record["refused"] for record in (one, other) if "refused" in record]:
        outcome = Outcome.ONLY_SECOND if "refused" in one else Outcome.ONLY_FIRST
        outcome = Outcome.NEITHER if len(refusals) == 2 else outcome
        return ModelComparison(model, outcome, reasons=[str(error["message"]) for error in refusals])
    runs = [*_definitions(one, other, without), *_runs(one, other, without)]
    differ = any(run.difference for run in runs)
    return ModelComparison(model, Outcome.DIFFER if differ else Outcome.AGREE, runs)


def _definitions(one: JsonObject, other: JsonObject, without: Set[str]) -> Iterator[RunComparison]:
    ones, others = one.get("definitions", {}), other.get("definitions", {})
    for key in sorted(ones.keys() & others.keys()):
        if difference := _part_difference(0, _OF_DEFINITIONS, ones[key], others[key], without):
            yield RunComparison(key, 0, difference)


def _runs(one: JsonObject, other: JsonObject, without: Set[str]) -> Iterator[RunComparison]:
    ones, others = ({_name(run): run for run in record["runs"]} for record in (one, other))
    for name in sorted(ones.keys() | others.keys()):
        left, right = ones.get(name), others.get(name)
        if left is None or right is None:
            present = left or right or {}
            # A recording without steps has no starts by an event.
            if ("has" in one and "has" in other) or present.get("start", "none") == "none":
                yield RunComparison(name, 0, Difference(0, "process", left is not None, right is not None))
        elif lacking := [run["lacks"] for run in (left, right) if "lacks" in run]:
            yield RunComparison(name, 0, ended_by=f"start: {lacking[0]}")
        elif "steps" in left and "steps" in right:
            yield _by_steps(name, _Side(one, left), _Side(other, right), without)
        else:
            yield _flat(name, left, right)


def _name(run: JsonObject) -> str:
    """What names a run of a model: the process, and its start event where that waits for something."""
    return run["key"] if run.get("start", "none") == "none" else f"{run['key']}, {run['start']} start {run['event']}"


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


def _by_steps(name: str, one: _Side, other: _Side, without: Set[str]) -> RunComparison:
    ones, others = one.run["steps"], other.run["steps"]
    for number in range(max(len(ones), len(others))):
        left, right = (steps[number] if number < len(steps) else {"action": None} for steps in (ones, others))
        if left["action"] != right["action"]:
            if lacking := one.lacks(right["action"]) | other.lacks(left["action"]):
                return RunComparison(name, number, ended_by=f"action: {', '.join(sorted(lacking))}")
            return RunComparison(name, number, Difference(number, "action", left["action"], right["action"]))
        if difference := _step_difference(number, left, right, without):
            return RunComparison(name, number, difference)
    return RunComparison(name, len(ones), _part_difference(len(ones), _OF_RUNS, one.run, other.run, without))


def _step_difference(number: int, one: JsonObject, other: JsonObject, without: Set[str]) -> Difference | None:
    if "error" not in without and not same(one["error"], other["error"]):
        return Difference(number, "error", one["error"], other["error"], one["action"])
    left, right = one["state"], other["state"]
    if left is None or right is None:
        return None if left == right else Difference(number, "state", left, right, one["action"])
    return _part_difference(number, _OF_STATES, left, right, without, one["action"])


def _part_difference(
    number: int,
    parts: tuple[str, ...],
    one: JsonObject,
    other: JsonObject,
    without: Set[str],
    action: JsonObject | None = None,
) -> Difference | None:
    """The first part that both have and that differs."""
    for part in parts:
        left, right = one.get(part), other.get(part)
        if part not in without and None not in (left, right) and not same(left, right):
            return Difference(number, part, *_only(left, right), action)
    return None


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


#: What can be left out of a comparison.
PARTS = ("error", *_OF_STATES, *_OF_DEFINITIONS, "history")
