"""Values on their way between a script and the process, in the form of ``prelude.js``. Called by ``bridge``.

What JavaScript has no value for goes as an object with a number, and comes back as that object. A number of a script
becomes an Integer where it is a whole one of 32 bits, and else a Double; a Long that only passes through stays one, as
at the vendor's.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from taskbridge.engine.expressions import Character, Fault, Integer, JodaMoment

_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
#: Whole numbers up to here are the same in JavaScript.
_EXACT = 2**53


class Objects:
    """The objects that a script knows by numbers, for the length of an evaluation."""

    def __init__(self) -> None:
        self._objects: list[object] = []
        self._numbers: dict[int, int] = {}
        self._longs: set[int] = set()

    def __getitem__(self, number: object) -> object:
        """The object of a number; raises Fault for none."""
        if isinstance(number, int) and 0 <= number < len(self._objects):
            return self._objects[number]
        raise Fault("the script names an object that it was not given")

    def _number(self, value: object) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)  # kept, so that its id stays its own
        return number

    def sent(self, value: object) -> object:
        """A value of the process, as the script gets it."""
        match value:
            case None | bool():
                return value
            case Character() | str():
                return str(value)
            case int():
                return self._sent_whole(int(value))
            case float() | Decimal():
                number = float(value)
                return number if math.isfinite(number) else {"special": _text(number)}
        return {"object": self._number(value), "kind": kind(value)}

    def _sent_whole(self, value: int) -> object:
        if not _is_integer(value):
            self._longs.add(value)
        return value if abs(value) <= _EXACT else {"special": str(value)}

    def _received_whole(self, value: int) -> object:
        """A whole number: an Integer; beyond 32 bits a Long where the script was given it, else a Double."""
        if _is_integer(value):
            return Integer(value)
        return value if value in self._longs else float(value)

    def received(self, value: object) -> object:
        """A value of the script, as the process gets it; raises Fault for what is none."""
        match value:
            case None | bool():
                return value
            case str():
                return storable(value)
            case int():
                return self._received_whole(value)
            case float():
                return value
            case {"object": number}:
                return self[number]
            case {"list": list(items)}:
                return [self.received(item) for item in items]
            case {"map": list(entries)}:
                return {storable(str(key)): self.received(item) for key, item in entries}
            case {"moment": int(milliseconds) | float(milliseconds)}:
                return _moment(milliseconds)
            case {"special": str(text)} if text in _SPECIAL:
                return _SPECIAL[text]
            case {"whole": str(text)}:
                return Integer(int(text)) if _is_integer(int(text)) else int(text)
        raise Fault("the script hands over what is no value")


def storable(text: str) -> str:
    """The text itself; raises Fault for one that no database can hold."""
    if "\0" in text:
        raise Fault("a text of the script has the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Fault("a text of the script has half of a character") from error
    return text


def readable(text: object) -> str:
    """A text for people, with a question mark for what ``storable`` refuses."""
    return str(text).replace("\0", "?").encode(errors="replace").decode()


def kind(value: object) -> str:
    """How a script uses an object: as a list, a map, a moment, or by its members alone."""
    if isinstance(value, list):
        return "list"
    if isinstance(value, Mapping):
        return "map"
    return "moment" if isinstance(value, datetime) and not isinstance(value, JodaMoment) else "object"


def _is_integer(value: int) -> bool:
    return -(2**31) <= value < 2**31


def _moment(milliseconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Fault("the script hands over a date beyond the years 1 to 9999") from error


def _text(number: float) -> str:
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
