"""Typed variables and the scopes that hold them, with their stored JSON form.

A scope's variables are one JSON document ``{name: [type, value]}`` or ``{name: [type, value, info]}``.
It is parsed only when a name is read or written, and written again only when something changed.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from taskbridge.engine.expressions import ByteArray, Content, Stream

_JSON_FORMAT = "application/json"
DATA_TYPE = "dataType"


class Variable(NamedTuple):
    """One typed value. ``info`` carries file names, formats and the like; a transient one is never stored.

    Under ``DATA_TYPE`` a dialect may keep its own, finer name of the type, which no other dialect shows.

    ``type`` is one of Boolean, Bytes, Short, Integer, Long, Double, Date, String, Null, Object, File, Json, Xml. A Date
    holds epoch milliseconds; Bytes and File hold ``{"blob": id}``, or the bytes themselves until they are stored;
    Object, Json and Xml hold serialised text; a Double that JSON cannot write is held as the text NaN, Infinity or
    -Infinity.
    """

    type: str
    value: Any
    info: Mapping[str, Any] | None = None
    transient: bool = False

    def python(self) -> object:
        """The value as an expression sees it: dates aware, JSON documents parsed, contents closed, else as stored."""
        if self.value is None or self.type in ("String", "Integer", "Boolean"):
            return self.value
        if self.type in _CONTENTS:
            return _CONTENTS[self.type](self.value)
        if self.type == "Date":
            return datetime.fromtimestamp(self.value / 1000, UTC)
        if self.type == "Double":
            return float(self.value)
        if self.type == "Json" or (
            self.type == "Object" and (self.info or {}).get("serializationDataFormat") == _JSON_FORMAT
        ):
            return _parsed(self.value)
        return self.value


_CONTENTS: Mapping[str, type[Content]] = {"File": Stream, "Bytes": ByteArray}
#: Types whose value is a content, kept out of the document of variables.
CONTENT_TYPES = frozenset(_CONTENTS)


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text  # a client may serialise what it likes; expressions then see the text itself


def integer(value: int) -> Variable:
    """The variable that an engine-made whole number becomes: Integer within 32 bits, else Long."""
    return Variable("Integer" if -(2**31) <= value < 2**31 else "Long", value)


def from_python(value: object) -> Variable:
    """The variable for a value that an expression or a mapping yielded; lists and maps become JSON objects.

    A content becomes Bytes, that of a file too: its name and type are not part of what an expression yields.
    """
    match value:
        case None:
            return Variable("Null", None)
        case bool():
            return Variable("Boolean", value)
        case int():
            return integer(value) if -(2**63) <= value < 2**63 else Variable("String", str(value))
        case float():
            return Variable("Double", value if math.isfinite(value) else java_double(value))
        case str():
            return Variable("String", value)
        case datetime():
            return Variable("Date", round(value.timestamp() * 1000))
        case list():
            return _serialised("java.util.ArrayList", value)
        case dict():
            return _serialised("java.util.LinkedHashMap", value)
        case Content():
            return Variable("Bytes", value.held)
        case _:
            return Variable("String", str(value))


def _serialised(class_name: str, value: object) -> Variable:
    info = {"objectTypeName": class_name, "serializationDataFormat": _JSON_FORMAT}
    try:
        text = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        text = json.dumps(value, default=str)  # whole numbers beyond 64 bits
    return Variable("Object", text, info)


def java_double(value: float) -> str:
    """NaN and the infinities in the text form that JSON documents can hold."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


class Variables:
    """The variables of one scope: lazily parsed, with a flag that tells whether they must be written again."""

    __slots__ = ("_stored", "_text", "_transient", "changed")

    def __init__(self, text: str | None = None) -> None:
        self._text = text
        self._stored: dict[str, list[Any]] | None = None if text else {}
        self._transient: dict[str, Variable] = {}
        self.changed = False

    def _document(self) -> dict[str, list[Any]]:
        if self._stored is None:
            self._stored = orjson.loads(self._text or "{}")
        return self._stored

    def get(self, name: str) -> Variable | None:
        """The variable of that name in this scope, or None."""
        if self._transient and name in self._transient:
            return self._transient[name]
        stored = self._document().get(name)
        return None if stored is None else Variable(*stored)

    def __contains__(self, name: object) -> bool:
        return name in self._transient or name in self._document()

    def __iter__(self) -> Iterator[str]:
        yield from self._document()
        yield from self._transient

    def __bool__(self) -> bool:
        return bool(self._transient) or bool(self._document())

    def is_transient(self, name: str) -> bool:
        """Whether the name is held for this transaction only."""
        return name in self._transient

    def set(self, name: str, variable: Variable) -> None:
        """Put a variable into this scope."""
        if variable.transient:
            self._transient[name] = variable
            return
        self._document()[name] = [variable.type, variable.value] + ([dict(variable.info)] if variable.info else [])
        self.changed = True

    def remove(self, name: str) -> bool:
        """Take a variable out of this scope; tells whether it was there."""
        if self._transient.pop(name, None) is not None:
            return True
        if self._document().pop(name, None) is None:
            return False
        self.changed = True
        return True

    def items(self) -> Iterator[tuple[str, Variable]]:
        """Every name with its variable."""
        for name, stored in self._document().items():
            yield name, Variable(*stored)
        yield from self._transient.items()

    def text(self, keep: Callable[[object], object] | None = None) -> str | None:
        """The stored form; None for an empty scope.

        ``keep`` stores raw contents (bytes) and gives the document that stands for them.
        """
        if not self.changed:
            return self._text or None
        return orjson.dumps(self._stored, default=keep).decode() if self._stored else None
