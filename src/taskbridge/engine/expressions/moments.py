"""Moments: date arithmetic for expressions such as `${dateTime().plusDays(2).toDate()}`, as Joda's DateTime does it.

Moments are aware datetimes. Calls nothing but `errors` and `values`.
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

from taskbridge.engine.expressions.errors import Fault
from taskbridge.engine.expressions.values import java_class

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


def moment(value: object) -> datetime:
    """Pass a moment on; raises Fault for anything else."""
    if isinstance(value, datetime):
        return value
    raise Fault(f"Cannot coerce from class {java_class(value)} to class java.util.Date")


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
