"""The six fields of a cron expression: what may stand in them, read into parts. Calls `errors` only.

Camunda 7.24 reads cron expressions as Spring does since its version 5.3, with the library cron-utils: seconds first, no
years, Monday is 1, Sunday 0 and 7, and the days of the month and of the week must both match. Messages are that
library's.
"""

import dataclasses
import re
from collections.abc import Mapping
from typing import Literal

from taskbridge.engine.schedules.errors import InvalidSchedule

Special = Literal["", "L", "W", "LW", "#"]


@dataclasses.dataclass(frozen=True)
class Always:
    """`*`."""


@dataclasses.dataclass(frozen=True)
class Unspecified:
    """`?`."""


@dataclasses.dataclass(frozen=True)
class On:
    """One value; -1 where a special character stands alone. `nth` is what follows `#`, or `L-`."""

    value: int
    special: Special = ""
    nth: int = -1


@dataclasses.dataclass(frozen=True)
class Between:
    """A range. An end may be a special character, which no field can evaluate."""

    low: int | str
    high: int | str


@dataclasses.dataclass(frozen=True)
class Every:
    """Steps from a value on, within a range, or within the whole field (`start` None)."""

    start: On | Between | None
    step: int


Part = Always | Unspecified | On | Between | Every


@dataclasses.dataclass(frozen=True)
class Field:
    """What a field may hold. `strict` ranges must not run backwards."""

    low: int
    high: int
    strict: bool = False
    specials: frozenset[str] = frozenset()
    names: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def unsupported(self, text: str) -> str:
        """What remains of a text without all that this field knows."""
        words = "|".join(self.names)
        letters = "|".join(special for special in ("L", "LW", "W") if special in self.specials)
        rest = re.sub(rf"\b({words})\b", "", re.sub(r"[#?/*0-9]", "", text))
        return re.sub(r"[\s,-]", "", re.sub(rf"\b({letters})\b", "", rest))


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

SECONDS = MINUTES = Field(0, 59, strict=True)
HOURS = Field(0, 23, strict=True)
DAYS_OF_MONTH = Field(1, 31, specials=frozenset({"L", "W", "LW", "?"}))
MONTHS = Field(1, 12, names={name: number for number, name in enumerate(_MONTHS, 1)})
DAYS_OF_WEEK = Field(
    0, 7, specials=frozenset({"L", "#", "?"}), names={name: number for number, name in enumerate(_DAYS, 1)}
)
FIELDS = (SECONDS, MINUTES, HOURS, DAYS_OF_MONTH, MONTHS, DAYS_OF_WEEK)


def entries(text: str, field: Field) -> list[str]:
    """The entries of one field, in capitals, as they are parsed; several where it is a list."""
    if field is DAYS_OF_WEEK and text.endswith("L") and text[:-1] in field.names:
        return [f"{field.names[text[:-1]]}L"]
    listed = _split(text, ",")
    return listed if len(listed) > 1 else [text]


def check_part(part: Part, field: Field, text: str) -> None:
    """Refuse what the field does not allow; `text` is the part as written. Raises InvalidSchedule."""
    if rest := field.unsupported(text.replace("+", "")):
        raise InvalidSchedule(f"Invalid chars in expression! Expression: {text} Invalid chars: {rest}")
    if isinstance(part, On):
        _check_value(part.value, field)
        _check_value(part.nth, field)
    elif isinstance(part, Between):
        _check_range(part, field)
    elif isinstance(part, Every):
        if part.start is not None:
            check_part(part.start, field, "")
        if not 0 < part.step <= field.high:
            raise InvalidSchedule(f"Period {part.step} not in range [{field.low}, {field.high}]")


def _check_value(value: int, field: Field) -> None:
    if value != -1 and not field.low <= value <= field.high:
        raise InvalidSchedule(f"Value {value} not in range [{field.low}, {field.high}]")


