"""Prints what the driver found: a line per model, the first difference of a process with both sides, and a summary."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from model_driver.comparing import Difference, ModelComparison, Outcome
from model_driver.values import Json, JsonObject

_WIDTH = 600


@dataclass(slots=True)
class Report:
    """Prints as models are done, and counts for the summary. ``names`` are those of the two sides."""

    names: tuple[str, str]
    outcomes: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    uncompared: Counter[str] = field(default_factory=Counter)
    states: int = 0

    def add(self, comparison: ModelComparison) -> None:
        """Print one model."""
        self.outcomes[comparison.outcome] += 1
        self.states += sum(run.steps for run in comparison.runs)
        steps = ", ".join(f"{run.key}: {run.steps} states" for run in comparison.runs) or "nothing to run"
        detail = _line(comparison.reasons[0]) if comparison.reasons else steps
        print(f"{comparison.outcome.value:<8} {comparison.model} ({detail})")
        if comparison.outcome in (Outcome.ONLY_FIRST, Outcome.ONLY_SECOND):
            self.refusals.update({general(line) for reason in comparison.reasons for line in problems(reason)})
        for run in comparison.runs:
            if run.ended_by:
                self.uncompared[run.ended_by] += 1
                print(f"  {run.key}: compared until one side lacks an operation ({run.ended_by})")
            if run.difference:
                self.places[run.difference.place] += 1
                self._print(run.key, run.difference)

    def add_unrecorded(self, model: str) -> None:
        """Print a model that has no record to be compared with."""
        self.outcomes[Outcome.NOT_RECORDED] += 1
        print(f"{Outcome.NOT_RECORDED.value} {model}")

    def summary(self, lacking: Iterable[str], unused: Sequence[str]) -> None:
        """Print the counts; ``lacking``: what only one of the sides has; ``unused``: models that were only recorded."""
        for title, counter in (
            ("first differences", self.places),
            ("only one side deploys, because of", self.refusals),
            ("compared only until one side lacks", self.uncompared),
        ):
            if counter:
                print(f"{title}:")
                for name, number in sorted(counter.items(), key=lambda item: (-item[1], item[0])):
                    print(f"  {number:4} {name}")
        if missing := sorted(lacking):
            print(f"not compared, because only one side has it: {', '.join(missing)}")
        if unused:
            print(f"recorded, but not among these models: {', '.join(unused)}")
        count = self.outcomes
        first, second = self.names
        print(
            f"{sum(count.values())} models: {count[Outcome.AGREE] + count[Outcome.DIFFER]} deploy on both sides, "
            f"{count[Outcome.ONLY_FIRST]} only on {first}, {count[Outcome.ONLY_SECOND]} only on {second}, "
            f"{count[Outcome.NEITHER]} on neither, {count[Outcome.BROKEN]} broke off, "
            f"{count[Outcome.NOT_RECORDED]} not recorded, "
            f"{count[Outcome.AS_OTHER]} not run, as recorded by another policy"
        )
        print(
            f"{count[Outcome.AGREE]} agree, {count[Outcome.DIFFER]} differ; {self.states} states agreed; "
            f"runs compared in part: {self.uncompared.total()}"
        )

    def _print(self, key: str, difference: Difference) -> None:
        after = f" after {_short(difference.after)}" if difference.after else ""
        print(f"  {key}: step {difference.step}{after}: {difference.place}")
        for name, side in zip(self.names, (difference.one, difference.other), strict=True):
            print(f"    {name}: {_short(side)}")


def show(record: JsonObject) -> None:
    """Print what one server did with a model."""
    for name in ("refused", "broken"):
        if name in record:
            print(f"{name:<8} {record['model']}: {_short(record[name])}")
    for run in record["runs"]:
        if "lacks" in run:
            print(f"skipped  {record['model']} ({run['key']}): no way to start it ({run['lacks']})")
        else:
            print(
                f"{run['end']:<8} {record['model']} ({run['key']}): {' > '.join(_step(step) for step in run['steps'])}"
            )


def _step(step: JsonObject) -> str:
    action = step["action"]
    done = "start" if action is None else f"{action['do']} {action['activity']}"
    return done + (" (error)" if step["error"] else "")


def _line(text: str) -> str:
    return text.replace("\n", " ")[:200]


def _short(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}… ({len(text)} characters)"


def problems(message: str) -> list[str]:
    """The single problems of an error message about a file that could not be read."""
    return [part.partition(" | resource ")[0].strip() for part in message.split("\n* ")[1:]] or [message]


def general(problem: str) -> str:
    """A problem without the names and ids of one model, so that equal ones can be counted."""
    element = re.match(r"Unsupported element \S+", problem)
    attribute = re.match(r"Unsupported (?:attribute|value) '[^']*'(?: of attribute '[^']*')?", problem)
    known = element or attribute
    return known[0] if known else re.sub(r"'[^']*'", "'…'", problem)
