"""Durations as the vendor's calendars read them, and the moments that lie so long before or after another.

There are two readings. `parse_duration` is that of timer durations and cycles (durations of XML Schema, and weeks
alone); `parse_period` is that of timer dates and of due dates of tasks, with weeks among the others and signs. Calls
`dates` and `errors` only. Days and shorter units are of fixed length, since all calendars here are UTC.
"""

import re
from calendar import monthrange
from dataclasses import dataclass

from taskbridge.engine.schedules.dates import malformed, milliseconds, moment_of
from taskbridge.engine.schedules.errors import InvalidSchedule

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_LARGEST_INT = 2**31 - 1
# Reading a number costs the square of its digits.
_MAX_CHARS = 1_000

_DURATION = re.compile(
    r"P(?=.)(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)D)?(?:T(?=.)(?:([\d.]+)H)?(?:([\d.]+)M)?(?:(\d+\.?\d*|\.\d+)S)?)?",
    re.ASCII,
)
_WEEKS = re.compile(r"P(\d+)W", re.ASCII)
_PERIOD = re.compile(
    r"P(?:([+-]?\d{1,10})Y)?(?:([+-]?\d{1,10})M)?(?:([+-]?\d{1,10})W)?(?:([+-]?\d{1,10})D)?"
    r"(?P<time>T(?:([+-]?\d{1,10})H)?(?:([+-]?\d{1,10})M)?(?:([+-]?)(\d{1,10}(?:[.,]\d*)?|[.,]\d+)S)?)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Duration:
    """Years and months, whose length depends on where they begin, and milliseconds. All may be negative."""

    years: int = 0
    months: int = 0
    ms: int = 0

    @property
    def fixed(self) -> bool:
        """Whether it is equally long wherever it begins."""
        return not (self.years or self.months)

    def after(self, ms: int, times: int = 1) -> int:
        """The moment that lies this duration behind another, or before it (`times` -1). Raises InvalidSchedule.

        Years come first, then months; each ends on the last day of a month that is too short: 31 January and a month
        are 28 February.
        """
        if self.fixed:
            return milliseconds(moment_of(ms + times * self.ms))
        year = _months_after(ms, times * self.years * 12)
        return milliseconds(moment_of(_months_after(year, times * self.months) + times * self.ms))


def parse_duration(text: str) -> Duration:
    """Read the duration of a timer or of a step of its cycle; raises InvalidSchedule with the text as its message."""
    if len(text) > _MAX_CHARS:
        raise InvalidSchedule(text[:_MAX_CHARS])
    if weeks := _WEEKS.fullmatch(text):
        return duration_between(0, int(weeks[1]) * 7 * _DAY)
    matched = _DURATION.fullmatch(text)
    if matched is None or not any(matched.groups()):
        raise InvalidSchedule(text)
    years, months, days, hours, minutes = (_whole(part) for part in matched.groups()[:5])
    return Duration(years, months, days * _DAY + hours * _HOUR + minutes * _MINUTE + _milliseconds(matched[6] or ""))


def parse_period(text: str) -> Duration:
    """Read the duration that stands in place of a date; raises InvalidSchedule with the vendor's message."""
    matched = _PERIOD.match(text)
    if matched is None:
        raise InvalidSchedule(malformed(text, 0))
    if matched.end() < len(text) or len(matched["time"] or "") == 1:
        raise InvalidSchedule(malformed(text, matched.end()))
    years, months, weeks, days, _, hours, minutes, sign, seconds = matched.groups()
    of_second = _milliseconds((seconds or "").replace(",", "."))
    time = _integer(hours) * _HOUR + _integer(minutes) * _MINUTE + (-of_second if sign == "-" else of_second)
    return Duration(_integer(years), _integer(months), (_integer(weeks) * 7 + _integer(days)) * _DAY + time)


def duration_between(start: int, end: int) -> Duration:
    """The duration from one moment to another as the vendor's engine repeats it: in months and days, counted from 1970.

    So a cycle of 40 days is one of a month and nine days, and five weeks (`P5W`) are a month and four days.
    """
    sign = -1 if end < start else 1
    span = moment_of(abs(end - start))
    day = (span.day - 1) * _DAY + span.hour * _HOUR + span.minute * _MINUTE + span.second * _SECOND
    return Duration(sign * (span.year - 1970), sign * (span.month - 1), sign * (day + span.microsecond // 1_000))


def _months_after(ms: int, months: int) -> int:
    start = moment_of(ms)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise InvalidSchedule("The date is not in the years 1 to 9999")
    return milliseconds(start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1])))


def _whole(part: str | None) -> int:
    """The number of a unit that must not have a fraction."""
    if part and "." in part:
        raise InvalidSchedule(f'For input string: "{part.lstrip("0")}"')
    return _overflown(int(part or 0))


def _overflown(value: int) -> int:
    """What remains of a number in the 32 bits that the vendor's engine has for it."""
    return (value + 2**31) % 2**32 - 2**31


def _integer(part: str | None) -> int:
    value = int(part or 0)
    if abs(value) > _LARGEST_INT:
        raise InvalidSchedule(f'For input string: "{part}"')
    return value


def _milliseconds(seconds: str) -> int:
    """The milliseconds of seconds with a fraction, cut off, as digits and not as a floating number."""
    whole, _, fraction = seconds.partition(".")
    return _overflown(int(whole or 0)) * _SECOND + int(fraction[:3].ljust(3, "0"))
