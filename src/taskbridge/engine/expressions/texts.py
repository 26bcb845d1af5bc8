"""Texts: how values look as text, as Java's toString shows them, and in which order texts stand.

Calls nothing but `errors` and `java_types`. No text longer than MAX_BUILT_CHARS is ever built.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from taskbridge.engine.expressions.errors import Fault
from taskbridge.engine.expressions.java_types import (
    Array,
    Character,
    Collected,
    Float,
    JodaMoment,
    ObjectList,
    ObjectMap,
)

MAX_BUILT_CHARS = 1_000_000

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_HALF = re.compile("[\ud800-\udfff]")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def to_string(value: object) -> str:
    """Convert to String (EL 2.1, section 1.18.2): null becomes the empty text, all else its toString()."""
    if isinstance(value, str):
        return value if type(value) is str else str.__str__(value)
    return "" if value is None else joined([_shown(value)])


def joined(parts: list[str], separator: str = "") -> str:
    """Join texts; raises Fault before building one of more than MAX_BUILT_CHARS characters."""
    bounded(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


def bounded(length: int) -> None:
    """Refuse to build a text of more than MAX_BUILT_CHARS characters; raises Fault."""
    if length > MAX_BUILT_CHARS:
        raise Fault(f"the text would be longer than {MAX_BUILT_CHARS} characters")


class Pieces:
    """A text that is written piece by piece, and never becomes longer than MAX_BUILT_CHARS characters."""

    __slots__ = ("_pieces", "_size")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0

    def add(self, *pieces: str) -> None:
        """Add pieces; raises Fault where the text becomes too long."""
        for piece in pieces:
            self._size += len(piece)
        bounded(self._size)
        self._pieces += pieces

    def text(self) -> str:
        """Give the text."""
        return "".join(self._pieces)


def in_units(text: str) -> str:
    """Give a text whose characters are the UTF-16 units of another, which is what Java counts."""
    if text.isascii() or _WIDE.search(text) is None:
        return text
    return "".join(map(chr, memoryview(text.encode("utf-16", "surrogatepass")[2:]).cast("H")))


def without_pairs(text: str) -> str:
    """Give a text in which every pair of UTF-16 units is the one character that it stands for."""
    if text.isascii() or _HALF.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def whole_text(text: str) -> str:
    """Give the text; raises Fault where it holds what no database holds: U+0000 or half of a pair of UTF-16."""
    text = without_pairs(text)
    if found := _NO_TEXT.search(text):
        raise Fault(f"the text holds U+{ord(found[0]):04X}, which cannot be stored")
    return text


def precedes(left: str, right: str) -> bool:
    """Tell whether left stands before right in Java's order, which goes by UTF-16 units."""
    if left.isascii() and right.isascii():
        return left < right
    return left.encode("utf-16-be", "surrogatepass") < right.encode("utf-16-be", "surrogatepass")


def _shown(value: object) -> str:
    show = _SHOWN_BY_TYPE.get(type(value))
    return show(value) if show else str(value)


def _shown_boolean(value: object) -> str:
    return "true" if value else "false"


def _shown_null(_value: object) -> str:
    return "null"


def shown_double(value: float) -> str:
    """Give the text of Double.toString."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return _plain_double(value)
    return _scientific_double(value)


def _plain_double(value: float) -> str:
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"


def _scientific_double(value: float) -> str:
    sign, digits, _ = Decimal(repr(value)).as_tuple()
    significant = "".join(map(str, digits)).rstrip("0")
    exponent = Decimal(repr(value)).adjusted()
    return f"{'-' if sign else ''}{significant[0]}.{significant[1:] or '0'}E{exponent}"


def _shown_float(value: float) -> str:
    """Float.toString: the fewest digits that tell the value from its neighbours of 32 bits."""
    if not math.isfinite(value):
        return shown_double(value)
    texts = (f"{value:.{digits}g}" for digits in range(1, 10))
    return shown_double(float(next(text for text in texts if Float(float(text)) == value)))


def _shown_list(value: list[object]) -> str:
    return f"[{joined([_shown(item) for item in value], ', ')}]"


def _shown_map(value: dict[object, object]) -> str:
    return f"{{{joined([f'{_shown(key)}={_shown(item)}' for key, item in value.items()], ', ')}}}"


def _shown_date(value: datetime) -> str:
    moment = value.astimezone(UTC)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment:%d %H:%M:%S} UTC {moment.year}"


def _shown_joda(value: datetime) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z".rjust(24, "0")


def _shown_array(value: Array) -> str:
    return f"{value.java_class}@{id(value) & 0x7FFFFFFF:x}"


_SHOWN_BY_TYPE: dict[type, Callable[..., str]] = {
    bool: _shown_boolean,
    type(None): _shown_null,
    float: shown_double,
    list: _shown_list,
    dict: _shown_map,
    datetime: _shown_date,
    Float: _shown_float,
    Character: str.__str__,
    JodaMoment: _shown_joda,
    Array: _shown_array,
    **dict.fromkeys((Collected, ObjectList), _shown_list),
    ObjectMap: _shown_map,
}
