"""Java types that Python has no type of its own for, as far as expressions can meet them.

A plain int stands for Long (beyond 64 bits for BigInteger), float for Double, str for String, list for ArrayList, dict
for LinkedHashMap, an aware datetime for java.util.Date. What differs from these in class, and so in equals(), in its
text or in the type of the variable that it becomes, has a class here. Calls nothing.
"""

import struct
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import ClassVar


class Integer(int):
    """A whole number of 32 bits."""

    __slots__ = ()


class Short(int):
    """A whole number of 16 bits."""

    __slots__ = ()


class Float(float):
    """A floating point number of 32 bits; the value must be one."""

    __slots__ = ()

    def __new__(cls, value: float) -> "Float":
        """Round the value to 32 bits."""
        try:
            return super().__new__(cls, struct.unpack(">f", struct.pack(">f", value))[0])
        except OverflowError:
            return super().__new__(cls, float("inf") if value > 0 else float("-inf"))


class Character(str):
    """One UTF-16 unit of a text."""

    __slots__ = ()


class JodaMoment(datetime):
    """What `dateTime()` gives: Joda's DateTime, in UTC."""

    __slots__ = ()

    @classmethod
    def of(cls, moment: datetime) -> "JodaMoment":
        """The same moment as a DateTime."""
        return cls.fromtimestamp(moment.timestamp(), UTC) if moment.tzinfo is not UTC else _joda(cls, moment)

    def date_value(self) -> datetime:
        """The same moment as a java.util.Date."""
        return datetime(self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond, UTC)


def _joda(cls: type[JodaMoment], moment: datetime) -> JodaMoment:
    return cls(
        moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond, UTC
    )


class Array(list[object]):
    """A Java array of objects; it has items, but none of the methods of a list."""

    __slots__ = ("java_class",)

    def __init__(self, items: list[object], java_class: str = "[Ljava.lang.String;") -> None:
        super().__init__(items)
        self.java_class = java_class


class Collected(list[object]):
    """A java.util.Collection that is no List: it can be counted and asked, but has no index."""

    __slots__ = ("java_class",)

    def __init__(self, items: list[object], java_class: str) -> None:
        super().__init__(items)
        self.java_class = java_class


class ObjectList(list[object]):
    """The list of an Object variable; ``info`` is what the variable says of its class and format."""

    __slots__ = ("info",)
    java_class: ClassVar[str] = "java.util.ArrayList"

    def __init__(self, items: list[object], info: Mapping[str, object]) -> None:
        super().__init__(items)
        self.info = info


class ObjectMap(dict[object, object]):
    """The map of an Object variable; ``info`` is what the variable says of its class and format."""

    __slots__ = ("info",)
    java_class: ClassVar[str] = "java.util.LinkedHashMap"

    def __init__(self, items: Mapping[object, object], info: Mapping[str, object]) -> None:
        super().__init__(items)
        self.info = info


_FIRST_TABLE = 16


def hash_set(names: list[str]) -> Collected:
    """A java.util.HashSet of texts, in the order in which Java's goes through it."""
    return Collected(list(hash_order(names)), "java.util.HashSet")


def hash_order(names: Collection[str]) -> list[str]:
    """Texts in the order in which Java goes through a HashMap or HashSet of them."""
    size = _FIRST_TABLE
    while len(names) > size * 3 // 4:
        size *= 2
    spread = {name: hash_code(name) & 0xFFFFFFFF for name in names}
    return sorted(names, key=lambda name: (spread[name] ^ spread[name] >> 16) & (size - 1))


def hash_code(text: str) -> int:
    """Java's String.hashCode, an Integer."""
    code = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & 0xFFFFFFFF
    return Integer(code - (1 << 32) if code >= 1 << 31 else code)