def _check_range(part: Between, field: Field) -> None:
    for end in (part.low, part.high):
        if isinstance(end, int):
            _check_value(end, field)
    if {part.low, part.high} & {"?", "#", "W", "LW"}:
        raise InvalidSchedule("No special characters allowed in range, except for 'L'")
    if field.strict and isinstance(part.low, int) and isinstance(part.high, int) and part.low > part.high:
        raise InvalidSchedule(f"Invalid range! [{part.low},{part.high}]")


def parse_entry(text: str, field: Field) -> Part:
    """Read one entry of a field; raises InvalidSchedule."""
    if not re.search("[/,-]", text):
        if "?" in text and "?" not in field.specials:
            raise InvalidSchedule(f"Invalid expression: {text}")
        return _plain(text, field)
    ends = _split(text, "-")
    if "-" in text and len(ends) != 2:
        raise InvalidSchedule(f"Missing values for range: {text}")
    if len(ends) == 2:
        return On(-1, "L", _number(ends[1], field)) if ends[0] == "L" else _range(ends[0], ends[1], field)
    return _steps(text, field)


def _plain(text: str, field: Field) -> Part:
    if text == "*":
        return Always()
    if text == "?":
        return Unspecified()
    if "#" in text:
        return _nth(text, field)
    if "LW" in text:
        if text != "LW":
            raise InvalidSchedule(f"Expected: LW, found: {text.replace('LW', '')}")
        return On(-1, "LW")
    if text == "L":
        return On(-1, "L")
    for special in ("L", "W"):
        if re.search(f"[0-9]{special}", text):
            return On(_number(text.replace(special, ""), field), special)
    return On(_number(text, field))


def _nth(text: str, field: Field) -> On:
    if "#" not in field.specials:
        raise InvalidSchedule(f"Invalid expression: {text}")
    halves = _split(text, "#")
    if not halves:
        raise InvalidSchedule("Invalid Position of # Character!")
    if len(halves) == 1:
        raise InvalidSchedule("Index 1 out of bounds for length 1")
    nth = _number(halves[1], field)
    if not halves[0]:
        raise InvalidSchedule("Time should be specified!")
    return On(_number(halves[0], field), "#", nth)


def _range(low: str, high: str, field: Field) -> Part:
    if not low or not high:
        raise InvalidSchedule(
            f"Invalid expression! Expression: {low}-{high} does not describe a range. Negative numbers are not allowed."
        )
    if "/" not in high:
        return Between(_end(low, field), _end(high, field))
    last, _, step = high.partition("/")
    return Every(Between(_end(low, field), _end(last, field)), _number(step, field))


def _steps(text: str, field: Field) -> Part:
    halves = _split(text, "/")
    if len(halves) == 1:
        raise InvalidSchedule(f"Missing steps for expression: {text}")
    if len(halves) != 2:
        raise InvalidSchedule(f"Invalid expression: {text}")
    start, step = halves
    if start in ("*", ""):
        return Always() if (start, step) == ("*", "1") else Every(None, _integer(step))
    return Every(On(_number(start, field)), _integer(step))


def _end(text: str, field: Field) -> int | str:
    return text if text in ("?", "#", "L", "W", "LW", "") else _named(text, field)


def _number(text: str, field: Field) -> int:
    value = _named(text, field)
    return 0 if field is DAYS_OF_WEEK and value == 7 else value


def _named(text: str, field: Field) -> int:
    if text in field.names:
        return field.names[text]
    if re.fullmatch(r"[+-]?[0-9]{1,10}", text):
        return int(text)
    raise InvalidSchedule(f"Invalid chars in expression! Expression: {text} Invalid chars: {field.unsupported(text)}")


def _integer(text: str) -> int:
    if re.fullmatch(r"[+-]?[0-9]{1,10}", text):
        return int(text)
    raise InvalidSchedule(f'For input string: "{text}"')


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators, without empty ones at the end."""
    parts = text.split(separator)
    while parts and not parts[-1] and separator in text:
        parts.pop()
    return parts
