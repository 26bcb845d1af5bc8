"""Checks of models before they are deployed: whether they run, with which settings, and what stands in the way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from taskbridge.engine.bpmn import Model, read_model
from taskbridge.engine.bpmn_calls import NO_CALLS, Calls, calls
from taskbridge.engine.bpmn_xml import MAX_BYTES, HandedOver
from taskbridge.engine.errors import BpmnError, Problem
from taskbridge.engine.notes import Note
from taskbridge.engine.problem_kinds import Kind
from taskbridge.kinds import Handling

#: Kinds of notes.
NOT_FOUND, SEVERAL_TIMES = "called process", "process in several files"


class Verdict(StrEnum):
    """What becomes of a file that is deployed."""

    AS_IT_IS = "runs as it is"
    WITH_SETTINGS = "runs with settings"
    REFUSED = "does not run"
    NO_PROCESS = "has no executable process"


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a file.

    ``needed`` are the settings that it takes, or that would help, ``problems`` what stands in the way without them;
    those that have no remedy stand in the way of a file that does not run. ``workers`` and ``left_out`` are what comes
    of the settings. ``notes`` are about the files together: calls of processes that are in none of them, and processes
    that are in several.
    """

    name: str
    verdict: Verdict
    needed: Handling = Handling.PLAIN
    problems: tuple[Problem, ...] = ()
    workers: tuple[HandedOver, ...] = ()
    left_out: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()


class KindCount(NamedTuple):
    """How often a kind of problem is met: in how many places and files, and in how many it is the only one."""

    kind: Kind
    remedy: Handling
    places: int
    files: int
    only_reason: int


def check_files(files: Iterable[tuple[str, Path]]) -> list[Checked]:
    """Check files by the names that they are shown by; none makes this fail."""
    checked: list[Checked] = []
    found: list[Calls] = []
    for name, path in files:
        content = _content(path)
        one = _refused(name, content) if isinstance(content, str) else check(name, content)
        checked.append(one)
        found.append(calls(name, content) if isinstance(content, bytes) and not _is_unreadable(one) else NO_CALLS)
    keys = frozenset(key for its in found for key in its.processes)
    holders: dict[str, list[str]] = {}
    for one, its in zip(checked, found, strict=True):
        for process in its.executable:
            holders.setdefault(process.message, []).append(one.name)
    return [
        replace(one, notes=tuple(_notes(one.name, its, keys, holders))) for one, its in zip(checked, found, strict=True)
    ]


def _notes(name: str, its: Calls, keys: frozenset[str], holders: Mapping[str, list[str]]) -> Iterator[Note]:
    for process in its.executable:
        other = next((holder for holder in holders[process.message] if holder != name), None)
        if other is not None:
            text = f"the process '{process.message}' is in {other} too: one deployment cannot have both"
            yield process._replace(message=text, kind=SEVERAL_TIMES)
    for call in its.called:
        if call.message not in keys:
            text = f"the called process '{call.message}' is in none of the files"
            yield call._replace(message=text, kind=NOT_FOUND)


def check(name: str, content: bytes) -> Checked:
    """Check what a file holds."""
    problems: dict[Problem, None] = {}
    needed = Handling.PLAIN
    while True:
        found = _read(name, content, needed)
        if isinstance(found, Model):
            break
        problems |= dict.fromkeys(found)
        helpful = needed
        for problem in found:
            helpful |= problem.remedy
        if helpful == needed:
            return Checked(name, Verdict.REFUSED, needed, _in_order(problems))
        needed = helpful
    if problems:
        noted = tuple(found.workers), tuple(found.left_out)
        return Checked(name, Verdict.WITH_SETTINGS, found.used, _in_order(problems), *noted)
    return Checked(name, Verdict.AS_IT_IS if found.processes else Verdict.NO_PROCESS)


def kinds(checked: Sequence[Checked]) -> list[KindCount]:
    """The kinds of problems in files, the most frequent first. One kind with and without a remedy is two."""
    places: Counter[tuple[Kind, Handling]] = Counter()
    files: Counter[tuple[Kind, Handling]] = Counter()
    alone: Counter[tuple[Kind, Handling]] = Counter()
    for one in checked:
        met = Counter((problem.kind, problem.remedy) for problem in one.problems)
        places += met
        files.update(met.keys())
        alone.update(met.keys() if len(met) == 1 else ())
    most = sorted(files, key=lambda key: (-files[key], -places[key], key))
    return [KindCount(*key, places[key], files[key], alone[key]) for key in most]


def verdicts(checked: Sequence[Checked]) -> Mapping[Verdict, int]:
    """How many files there are of each verdict."""
    met = Counter(one.verdict for one in checked)
    return {verdict: met[verdict] for verdict in Verdict}


def _read(name: str, content: bytes, handling: Handling) -> Model | list[Problem]:
    try:
        return read_model(name, content, handling=handling)
    except BpmnError as error:
        return error.problems


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _content(path: Path) -> bytes | str:
    """What a file holds, or why that cannot be read."""
    try:
        if not path.is_file():
            return "is no file that can be read"
        if path.stat().st_size > MAX_BYTES:  # it would be refused, so it is not even read
            return f"the file is larger than {MAX_BYTES} bytes"
        return path.read_bytes()
    except OSError as error:
        return error.strerror or str(error)


def _refused(name: str, reason: str) -> Checked:
    return Checked(name, Verdict.REFUSED, problems=(Problem(reason, 1, 1, None, Kind.FILE),))


def _is_unreadable(checked: Checked) -> bool:
    return any(problem.kind is Kind.FILE for problem in checked.problems)
