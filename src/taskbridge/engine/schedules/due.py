"""When a timer falls due: by a date, a duration or a cycle, as text or as a date. Pure.

Calls `cycles`, `dates`, `durations` and `errors`.
"""

from datetime import datetime

from taskbridge.engine.schedules.cycles import Cycle, first_firing, parse_interval, required
from taskbridge.engine.schedules.dates import milliseconds, parse_date
from taskbridge.engine.schedules.durations import parse_period
from taskbridge.engine.schedules.errors import InvalidSchedule

#: The three elements of a timer's definition.


def due_of_date(value: object, now_ms: int, *, activity: str = "") -> int:
    """When a timer with a `timeDate` is due, in milliseconds since 1970 UTC.

    A text is an ISO 8601 date, or a duration from now (`P1D`); a date is itself. Raises InvalidSchedule with the
    vendor's message where the value is neither: it names the activity, which start events of processes do not have.
    """
    if isinstance(value, datetime):
        return milliseconds(value)
    text = _text(value, activity)
    try:
        return parse_period(text).after(now_ms) if text.startswith("P") else parse_date(text)
    except ValueError as error:
        raise _unresolved(text, error) from error


def due_of_duration(value: object, now_ms: int, *, activity: str = "") -> int:
    """When a timer with a `timeDuration` is due, in milliseconds since 1970 UTC.

    A text is an ISO 8601 duration from now, `start/duration`, `start/end` or `duration/end`, or the first step of a
    repetition; a date is itself. Raises InvalidSchedule as `due_of_date` does.
    """
    if isinstance(value, datetime):
        return milliseconds(value)
    text = _text(value, activity)
    try:
        due = parse_interval(text).due(now_ms)
    except ValueError as error:
        # Of a number with thousands of digits, too.
        raise _unresolved(text, error) from error
    return required(due)


def cycle(value: object, now_ms: int, *, activity: str = "") -> Cycle:
    """The first firing of a timer with a `timeCycle`.

    A text is `R3/PT10S` and its kin or a cron expression; a date fires once. Raises InvalidSchedule as `due_of_date`
    does.
    """
    if isinstance(value, datetime):
        return Cycle(milliseconds(value))
    return first_firing(_text(value, activity), now_ms)


def retry_intervals(text: str, now_ms: int = 0) -> tuple[int, list[int]]:
    """Read `camunda:failedJobRetryTimeCycle`: how many tries, and after how many milliseconds each next one is due.

    `R5/PT10M` gives its count and one interval; a list one more than it has intervals, each for one failure and the
    last for all that follow. Months are counted from `now_ms`. An interval of a list that cannot be read is 0: tried
    again at once. Raises InvalidSchedule for a single text that cannot be read; the vendor's engine logs it and retries
    as if none stood there.
    """
    entries = [entry.strip() for entry in text.strip().split(",")]
    while "," in text and entries and not entries[-1]:
        entries.pop()
    if len(entries) != 1:
        return len(entries) + 1, [_interval(entry, now_ms) for entry in entries]
    try:
        interval = parse_interval(entries[0])
        due = interval.due(now_ms)
    except ValueError as error:
        raise InvalidSchedule(f"ENGINE-09029 Exception while parsing retry intervals '{text}'") from error
    times = 2 if interval.times is None else interval.times
    return times, [0 if due is None else due - now_ms]


def _interval(entry: str, now_ms: int) -> int:
    try:
        due = parse_interval(entry).due(now_ms)
    except ValueError:
        return 0
    return 0 if due is None else due - now_ms


def _text(value: object, activity: str) -> str:
    if isinstance(value, str):
        return value
    if not activity:
        raise InvalidSchedule(
            'Cannot invoke "org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity.getActivityId()" because '
            '"context" is null',
            "NullPointerException",
        )
    raise InvalidSchedule(
        f"Timer '{activity}' was not configured with a valid duration/time, either hand in a java.util.Date or a "
        "String in format 'yyyy-MM-dd'T'hh:mm:ss'"
    )


def _unresolved(text: str, error: ValueError) -> InvalidSchedule:
    return InvalidSchedule(f"ENGINE-09027 Exception while resolving duedate '{text}': {error}")
