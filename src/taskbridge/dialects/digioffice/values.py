""".NET's scalars: dates and GUIDs as ServiceStack reads and writes them (contract 1, 3.2).

Called by the binding, the writers and the views; moments are epoch milliseconds on our side. What .NET calls default,
a date in the year 1 and the empty GUID, is None: nothing was given.
"""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
#: The years 2 to 9999.
_EARLIEST, _LATEST = -62_104_060_800_000, 253_402_300_799_999
_WCF = re.compile(r"\\?/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)\\?/")
_ISO = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,20}))?)?)?"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
#: The forms N, D, B and P.
_GUID = re.compile(
    r"([{(])?[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\2[0-9a-fA-F]{4}\2[0-9a-fA-F]{4}\2[0-9a-fA-F]{12}(?(1)[})])"
)


def parse_date(text: str) -> int | None:
    """The moment a text names, None for an unset one; ValueError when it is no date. Without a zone it is UTC."""
    text = text.strip()
    if not text:
        return None
    found = _WCF.fullmatch(text)
    moment = int(found[1]) if found else _iso_moment(text)
    if moment > _LATEST:
        raise ValueError(f"{text!r} lies beyond the year 9999")
    return moment if moment >= _EARLIEST else None


def _iso_moment(text: str) -> int:
    found = _ISO.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a date")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.group(*range(1, 7)))
    whole = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    milliseconds = int((found[7] or "").ljust(3, "0")[:3])
    return (whole - _EPOCH) // _MILLISECOND + milliseconds - _offset(found[8]) * 60_000


def _offset(zone: str | None) -> int:
    """Minutes east of Greenwich."""
    if zone is None or zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return -minutes if zone[0] == "-" else minutes


def date(moment: int | None) -> datetime | None:
    """A moment as the writers want it: UTC, without a zone."""
    return None if moment is None else (_EPOCH + moment * _MILLISECOND).replace(tzinfo=None)


def long_date(value: datetime) -> str:
    """As JSON has it: ``2026-01-02T03:04:05.6780000``."""
    return f"{value.isoformat(timespec='microseconds')}0"


def short_date(value: datetime) -> str:
    """As JSV and CSV have it: ``2026-01-02`` at midnight, else the long form."""
    return value.date().isoformat() if value.time() == datetime.min.time() else long_date(value)


def xml_date(value: datetime) -> str:
    """As XML has it: ``2026-01-02T03:04:05``, with a fraction only where there is one."""
    return value.isoformat()


def parse_guid(text: str) -> str | None:
    """A GUID in its dashed form, None for an empty one; ValueError when it is no GUID."""
    text = text.strip()
    if not text:
        return None
    if not _GUID.fullmatch(text) or (text[0] == "{") != (text[-1] == "}"):
        raise ValueError(f"{text!r} is not a GUID")
    guid = str(UUID(text.strip("{}()")))
    return None if guid == EMPTY_GUID else guid
