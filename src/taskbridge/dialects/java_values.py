"""Scalars of vendors whose servers are written in Java: dates of its lenient format, and values as it turns into text.

Called by the dialects of those vendors; moments are epoch milliseconds on our side.
"""

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from taskbridge.engine.variables import java_double

#: The years 1 to 9999, which is what this side of the world can write.
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999

_DATE = re.compile(
    r"(?P<year>[0-9]{1,9})-(?P<month>[0-9]{1,9})-(?P<day>[0-9]{1,9})"
    r"T(?P<hour>[0-9]{1,9}):(?P<minute>[0-9]{1,9}):(?P<second>[0-9]{1,9})(?:\.(?P<fraction>[0-9]{1,12}))?"
    r"(?P<zone>Z|(?:UTC|GMT|UT)?(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})|UTC|GMT|UT)"
)
_ISO_ZONE = re.compile(r"Z|[+-][0-9]{2}:[0-9]{2}")


def parse_date(text: str) -> int:
    """The moment that a text like ``2013-01-23T14:42:45.000+0200`` names; ValueError when it is no such text.

    As lenient as the vendors: numbers need no padding and roll over (month 13 is next January), a
    fraction is a number of milliseconds, what follows the zone is ignored. Beyond them, ``Z``, ``+02:00`` and a
    missing fraction are read too; who writes such a zone means ISO 8601, where a fraction is one of a second.
    """
    found = _DATE.match(text)
    if found is None:
        raise ValueError(f"{text!r} is not a date")
    year, month, day, hour, minute, second = (int(part) for part in found.group(*range(1, 7)))
    years, months = divmod(month - 1, 12)
    seconds = (_days(year + years, months + 1) + day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    offset = int(found["hours"] or 0) * 3600 + int(found["minutes"] or 0) * 60
    fraction = found["fraction"] or "0"
    milliseconds = int(fraction.ljust(3, "0")[:3] if _ISO_ZONE.fullmatch(found["zone"]) else fraction)
    moment = (seconds + (offset if found["sign"] == "-" else -offset)) * 1000 + milliseconds
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"{text!r} lies outside the years 1 to 9999")
    return moment


def _days(year: int, month: int) -> int:
    """Days from 1970-01-01 to the first of a month, for any year: the calendar repeats itself every 400 years."""
    eras, within = divmod(year - 1, 400)
    return eras * 146_097 + datetime(within + 1, month, 1).toordinal() - _EPOCH


_EPOCH = datetime(1970, 1, 1).toordinal()


def format_date(moment: int | None) -> str | None:
    """A moment as ``2013-01-23T12:42:45.000+0000``; None stays None."""
    if moment is None:
        return None
    seconds, milliseconds = divmod(moment, 1000)
    return f"{_second(seconds)}.{milliseconds:03d}+0000"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


def java_text(value: object) -> str:
    """A JSON value as Java's ``toString`` writes it: ``true``, ``[1, 2]``, ``{a=1}``, ``1.0E7``, ``null``."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(java_text(item) for item in value)}]"
        case dict():
            return "{" + ", ".join(f"{name}={java_text(item)}" for name, item in value.items()) + "}"
        case float():
            return _double_text(value)
        case _:
            return str(value)


def _double_text(value: float) -> str:
    """Java writes a Double with an exponent below a thousandth and from ten million on: ``1.0E7``."""
    if not math.isfinite(value):
        return java_double(value)
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return str(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, *rest = map(str, digits)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{int(exponent) + len(rest)}"
