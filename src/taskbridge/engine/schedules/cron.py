"""Cron expressions: the moments at which they fire, as Camunda 7.24 computes them.

Pure, in UTC. Calls `cron_fields`, `dates` and `errors` only.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from taskbridge.engine.schedules.cron_fields import (
    DAYS_OF_MONTH,
    DAYS_OF_WEEK,
    FIELDS,
    HOURS,
    MINUTES,
    MONTHS,
    SECONDS,
    Always,
    Between,
    Every,
    Field,
    On,
    Part,
    Unspecified,
    check_part,
    entries,
    parse_entry,
)
from taskbridge.engine.schedules.dates import milliseconds, moment_of
from taskbridge.engine.schedules.errors import InvalidSchedule

#: An expression that does not fire within so many years never fires.
_YEARS = 100
_NICKNAMES = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}


@dataclass(frozen=True)
class Cron:
    """One expression: the times of a day and the months in which it fires, and the rules for its days."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    days_of_month: tuple[Part, ...]
    days_of_week: tuple[Part, ...]

    def next_after(self, now: int) -> int | None:
        """The first moment after `now`, both in milliseconds since 1970 UTC; None when there is none.

        A second after `now` keeps its milliseconds where it fires, as in the vendor's engine; other moments have none.
        Raises InvalidSchedule for a month that lacks the day whose nearest working day is asked for.
        """
        start = moment_of(now)
        first = self._first_from(start)
        if first == start:
            first = self._first_from(start + timedelta(seconds=1))
        return None if first is None else milliseconds(first)

    def _first_from(self, start: datetime) -> datetime | None:
        for day in self._days_from(start.date()):
            if day > start.date():
                return datetime(
                    day.year, day.month, day.day, self.hours[0], self.minutes[0], self.seconds[0], tzinfo=UTC
                )
            if found := self._first_of_day(start):
                return found
        return None

    def _days_from(self, start: date) -> Iterator[date]:
        for year in range(start.year, min(start.year + _YEARS, 9999) + 1):
            for month in self.months:
                if (year, month) >= (start.year, start.month):
                    days = (date(year, month, day) for day in self._days(year, month))
                    yield from (day for day in days if day >= start)

    def _first_of_day(self, start: datetime) -> datetime | None:
        """The first moment from `start` on, on its day."""
        for hour in (hour for hour in self.hours if hour >= start.hour):
            begun = start if hour == start.hour else start.replace(hour=hour, minute=0, second=0, microsecond=0)
            for minute in (minute for minute in self.minutes if minute >= begun.minute):
                if minute > begun.minute:
                    return begun.replace(minute=minute, second=self.seconds[0], microsecond=0)
                if begun.second in self.seconds:
                    return begun
                if later := [second for second in self.seconds if second > begun.second]:
                    return begun.replace(second=later[0], microsecond=0)
        return None

    def _days(self, year: int, month: int) -> list[int]:
        """The days of a month on which it fires: by the field that is not `?`, or by both."""
        of_month, of_week = self.days_of_month, self.days_of_week
        if isinstance(of_month[0], Unspecified) and len(of_month) == 1:
            return sorted(_days_of_week(of_week, year, month))
        if isinstance(of_week[0], Unspecified) and len(of_week) == 1:
            return sorted(_days_of_month(of_month, year, month))
        return sorted(_days_of_month(of_month, year, month) & _days_of_week(of_week, year, month))


@lru_cache(maxsize=256)
def parse_crons(text: str) -> tuple[Cron, ...]:
    """Read an expression of six fields, or a nickname such as `@daily`.

    Alternatives are separated by `||`, or by `|` within fields. Raises InvalidSchedule with the vendor's message.
    """
    if "||" in text:
        return tuple(cron for alternative in text.split("||") for cron in parse_crons(alternative))
    if "|" in text:
        return tuple(_parse(alternative) for alternative in _alternatives(text.split()))
    return (_parse(_NICKNAMES.get(text, text)),)


def next_firing(text: str, now: int) -> int | None:
    """The first moment after `now` at which any of the alternatives of an expression fires. Raises InvalidSchedule."""
    moments = [moment for cron in parse_crons(text) if (moment := cron.next_after(now)) is not None]
    return min(moments, default=None)


def _alternatives(fields: list[str]) -> list[str]:
    count = max(len(field.split("|")) for field in fields)
    if short := [field for field in fields if 1 < len(field.split("|")) < count]:
        length = len(short[0].split("|"))
        raise InvalidSchedule(f"Index {length} out of bounds for length {length}")
    return [" ".join(field.split("|")[at] if "|" in field else field for field in fields) for at in range(count)]


def _parse(text: str) -> Cron:
    fields = text.upper().split()
    if not fields:
        raise InvalidSchedule("Empty expression!")
    if text == "@reboot":
        raise InvalidSchedule("Nickname @reboot not supported!")
    if trailing := [field for field in fields if field.endswith(",")]:
        raise InvalidSchedule(f"Invalid field value! Trailing commas not permitted! '{trailing[0]}'")
    if len(fields) != len(FIELDS):
        raise InvalidSchedule(f"Cron expression contains {len(fields)} parts but we expect one of [{len(FIELDS)}]")
    try:
        written = [(entries(text, field), field) for text, field in zip(fields, FIELDS, strict=True)]
        parts = [tuple(parse_entry(entry, field) for entry in texts) for texts, field in written]
        for (texts, field), of_field in zip(written, parts, strict=True):
            for entry, part in zip(texts, of_field, strict=True):
                check_part(part, field, entry)
    except InvalidSchedule as error:
        raise InvalidSchedule(f"Failed to parse cron expression. {error}") from error
    seconds, minutes, hours, of_month, months, of_week = parts
    fields_of_time = ((seconds, SECONDS), (minutes, MINUTES), (hours, HOURS), (months, MONTHS))
    times = [_values(of_field, field, field.high) for of_field, field in fields_of_time]
    if not all(times):
        raise InvalidSchedule("Values must not be empty")
    _check_days(of_month, of_week)
    return Cron(times[0], times[1], times[2], times[3], of_month, of_week)


