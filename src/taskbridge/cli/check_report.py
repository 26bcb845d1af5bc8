"""How the result of ``taskbridge check`` is written: as text for people, as JSON, and as CSV."""

import csv as csv_format
import io
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from taskbridge.cli.listing import table
from taskbridge.engine.errors import Problem
from taskbridge.kinds import Handling
from taskbridge.service.handling import remedies
from taskbridge.service.model_check import Checked, Verdict, kinds, verdicts

_CSV_HEAD = ("file", "verdict", "settings", "kind", "element", "line", "column", "message", "setting")


def text(checked: Sequence[Checked]) -> str:
    """A block for each file, then how many there are of each verdict and of each kind of problem."""
    lines = [line for one in checked for line in _block(one)]
    counted = verdicts(checked)
    summary = f"{len(checked)} files: " + ", ".join(f"{counted[one]} {_plural(one)}" for one in Verdict)
    lines += ["", summary.replace("1 files", "1 file", 1) if len(checked) == 1 else summary]
    if found := kinds(checked):
        rows = [
            (one.kind, str(one.places), str(one.files), str(one.only_reason), _settings(one.remedy)) for one in found
        ]
        lines += ["", *table(("kind", "places", "files", "only reason in", "setting that helps"), rows)]
    return "\n".join(lines)


def _plural(verdict: Verdict) -> str:
    head, _, rest = verdict.partition(" ")
    return f"{ {'runs': 'run', 'does': 'do', 'has': 'have'}[head] } {rest}"


def _block(one: Checked) -> Iterator[str]:
    settings = f": {_settings(one.needed)}" if one.verdict is Verdict.WITH_SETTINGS else ""
    yield f"{one.name}: {one.verdict}{settings}"
    for problem in one.problems:
        hint = f" ({_settings(problem.remedy)})" if problem.remedy else ""
        yield f"  {problem.line}:{problem.column}: {problem.kind}: {problem.message}{hint}"
    for note in one.notes:
        yield f"  {note.line}:{note.column}: note: {note.message}"


def _settings(needed: Handling) -> str:
    return " ".join(remedy.text for remedy in remedies(needed))


def as_json(checked: Sequence[Checked]) -> str:
    """The same as an object with `files` and `summary`."""
    summary = {
        "files": len(checked),
        "verdicts": {verdict.value: number for verdict, number in verdicts(checked).items()},
        "kinds": [
            {
                "kind": one.kind,
                "setting": _settings(one.remedy) or None,
                "places": one.places,
                "files": one.files,
                "onlyReasonIn": one.only_reason,
            }
            for one in kinds(checked)
        ],
    }
    document = {"files": [_file(one) for one in checked], "summary": summary}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def _file(one: Checked) -> dict[str, Any]:
    return {
        "file": one.name,
        "verdict": one.verdict,
        "settings": {remedy.name: remedy.value for remedy in remedies(one.needed)},
        "problems": [_problem(problem) for problem in one.problems],
        "workers": [{**_place(work), "kind": work.kind, "topicName": work.topic} for work in one.workers],
        "ignoredListeners": [{**_place(note), "message": note.message} for note in one.left_out],
        "notes": [{**_place(note), "message": note.message} for note in one.notes],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    facts = {"kind": problem.kind, "message": problem.message, "setting": _settings(problem.remedy) or None}
    return {**_place(problem), **facts}


def _place(found: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever has a place: a problem, a note, work
    return {"elementId": found.element_id, "line": found.line, "column": found.column}


def csv(checked: Sequence[Checked]) -> str:
    """A line for each problem and note; a file without any has a line of its own."""
    written = io.StringIO()
    writer = csv_format.writer(written, lineterminator="\n")
    writer.writerow(_CSV_HEAD)
    for one in checked:
        writer.writerows([one.name, one.verdict, _settings(one.needed), *found] for found in _rows(one))
    return written.getvalue().rstrip("\n")


def _rows(one: Checked) -> Iterator[tuple[object, ...]]:
    for problem in one.problems:
        place = problem.element_id, problem.line, problem.column
        yield problem.kind, *place, problem.message, _settings(problem.remedy)
    for note in one.notes:
        yield note.kind, note.element_id, note.line, note.column, note.message, ""
    if not one.problems and not one.notes:
        yield ("",) * 6
