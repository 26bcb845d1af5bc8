"""Alfresco's scalars: dates in bodies, dates in filters and variables, and what is left out of an entry (contract 4).

Called by the readers of bodies and filters and by the views; moments are epoch milliseconds on our side.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from taskbridge.dialects.alfresco.errors import default
from taskbridge.dialects.java_values import EARLIEST, LATEST, format_date, java_text, parse_date
from taskbridge.spec.model import Model

__all__ = [
    "EARLIEST",
    "LATEST",
    "filled",
    "format_date",
    "iso_moment",
    "java_text",
    "moment",
    "parse_date",
    "truth",
    "whole",
]

_ISO = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?"
    r"(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?)?)?"
)
_TRUE = frozenset(("true", "yes", "y", "on", "1"))
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def iso_moment(text: str) -> int:
    """The moment of an ISO 8601 text in any usual form (contract 5.2, 8.2); ValueError when it is none.

    Parts that are missing are the least there are, and a missing zone is UTC.
    """
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"Failed to parse date {text}")
    part = {name: value or least for (name, value), least in zip(found.groupdict().items(), _LEAST, strict=True)}
    zone = "+0000" if part["zone"] == "Z" else f"{part['zone'].replace(':', ''):0<5}"
    date, daytime = f"{part['year']}-{part['month']}-{part['day']}", f"{part['hour']}:{part['minute']}:{part['second']}"
    if not _exists(part):
        raise ValueError(f"Failed to parse date {text}")
    return parse_date(f"{date}T{daytime}.{part['fraction'].ljust(3, '0')[:3]}{zone}")


_LEAST = ("", "01", "01", "00", "00", "00", "000", "Z")


def _exists(part: Mapping[str, str]) -> bool:
    """Whether there is such a day, and such a time of day."""
    try:
        datetime(int(part["year"]), int(part["month"]), int(part["day"]))
        time(int(part["hour"]), int(part["minute"]), int(part["second"]))
    except ValueError:
        return False
    return True


def moment(text: str) -> int:
    """The moment that a filter or a variable names; to the vendor, text that is none is a fault of the server."""
    try:
        return iso_moment(text)
    except ValueError as error:
        raise default(500, str(error)) from None


def whole(text: str) -> int:
    """The number a filter means; text that is no whole number counts as 0 (contract 5.2)."""
    return int(text) if _WHOLE.fullmatch(text.strip()) else 0


def truth(text: str) -> bool:
    """What a filter means by yes and no; text that is no yes is a no (contract 5.2)."""
    return text.strip().lower() in _TRUE


def filled(entry: Model) -> dict[str, Any]:
    """The members of an entry without those that are null, empty or blank (contract 4)."""
    return {name: value for name, value in entry if value is not None and (not isinstance(value, str) or value.strip())}
