"""ISO 8601 dates and times as the vendor's calendars read them.

Pure: a text in, a moment in milliseconds since 1970 UTC out. Calls `errors` only. A text without an offset is UTC.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from taskbridge.engine.schedules.errors import InvalidSchedule

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
#: The excerpt of a text in an error message ends so many characters behind the fault.
_EXCERPT = 32

# Elements may be shorter than the standard has them; a time ends with any element, which may have a fraction.
_DATE = re.compile(
    r"(?P<year>[+-]?\d{1,9})"
    r"(?:-(?P<ordinal>\d{3})|-[Ww](?P<week>\d{1,2})(?:-(?P<weekday>\d))?|-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?",
    re.ASCII,
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[.,](?P<hours>\d{1,9})"
    r"|:(?P<minute>\d{1,2})(?:[.,](?P<minutes>\d{1,9})|:(?P<second>\d{1,2})(?:[.,](?P<seconds>\d{1,9}))?)?)?",
    re.ASCII,
)
_OFFSET = re.compile(
    r"[Zz]|(?P<sign>[+-])(?P<hours>[01]\d|2[0-3])"
    r"(?:(?P<colon>:?)(?P<minutes>[0-5]\d)(?:(?P=colon)(?P<seconds>[0-5]\d)(?:[.,]\d{1,3})?)?)?(?![:\d])",
    re.ASCII,
)
_CLOCK = {"hour": ("hourOfDay", 23), "minute": ("minuteOfHour", 59), "second": ("secondOfMinute", 59)}
_UNITS = {"hour": 3_600_000, "minute": 60_000, "second": 1_000}


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 UTC; a moment without a zone is UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MILLISECOND


def moment_of(ms: int) -> datetime:
    """The moment in UTC; raises InvalidSchedule outside of the years 1 to 9999."""
    try:
        return _EPOCH + ms * _MILLISECOND
    except OverflowError as error:
        raise InvalidSchedule("The date is not in the years 1 to 9999") from error


def parse_date(text: str) -> int:
    """Read a date, a date and time, or `T` and a time (of 1970-01-01): milliseconds since 1970 UTC.

    Raises InvalidSchedule with the vendor's message, which names the place or the value.
    """
    day = _DATE.match(text)
    position = day.end() if day else 0
    time: re.Match[str] | None = None
    offset: re.Match[str] | None = None
    if text[position : position + 1] in ("T", "t"):
        position += 1
        time = _TIME.match(text, position)
        position = time.end() if time else position
        if day or time:
            offset = _OFFSET.match(text, position)
            position = offset.end() if offset else position
    if position < len(text) or not (day or time):
        raise InvalidSchedule(malformed(text, position))
    of_day = _of_day(text, time.groupdict()) if time else 0
    midnight = milliseconds(_day(text, day.groupdict())) if day else 0
    return midnight + of_day - (_offset(offset) if offset else 0)


def _day(text: str, parts: Mapping[str, str | None]) -> datetime:
    year = _within(text, "year", int(parts["year"] or 0), 1, 9999)
    if parts["ordinal"]:
        ordinal = _within(text, "dayOfYear", int(parts["ordinal"]), 1, 366 if isleap(year) else 365)
        return datetime(year, 1, 1) + timedelta(days=ordinal - 1)
    if parts["week"]:
        week = _within(text, "weekOfWeekyear", int(parts["week"]), 1, date(year, 12, 28).isocalendar().week)
        weekday = _within(text, "dayOfWeek", int(parts["weekday"] or 1), 1, 7)
        return datetime.fromisocalendar(year, week, weekday)
    month = _within(text, "monthOfYear", int(parts["month"] or 1), 1, 12)
    return datetime(year, month, _within(text, "dayOfMonth", int(parts["day"] or 1), 1, monthrange(year, month)[1]))


def _of_day(text: str, parts: Mapping[str, str | None]) -> int:
    total = 0
    for name, (field, highest) in _CLOCK.items():
        total += _within(text, field, int(parts[name] or 0), 0, highest) * _UNITS[name]
        total += _fraction(parts[f"{name}s"] or "", _UNITS[name])
    return total


def _fraction(digits: str, unit: int) -> int:
    """The milliseconds of a fraction of a unit; each digit is cut off to tenths of them, as the vendor does it."""
    total, weight = 0, unit * 10
    for digit in digits:
        weight //= 10
        total += int(digit) * weight
    return total // 10


def _offset(matched: re.Match[str]) -> int:
    if matched["sign"] is None:
        return 0
    size = sum(int(matched[f"{name}s"] or 0) * unit for name, unit in _UNITS.items())
    return -size if matched["sign"] == "-" else size


def _within(text: str, field: str, value: int, lowest: int, highest: int) -> int:
    if lowest <= value <= highest:
        return value
    raise InvalidSchedule(f'Cannot parse "{text}": Value {value} for {field} must be in the range [{lowest},{highest}]')


def malformed(text: str, position: int) -> str:
    """The vendor's message for a text that cannot be read from a position on."""
    whole = len(text) <= position + _EXCERPT + 3
    excerpt = text if whole else f"{text[: position + _EXCERPT]}..."
    if position <= 0:
        return f'Invalid format: "{excerpt}"'
    if position >= len(text):
        return f'Invalid format: "{excerpt}" is too short'
    return f'Invalid format: "{excerpt}" is malformed at "{excerpt[position:]}"'
