"""Dates as process models write them: moments and ISO 8601 texts, with durations counted from now.

Pure; called where a task is created. Moments are epoch milliseconds, UTC where a text names no offset.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from taskbridge.engine.expressions import JodaMoment

_DURATION = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?"
)


def moment(value: object, now: int) -> int | None:
    """The moment that a date means, or an ISO 8601 text of a date, time or duration (from ``now``); None for all else.

    Behaves as the vendor's calendar for due dates: a text that starts with P is a duration. Joda's DateTime is no date.
    """
    try:
        if isinstance(value, datetime) and not isinstance(value, JodaMoment):
            return _milliseconds(value)
        if not isinstance(value, str):
            return None
        text = value.strip()
        return _after(text, now) if text.startswith("P") else _milliseconds(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _milliseconds(value: datetime) -> int:
    aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _after(text: str, now: int) -> int | None:
    matched = _DURATION.fullmatch(text)
    if matched is None:
        return None
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in matched.groups()[:6])
    seconds = float((matched[7] or "0").replace(",", "."))
    start = _months_later(datetime.fromtimestamp(now / 1000, UTC), years * 12 + months)
    later = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return _milliseconds(start + later)


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
