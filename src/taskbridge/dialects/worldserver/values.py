"""WorldServer's scalars: dates, ids, and how texts of clients become them."""

import re
from datetime import UTC, datetime, timedelta

_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GREATEST = 2**31 - 1
#: The years 1 to 9999 in UTC, which is what a date can tell; not every date with an offset lies within.
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999


def format_date(moment: int | None) -> str | None:
    """Epoch milliseconds as ISO 8601 in UTC, ``2020-05-24T06:48:18.473Z`` (contract 1)."""
    if moment is None:
        return None
    text = (_EPOCH + timedelta(milliseconds=moment)).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{text}Z"


def parse_date(text: str) -> int:
    """ISO 8601 as epoch milliseconds; without an offset it is UTC, without a time midnight. ValueError.

    What can be read can be written: the moment lies in the years 1 to 9999 of UTC, whatever its offset.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError("not a date")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    whole = (moment - _EPOCH) // timedelta(milliseconds=1)
    told = whole + int((fraction or "0").ljust(3, "0")[:3]) - _offset(offset)
    if not _EARLIEST <= told <= _LATEST:
        raise ValueError("beyond the years that can be told")
    return told


def _offset(text: str | None) -> int:
    if text is None or text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return (-minutes if text[0] == "-" else minutes) * 60_000


def parse_integer(text: str) -> int:
    """A whole number of 32 bits, as ids are. ValueError."""
    if not _INTEGER.fullmatch(text):
        raise ValueError("not a number")
    number = int(text)
    if not -_GREATEST - 1 <= number <= _GREATEST:
        raise ValueError("beyond 32 bits")
    return number


def as_id(value: object) -> int | None:
    """An id out of a JSON body, where it may be a number or its digits (contract 6); None when it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return parse_integer(str(value)) if isinstance(value, int | str) else None
    except ValueError:
        return None
