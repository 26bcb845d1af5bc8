"""Runs process models as the real Camunda 7 engine was recorded to run them, and lists where the runs differ.

Usage: compare_models.py [FOLDER] [--details]; FOLDER holds recorded-runs.jsonl and the models it names. Every model
agrees, differs, or is refused at deployment with a reason. Exits with 1 when a model differs for no documented reason.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.errors import BpmnError, EngineError, Problem
from taskbridge.engine.expressions import ExpressionError
from taskbridge.engine.graph import Process
from taskbridge.engine.variables import Variable
from taskbridge.kinds import InstanceState

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.engine.memory import MemoryInstance

RECORDED = Path(__file__).resolve().parents[1].parent / "shared" / "models"
RUNS = "recorded-runs.jsonl"
MAX_COMPLETIONS = 60
VARIABLES = {
    "approved": Variable("Boolean", True),
    "input": Variable("Integer", 1),
    "amount": Variable("Integer", 150),
}
HANGING_JOIN = (
    "an inclusive join goes on here, where the recorded engine leaves it waiting for a token that went elsewhere"
)


class Run(NamedTuple):
    """What one process did: what waited at each step, how it ended, and what was visited."""

    waiting: list[list[str]]
    end: str
    visited: list[str]


class Difference(NamedTuple):
    """A process that ran otherwise than recorded; ``reason`` is the documented one, None when there is none."""

    model: str
    key: str
    lines: list[str]
    reason: str | None


@dataclass(slots=True)
class Comparison:
    """The outcome for all models of a folder."""

    agreeing: list[str] = field(default_factory=list)
    differing: list[Difference] = field(default_factory=list)
    refused: dict[str, list[Problem]] = field(default_factory=dict)

    @property
    def unexplained(self) -> list[Difference]:
        """The differences without a documented reason."""
        return [difference for difference in self.differing if difference.reason is None]


def run_of(process: Process) -> Run:
    """Run a process as the recording did: complete the first waiting task again and again."""
    instance = MemoryInstance(process)
    waiting: list[list[str]] = []
    try:
        instance.start(VARIABLES)
        for _ in range(MAX_COMPLETIONS):
            if instance.waiting():
                waiting.append(instance.waiting())
            if not instance.tasks():
                break
            instance.complete(instance.tasks()[0].id)
    except (EngineError, ExpressionError) as error:
        return Run(waiting, f"error: {error}", instance.visited())
    return Run(waiting, "ended" if instance.state is InstanceState.COMPLETED else "waiting", instance.visited())


def compare(folder: Path) -> Comparison:
    """Compare every recorded model of a folder."""
    comparison = Comparison()
    for line in (folder / RUNS).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        model = record["model"]
        try:
            processes = {process.key: process for process in read_bpmn(model, (folder / model).read_bytes())}
        except BpmnError as error:
            comparison.refused[model] = error.problems
            continue
        differences = list(_differences(model, processes, record["runs"]))
        comparison.differing += differences
        comparison.agreeing += [] if differences else [model]
    return comparison


def _differences(model: str, processes: Mapping[str, Process], runs: list[dict[str, Any]]) -> Iterator[Difference]:
    for recorded in runs:
        expected = Run(recorded["waiting"], recorded["end"], recorded["visited"])
        process = processes.get(recorded["key"])
        if process is None or process.start is None:
            yield Difference(model, recorded["key"], ["no such process"], None)
            continue
        got = run_of(process)
        lines = list(_lines(expected, got))
        if lines:
            yield Difference(model, recorded["key"], lines, _reason(process, expected))


def _lines(expected: Run, got: Run) -> Iterator[str]:
    for step in range(max(len(expected.waiting), len(got.waiting))):
        theirs = expected.waiting[step] if step < len(expected.waiting) else None
        ours = got.waiting[step] if step < len(got.waiting) else None
        if theirs != ours:
            yield f"step {step + 1}: recorded waiting {theirs}, ours {ours}"
    if expected.end != got.end:
        yield f"end: recorded {expected.end}, ours {got.end}"
    if expected.visited != got.visited:
        recorded, run = Counter(expected.visited), Counter(got.visited)
        only_recorded, only_ours = recorded - run, run - recorded
        yield f"visited: only recorded {sorted(only_recorded.elements())}, only ours {sorted(only_ours.elements())}"


def _reason(process: Process, expected: Run) -> str | None:
    stuck = expected.waiting[-1] if expected.end == "waiting" and expected.waiting else []
    joins = [node for node in stuck if node in process.nodes and process.nodes[node].behaviour.joins_by_reach]
    return HANGING_JOIN if joins else None


def reasons(refused: Mapping[str, list[Problem]]) -> Counter[str]:
    """For every reason to refuse, how many models it stopped; names and ids are left out."""
    found: Counter[str] = Counter()
    for problems in refused.values():
        found.update({_general(problem.message) for problem in problems})
    return found


def _general(message: str) -> str:
    element = re.match(r"Unsupported element \S+", message)
    attribute = re.match(r"Unsupported (?:attribute|value) '[^']*'(?: of attribute '[^']*')?", message)
    known = element or attribute
    return known[0] if known else re.sub(r"'[^']*'", "'…'", message)


def report(comparison: Comparison, *, details: bool) -> None:
    """Print the outcome."""
    for difference in comparison.differing:
        print(f"{difference.model} ({difference.key}) differs: {difference.reason or 'NOT EXPLAINED'}")
        for line in difference.lines:
            print(f"  {line}")
    print("refused because of:")
    for reason, count in reasons(comparison.refused).most_common():
        print(f"  {count:4} {reason}")
    if details:
        for model, problems in comparison.refused.items():
            print(f"refused {model}")
            for problem in problems:
                print(f"  {problem.line}:{problem.column} {problem.element_id}: {problem.message}")
    print(
        f"{len(comparison.agreeing)} models agree, {len(comparison.differing)} processes differ "
        f"({len(comparison.unexplained)} without a documented reason), {len(comparison.refused)} models are refused"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=RECORDED)
    parser.add_argument("--details", action="store_true", help="list every problem of every refused model")
    arguments = parser.parse_args()
    if not (arguments.folder / RUNS).is_file():
        print(f"{arguments.folder / RUNS} is missing: nothing to compare with")
        return 1
    comparison = compare(arguments.folder)
    report(comparison, details=arguments.details)
    return 1 if comparison.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
