"""Short forms of runs: what was done, and what the instance then was, in a line of text for each step."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from model_driver.values import Json, JsonObject
from random_processes.processes import COMPOSED, compensates
from taskbridge.engine.elements.multi_instance import BODY

#: Seeds whose traces differ by decision, each with the title of its row in docs/fidelity.md.
DECIDED = {1594: "A signal thrown in the transaction in which an event subprocess interrupts its scope"}
#: Variables of the instances of a multi-instance activity, and of its body. Where there is compensation they are not
#: compared: completed scopes remember them, and the real server lists them under whatever has the execution then.
_OF_INSTANCES = ("loopCounter", "each", "own")
_COMPENSATES = ("intermediateCompensationThrowEvent", "compensationEndEvent", "cancelEndEvent")
_OF_BODIES = ("item", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")


@dataclass(frozen=True, slots=True)
class Trace:
    """How the process of a seed ran: a text for each step, and one for what was visited.

    That is None where the server has no history, and is not compared then.
    """

    seed: int
    steps: tuple[str, ...]
    visited: str | None

    def difference(self, other: "Trace") -> tuple[int, str, str] | None:
        """The first step that is not the same, with both sides; after the steps it is what was visited."""
        for number in range(max(len(self.steps), len(other.steps))):
            left, right = (side[number] if number < len(side) else "" for side in (self.steps, other.steps))
            if left != right:
                return number, left, right
        if None in (self.visited, other.visited) or self.visited == other.visited:
            return None
        return len(self.steps), self.visited or "", other.visited or ""


def traced(seed: int, record: JsonObject) -> Trace:
    """The trace of a record of the driver."""
    if "broken" in record or "refused" in record:
        return Trace(seed, (str(record.get("broken") or record["refused"]["message"]),), None)
    (run,) = record["runs"]
    return Trace(seed, tuple(_steps(run["steps"], _Form(seed))), _visited(run["history"]))


@dataclass(frozen=True, slots=True)
class _Form:
    """How the states of a seed are written."""

    seed: int

    def state(self, state: JsonObject) -> str:
        """What is there, and waits."""
        if state["ended"]:
            return "ended"
        trees = state["activities"]
        if compensates(self.seed):
            passed_by = _COMPENSATES if self.seed >= COMPOSED else ()
            shown = " ".join(sorted(leaf for one in trees for leaf in _leaves(one, passed_by)))
        else:
            each = (" ".join(_tree(child) for child in _ordered(one)) for one in trees)
            shown = (" / " if self.seed >= COMPOSED else " ").join(each)
        return " ".join((shown, *(f"[{part}]" for part in _waiting(state))))

    def variables(self, state: JsonObject) -> list[str]:
        """All variables with their scopes; without those that are known to stand elsewhere (docs/fidelity.md)."""
        listed: Json = state.get("variables") or []
        if not isinstance(listed, list):
            return [str(listed)]
        shown = [one for one in listed if self.seed < COMPOSED or not self._stands_elsewhere(one)]
        return sorted(f"{one['scope']}.{one['name']}={json.dumps(one['value'])}" for one in shown)

    def changed(self, before: list[str], now: list[str]) -> str:
        """What became of variables, nothing where they are the same."""
        if before == now:
            return ""
        if self.seed < COMPOSED:
            return f" {{{' '.join(now)}}}"
        gone, new = Counter(before) - Counter(now), Counter(now) - Counter(before)
        return f" {{{' '.join([*(f'-{one}' for one in gone.elements()), *new.elements()])}}}"

    def _stands_elsewhere(self, variable: JsonObject) -> bool:
        """Loop variables of parallel instances that wait or have ended, and what a completed scope remembers."""
        scope, name = variable["scope"], variable["name"]
        if compensates(self.seed) and name in (*_OF_INSTANCES, *_OF_BODIES):
            return True
        return scope == "?" or (scope.endswith(f"#{BODY}") and name in _OF_INSTANCES)


def _visited(history: list[JsonObject] | None) -> str | None:
    if history is None:
        return None
    counts = Counter(one["activity"] + "!" * one["canceled"] for one in history)
    return " ".join(f"{name}*{count}" if count > 1 else name for name, count in sorted(counts.items()))


def _steps(steps: list[JsonObject], form: _Form) -> Iterator[str]:
    variables: list[str] = []
    for step in steps:
        done = "start" if step["action"] is None else _action(step["action"])
        error = f" {step['error']['status']}" if step["error"] else ""
        if step["state"] is None:
            yield f"{done}{error} > nothing"
            continue
        now = variables if step["state"]["ended"] else form.variables(step["state"])
        yield f"{done}{error} > {form.state(step['state'])}{form.changed(variables, now)}"
        variables = now


def _action(action: JsonObject) -> str:
    nth = f"#{action['nth']}" if action["nth"] > 1 else ""
    return f"{action['do']} {action['activity']}{nth}"


def _tree(node: JsonObject) -> str:
    mark = "~" if node["kind"] == "transition" else ""
    inner = " ".join(_tree(child) for child in _ordered(node))
    return f"{node['activity']}{mark}" + (f"({inner})" if inner else "")


def _leaves(node: JsonObject, passed_by: Collection[str]) -> Iterator[str]:
    """What has nothing in it: which scopes are around it the real server mixes up while it compensates.

    ``passed_by``: kinds that are no leaves, for handlers stand in them or beside them.
    """
    for child in node.get("children", ()):
        if child.get("children"):
            yield from _leaves(child, passed_by)
        elif child["kind"] not in passed_by:
            yield f"{child['activity']}{'~' if child['kind'] == 'transition' else ''}"


def _ordered(node: JsonObject) -> list[JsonObject]:
    return sorted(node.get("children", ()), key=_tree)


def _waiting(state: JsonObject) -> Iterator[str]:
    for part, named in (("subscriptions", "activity"), ("jobs", "activity"), ("incidents", "activity")):
        listed = state.get(part) or []
        names = sorted(str(entry[named]) for entry in listed) if isinstance(listed, list) else [str(listed)]
        if names:
            yield f"{part} {' '.join(names)}"


def hangs(step: str, reach: Mapping[str, Collection[str]]) -> bool:
    """Whether in a step's state a token waits at an inclusive join that no other can reach but those at joins.

    There the real engine may wait for ever: it judges such a join only when a token comes to it. ``reach`` are the
    nodes before each inclusive join.
    """
    shown = step.partition(" > ")[2].partition(" [")[0].partition(" {")[0]
    inside: list[list[str]] = [[]]
    for part in re.findall(r"[^() ]+|[()]", shown):
        if part == "(":
            inside.append([])
        elif part != ")":
            inside[-1].append(part.rstrip("~"))
        elif _is_left_waiting(inside.pop(), reach):
            return True
    return _is_left_waiting(inside.pop(), reach)


def _is_left_waiting(names: list[str], reach: Mapping[str, Collection[str]]) -> bool:
    moving = {name for name in names if not name.startswith("join")}
    return any(moving.isdisjoint(reach[name]) for name in names if name in reach)


def written(trace: Trace) -> str:
    """A trace as a line of a file."""
    shown = {"seed": trace.seed, "steps": trace.steps, "visited": trace.visited}
    return json.dumps(shown, ensure_ascii=False) + "\n"


def read(path: Path) -> dict[int, Trace]:
    """The traces of a file, by their seeds."""
    records = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {one["seed"]: Trace(one["seed"], tuple(one["steps"]), one["visited"]) for one in records}
