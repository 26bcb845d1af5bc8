"""Timers fall due when those of the real Camunda 7 do, by a table that `scripts/record_schedules.py` recorded."""

from collections.abc import Callable
from pathlib import Path

import pytest

from taskbridge.engine.schedules import InvalidSchedule, cycle, due_of_date, due_of_duration, retry_intervals

RECORDED = Path(__file__).with_name("recorded.tsv").read_text(encoding="utf-8").splitlines()
#: How many milliseconds each firing of a recorded cycle came too late, and how many firings a row has.
LATE, FIRINGS = 7, 6


def _firings(text: str, now: int) -> str:
    current = cycle(text, now)
    due = [str(current.due_at)]
    while len(due) < FIRINGS:
        following = current.next(current.due_at, current.due_at + LATE)
        due.append("none" if following is None else str(following.due_at))
        if following is None:
            break
        current = following
    return f"{current.repeat}\t{' '.join(due)}"


def _tries(text: str, now: int) -> str:
    try:
        return str(retry_intervals(text, now)[0])
    except InvalidSchedule:
        return "none"


ANSWERS: dict[str, Callable[[str, int], object]] = {
    "date": due_of_date,
    "duration": due_of_duration,
    "cycle": _firings,
    "tries": _tries,
}


def _answer(kind: str, text: str, now: int) -> str:
    try:
        return str(ANSWERS[kind](text, now))
    except InvalidSchedule as error:
        # The real engine finds the moment missing when it stores the job.
        return f"{text}\tnone" if error.exception == "NullValueException" else f"! {error}"


@pytest.mark.parametrize(("kind", "rows"), [("date", 150), ("duration", 150), ("cycle", 400), ("tries", 20)])
def test_the_vendors_answers(kind: str, rows: int) -> None:
    recorded = [line.split("\t", 3) for line in RECORDED if line.startswith(f"{kind}\t")]
    assert len(recorded) >= rows
    ours = [[kind, now, text, _answer(kind, text, int(now))] for _, now, text, _ in recorded]
    assert ours == recorded