def _check_days(of_month: tuple[Part, ...], of_week: tuple[Part, ...]) -> None:
    """Refuse what the vendor's engine reads and cannot evaluate."""
    if len(of_month) > 1 and any(isinstance(part, Unspecified) for part in of_month):
        raise InvalidSchedule(
            "FieldExpression class camundajar.impl.com.cronutils.model.field.expression.QuestionMark not supported!"
        )
    if any(isinstance(part, Every) and isinstance(part.start, Between) and not _weekdays(part) for part in of_week):
        raise InvalidSchedule("Collection is empty")


def _values(parts: tuple[Part, ...], field: Field, highest: int) -> tuple[int, ...]:
    """The values up to the highest one: of the field, or the last day of a month."""
    backwards = _backwards(parts[0], highest) if len(parts) == 1 else set()
    values = backwards.union(*(_range(part, field) for part in parts))
    return tuple(sorted(value for value in values if value <= highest))


def _backwards(part: Part, highest: int) -> set[int]:
    """What the vendor's engine makes of a range that runs backwards: its first value. In a list it is empty."""
    between = part.start if isinstance(part, Every) else part
    if not isinstance(between, Between):
        return set()
    low, high = _ends(between)
    return {low} if low > high and (part is between or low < highest) else set()


def _range(part: Part, field: Field) -> set[int]:
    if isinstance(part, Always):
        return set(range(field.low, field.high + 1))
    if isinstance(part, On):
        return {part.value} if part.value >= 0 else set()
    if isinstance(part, Between):
        low, high = _ends(part)
        return set(range(low, high + 1))
    if isinstance(part, Every):
        if isinstance(part.start, Between):
            low, high = _ends(part.start)
            return set(range(low, high + 1, part.step))
        return set(range(field.low if part.start is None else part.start.value, field.high + 1, part.step))
    return set()


def _ends(part: Between) -> tuple[int, int]:
    if isinstance(part.low, int) and isinstance(part.high, int):
        return part.low, part.high
    raise InvalidSchedule("Non integer values at intervals are not fully supported yet.")


def _days_of_month(parts: tuple[Part, ...], year: int, month: int) -> set[int]:
    length = monthrange(year, month)[1]
    # In a list, as in the vendor's engine, special characters mean nothing: `15W` is the 15th, and `L` no day.
    if len(parts) == 1 and isinstance(parts[0], On) and parts[0].special:
        days = {_special_day(parts[0], year, month, length)}
    else:
        days = set(_values(parts, DAYS_OF_MONTH, length))
    return {day for day in days if 1 <= day <= length}


def _special_day(part: On, year: int, month: int, length: int) -> int:
    if part.special == "L":
        return length - max(part.nth, 0)
    if part.special == "LW":
        return length - max(date(year, month, length).isoweekday() - 5, 0)
    if part.value > length:
        raise InvalidSchedule(_no_such_day(year, month, part.value))
    weekday = date(year, month, part.value).isoweekday()
    if weekday == 6:
        return 3 if part.value == 1 else part.value - 1
    return part.value + 1 if weekday == 7 and part.value < length else part.value


def _no_such_day(year: int, month: int, day: int) -> str:
    if (month, day) == (2, 29):
        return f"Invalid date 'February 29' as '{year}' is not a leap year"
    return f"Invalid date '{date(year, month, 1):%B} {day}'".upper().replace("INVALID DATE", "Invalid date")


def _days_of_week(parts: tuple[Part, ...], year: int, month: int) -> set[int]:
    first, length = date(year, month, 1).isoweekday() % 7, monthrange(year, month)[1]
    days: set[int] = set()
    for part in parts:
        weekdays = _weekdays(part)
        matching = [day for day in range(1, length + 1) if (first + day - 1) % 7 in weekdays]
        if isinstance(part, On) and part.special == "#":
            matching = matching[part.nth - 1 : part.nth] if part.nth > 0 else []
        elif isinstance(part, On) and part.special == "L" and part.value >= 0:
            matching = matching[-1:]
        days.update(matching)
    return days


def _weekdays(part: Part) -> set[int]:
    """The days of the week of a part, Sunday 0. A range may run over the end of the week; `L` alone is Sunday."""
    if isinstance(part, On):
        return {max(part.value, 0)}
    if isinstance(part, Between):
        low, high = _ends(part)
        return {day % 7 for day in range(low, (high if low <= high else high + 7) + 1)}
    if isinstance(part, Every) and isinstance(part.start, Between):
        low, high = _ends(part.start)
        return {day % 7 for day in range(low, high + 1, part.step)}
    return {day % 7 for day in _range(part, DAYS_OF_WEEK)}
