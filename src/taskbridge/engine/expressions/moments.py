"""Moments: date arithmetic for expressions such as `${dateTime().plusDays(2).toDate()}`, as Joda's DateTime does it.

Moments are aware datetimes in UTC. Calls nothing but `errors` and `java_types`.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from taskbridge.engine.expressions.errors import Fault, Thrown
from taskbridge.engine.expressions.java_types import JodaMoment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS_OF = {"Months": 1, "Years": 12}
_SPANS = {
    "Millis": timedelta(milliseconds=1),
    "Seconds": timedelta(seconds=1),
    "Minutes": timedelta(minutes=1),
    "Hours": timedelta(hours=1),
    "Days": timedelta(days=1),
    "Weeks": timedelta(weeks=1),
}
UNITS = (*_SPANS, *_MONTHS_OF)


def milliseconds(value: datetime) -> int:
    """Give the milliseconds since 1970 UTC."""
    return (value - _EPOCH) // timedelta(milliseconds=1)


def moved(value: datetime, count: int, *, unit: str, sign: int) -> datetime:
    """Move a moment by `sign * count` of the unit (one of UNITS); raises Fault when it leaves the calendar."""
    try:
        if unit in _MONTHS_OF:
            return _moved_by_months(value, sign * count * _MONTHS_OF[unit])
        return value + sign * count * _SPANS[unit]
    except (OverflowError, ValueError) as error:
        raise Fault("the date is out of range") from error


def _moved_by_months(value: datetime, months: int) -> datetime:
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise Fault("the date is out of range")
    # The last day of a shorter month stands for the days it does not have.
    return value.replace(year=year, month=month + 1, day=min(value.day, monthrange(year, month + 1)[1]))


# fields


def _second_of_day(value: datetime) -> int:
    return value.hour * 3600 + value.minute * 60 + value.second


#: What getX() reads and withX(number) changes, by the X of Joda's names.
FIELDS: Mapping[str, Callable[[datetime], int]] = {
    "Year": lambda value: value.year,
    "MonthOfYear": lambda value: value.month,
    "DayOfMonth": lambda value: value.day,
    "DayOfWeek": lambda value: value.isoweekday(),
    "DayOfYear": lambda value: value.timetuple().tm_yday,
    "WeekOfWeekyear": lambda value: value.isocalendar().week,
    "Weekyear": lambda value: value.isocalendar().year,
    "HourOfDay": lambda value: value.hour,
    "MinuteOfDay": lambda value: value.hour * 60 + value.minute,
    "SecondOfDay": _second_of_day,
    "MillisOfDay": lambda value: _second_of_day(value) * 1000 + value.microsecond // 1000,
    "MinuteOfHour": lambda value: value.minute,
    "SecondOfMinute": lambda value: value.second,
    "MillisOfSecond": lambda value: value.microsecond // 1000,
}
_LENGTHS = {
    "DayOfWeek": "Days",
    "DayOfYear": "Days",
    "DayOfMonth": "Days",
    "WeekOfWeekyear": "Weeks",
    "HourOfDay": "Hours",
    "MinuteOfDay": "Minutes",
    "MinuteOfHour": "Minutes",
    "SecondOfDay": "Seconds",
    "SecondOfMinute": "Seconds",
    "MillisOfDay": "Millis",
    "MillisOfSecond": "Millis",
    "Year": "Years",
    "Weekyear": "Years",
    "MonthOfYear": "Months",
}
_HIGHEST = {
    "DayOfWeek": (1, 7),
    "MonthOfYear": (1, 12),
    "HourOfDay": (0, 23),
    "MinuteOfHour": (0, 59),
    "SecondOfMinute": (0, 59),
    "MillisOfSecond": (0, 999),
    "MinuteOfDay": (0, 1439),
    "SecondOfDay": (0, 86_399),
    "MillisOfDay": (0, 86_399_999),
}


def with_field(value: datetime, wanted: int, *, name: str) -> datetime:
    """Change one field of a moment; raises Fault for a number that it cannot have."""
    lowest, highest = _HIGHEST.get(name, (1, 9999))
    changed = moved(value, wanted - FIELDS[name](value), unit=_LENGTHS[name], sign=1)
    if not lowest <= wanted <= highest or FIELDS[name](changed) != wanted:
        field = name[:1].lower() + name[1:]
        raise Thrown(
            f"org.joda.time.IllegalFieldValueException: Value {wanted} for {field} must be in the range"
            f" [{lowest},{highest}]"
        )
    return changed


def at_time(value: datetime, hour: int, minute: int, second: int, millisecond: int) -> datetime:
    """Change the time of the day; raises Fault for a time that there is not."""
    for name, wanted in zip(
        ("HourOfDay", "MinuteOfHour", "SecondOfMinute", "MillisOfSecond"),
        (hour, minute, second, millisecond),
        strict=True,
    ):
        value = with_field(value, wanted, name=name)
    return value


# texts

_PATTERN = re.compile(r"'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+")
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_NUMBERS: Mapping[str, Callable[[datetime], int]] = {
    "y": FIELDS["Year"],
    "Y": FIELDS["Year"],
    "x": FIELDS["Weekyear"],
    "w": FIELDS["WeekOfWeekyear"],
    "e": FIELDS["DayOfWeek"],
    "D": FIELDS["DayOfYear"],
    "M": FIELDS["MonthOfYear"],
    "d": FIELDS["DayOfMonth"],
    "H": FIELDS["HourOfDay"],
    "k": lambda value: value.hour or 24,
    "K": lambda value: value.hour % 12,
    "h": lambda value: value.hour % 12 or 12,
    "m": FIELDS["MinuteOfHour"],
    "s": FIELDS["SecondOfMinute"],
}
_ZONES = {1: "+0000", 2: "+00:00"}


def formatted(value: JodaMoment, pattern: str) -> str:
    """Write a moment by a pattern of Joda's letters; raises Fault for letters that it does not have."""
    return "".join(_part(value, found) for found in _PATTERN.finditer(pattern))


def _part(value: datetime, found: re.Match[str]) -> str:
    letters, letter = found[0], found[2]
    if letter is None:
        return letters if found[1] is None else (found[1].replace("''", "'") or "'")
    if letter == "M" and len(letters) > 2:
        return _named(_MONTHS[value.month - 1], len(letters))
    if letter == "E":
        return _named(_DAYS[value.weekday()], len(letters))
    if letter == "a":
        return "AM" if value.hour < 12 else "PM"
    if letter == "S":
        return f"{value.microsecond // 1000:03d}".ljust(len(letters), "0")[: len(letters)]
    if letter in "Zz":
        return "UTC" if letter == "z" or len(letters) > 2 else _ZONES[len(letters)]
    if letter not in _NUMBERS:
        raise Thrown(f"java.lang.IllegalArgumentException: Illegal pattern component: {letters}")
    number = _NUMBERS[letter](value)
    if letter in "yYx" and len(letters) == 2:
        number %= 100
    return str(number).rjust(len(letters), "0")


def _named(name: str, letters: int) -> str:
    return name if letters > 3 else name[:3]
