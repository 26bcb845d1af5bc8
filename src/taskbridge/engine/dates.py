"""Due and follow-up dates of tasks as process models write them. Pure; called where a task is created."""

from datetime import datetime

from taskbridge.engine.expressions import JodaMoment
from taskbridge.engine.schedules import InvalidSchedule, due_of_date


def moment(value: object, now: int) -> int | None:
    """The moment that a date means, or an ISO 8601 text of a date, time or duration (from ``now``); None for all else.

    The vendor reads it as the date of a timer; Joda's DateTime is no date. Milliseconds since 1970 UTC; UTC where a
    text names no offset.
    """
    if isinstance(value, JodaMoment) or not isinstance(value, str | datetime):
        return None
    try:
        return due_of_date(value, now)
    except InvalidSchedule:
        return None
