"""Typed variables and the scopes that hold them, with their stored JSON form.

A scope's variables are one JSON document ``{name: [type, value]}`` or ``{name: [type, value, info]}``.
It is parsed only when a name is read or written, and written again only when something changed.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from taskbridge.engine.expressions import (
    Array,
    ByteArray,
    CannotCast,
    Character,
    Collected,
    ExpressionError,
    Fault,
    Float,
    Integer,
    JodaMoment,
    JsonNode,
    ObjectList,
    ObjectMap,
    Serialised,
    Short,
    Stream,
    View,
    XmlAttribute,
    XmlNode,
    java_class,
    parse_json,
    read_xml,
    to_string,
)

_JSON_FORMAT = "application/json"
DATA_TYPE = "dataType"
# Half of a character beyond 16 bits, which no encoding of texts holds.
_HALF = re.compile("[\ud800-\udfff]")


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
        """The value as an expression sees it (``expressions.java_types``)."""
        read = _READERS.get(self.type)
        return self.value if read is None or self.value is None else read(self)

    def plain(self) -> object:
        """The value for a client without these types: what is JSON is parsed, all else is as stored."""
        if self.value is None or not (self.type == "Json" or (self.type == "Object" and self.is_json())):
            return float(self.value) if self.type == "Double" and self.value is not None else self.value
        try:
            return orjson.loads(self.value)
        except orjson.JSONDecodeError:
            return self.value  # a client may write what it likes

    def is_json(self) -> bool:
        """Whether an Object is held as JSON."""
        return (self.info or {}).get("serializationDataFormat") == _JSON_FORMAT


def _moment(variable: Variable) -> object:
    return datetime.fromtimestamp(variable.value / 1000, UTC)


def _json(variable: Variable) -> object:
    try:
        return JsonNode(parse_json(variable.value))
    except ValueError:
        return variable.value  # a client may write what it likes; expressions then see the text itself


def _xml(variable: Variable) -> object:
    try:
        return read_xml(variable.value)
    except Fault:
        return variable.value


def _object(variable: Variable) -> object:
    info = variable.info or {}
    if not variable.is_json():
        return Serialised(variable, str(info.get("objectTypeName") or "java.lang.Object"))
    try:
        value = parse_json(variable.value)
    except ValueError:
        return variable.value
    if isinstance(value, list):
        name = str(info.get("objectTypeName"))
        return Array(value, name) if name.startswith("[L") else ObjectList(value, info)
    if isinstance(value, dict):
        return ObjectMap(value, info)
    read = _SCALARS.get(str(info.get("objectTypeName")))
    return value if read is None else read(value)


def _joda(text: object) -> object:
    return JodaMoment.of(datetime.fromisoformat(str(text)))


#: Scalars that are no type of the API: by class, how they are read from JSON.
_SCALARS: Mapping[str, Callable[[Any], object]] = {
    "java.lang.Float": Float,
    "java.lang.Character": Character,
    "java.math.BigDecimal": lambda number: Decimal(str(number)),
    "org.joda.time.DateTime": _joda,
}
_READERS: Mapping[str, Callable[[Variable], object]] = {
    "Integer": lambda variable: Integer(variable.value),
    "Short": lambda variable: Short(variable.value),
    "Double": lambda variable: float(variable.value),
    "Date": _moment,
    "Json": _json,
    "Xml": _xml,
    "Object": _object,
    "File": lambda variable: Stream(variable.value),
    "Bytes": lambda variable: ByteArray(variable.value),
}
#: Types that are read into documents; two readings of one within a command are the same object.
_DOCUMENTS = frozenset({"Json", "Xml", "Object"})
#: Types whose value is a content, kept out of the document of variables.
CONTENT_TYPES = frozenset({"File", "Bytes"})


def integer(value: int) -> Variable:
    """The variable that an engine-made whole number becomes: Integer within 32 bits, else Long."""
    return Variable("Integer" if -(2**31) <= value < 2**31 else "Long", value)


def from_python(value: object) -> Variable:
    """The variable for a plain value that a client or a service gave; lists and maps become JSON objects."""
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
        case _:
            return Variable("String", str(value))


def _serialised(class_name: str, value: object) -> Variable:
    info = {"objectTypeName": class_name, "serializationDataFormat": _JSON_FORMAT}
    try:
        text = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        text = json.dumps(value, default=str)  # whole numbers beyond 64 bits
    return Variable("Object", text, info)


def from_expression(value: object, name: str) -> Variable:
    """The variable ``name`` for what an expression yielded, or a list or map of such; raises ExpressionError.

    A content becomes Bytes, that of a file too: its name and type are not part of what an expression yields. What is of
    no type of the API becomes an Object of its Java class, held as JSON.
    """
    try:
        made = _made(value, name)
    except Fault as fault:  # a text that would be too long
        raise ExpressionError(f"Cannot serialize object in variable '{name}': {fault}") from fault
    except RecursionError as error:
        raise ExpressionError(f"Cannot serialize object in variable '{name}': nested too deep") from error
    if isinstance(made.value, str) and not _is_storable(made.value):
        raise ExpressionError(f"Cannot serialize object in variable '{name}': half of a character, or NUL")
    return made


def _is_storable(text: str) -> bool:
    """Whether databases can hold the text."""
    return "\0" not in text and (text.isascii() or _HALF.search(text) is None)


def _made(value: object, name: str) -> Variable:
    make = _MAKERS.get(type(value))
    if make is not None:
        return make(value)
    if isinstance(value, ObjectList | ObjectMap):
        class_name = value.info.get("objectTypeName", value.java_class)
        return _object_of(str(class_name), value, name)
    if isinstance(value, View) and isinstance(value.subject, Variable):
        return value.subject._replace(transient=False)
    if isinstance(value, Array | Collected | list | dict | Decimal | datetime | int | float | str):
        return _object_of(java_class(value), value, name)
    if isinstance(value, XmlAttribute):  # which the vendor takes for an element
        raise CannotCast(f"class {value.java_class} cannot be cast to class org.camunda.spin.xml.SpinXmlElement")
    raise _unserialisable(value, name)


def _whole(value: int) -> Variable:
    if -(2**63) <= value < 2**63:
        return Variable("Long", int(value))
    return Variable("Object", str(value), {"objectTypeName": "java.math.BigInteger", **_AS_JSON})


def _double(value: float) -> Variable:
    return Variable("Double", value if math.isfinite(value) else java_double(value))


_AS_JSON = {"serializationDataFormat": _JSON_FORMAT}
_MAKERS: Mapping[type, Callable[[Any], Variable]] = {
    type(None): lambda _value: Variable("Null", None),
    bool: lambda value: Variable("Boolean", value),
    str: lambda value: Variable("String", value),
    int: _whole,
    Integer: lambda value: Variable("Integer", int(value)),
    Short: lambda value: Variable("Short", int(value)),
    float: _double,
    datetime: lambda value: Variable("Date", round(value.timestamp() * 1000)),
    JsonNode: lambda value: Variable("Json", str(value)),
    XmlNode: lambda value: Variable("Xml", str(value)),
    Stream: lambda value: Variable("Bytes", value.held),
    ByteArray: lambda value: Variable("Bytes", value.held),
    Serialised: lambda value: value.held._replace(transient=False),
}


def _object_of(class_name: str, value: object, name: str) -> Variable:
    def element(inner: object) -> object:
        match inner:
            case JodaMoment():
                return to_string(inner)
            case datetime():
                return f"{inner:%Y-%m-%dT%H:%M:%S}.{inner.microsecond // 1000:03d}+0000"
            case Decimal() | float():
                return float(inner)
        raise _unserialisable(inner, name)

    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
    try:
        text = orjson.dumps(value, default=element, option=options).decode()
    except orjson.JSONEncodeError as error:
        if isinstance(error.__cause__, ExpressionError):
            raise error.__cause__ from None
        text = _dumped(value, element, name)
    return Variable("Object", text, {"objectTypeName": class_name, **_AS_JSON})


def _dumped(value: object, element: Callable[[object], object], name: str) -> str:
    """The text of what the faster library refuses, such as whole numbers beyond 64 bits; raises ExpressionError."""
    try:
        return json.dumps(value, default=element, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"Cannot serialize object in variable '{name}': {error}") from error


def _unserialisable(value: object, name: str) -> ExpressionError:
    return ExpressionError(f"Cannot serialize object in variable '{name}': {java_class(value)}")


def java_double(value: float) -> str:
    """NaN and the infinities in the text form that JSON documents can hold."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


class Variables:
    """The variables of one scope: lazily parsed, with a flag that tells whether they must be written again."""

    __slots__ = ("_read", "_stored", "_text", "_transient", "changed", "observer")

    def __init__(self, text: str | None = None) -> None:
        self._text = text
        self._stored: dict[str, list[Any]] | None = None if text else {}
        self._transient: dict[str, Variable] = {}
        self._read: dict[str, object] | None = None  # documents, as expressions of this command see them
        self.changed = False
        self.observer: Callable[[str, str], None] | None = None  # is given names, and what is done to them

    def take_over(self, text: str | None) -> None:
        """Go on with the form that is stored by now; transient ones are held for the whole transaction."""
        self._text = text
        self._stored = None if text else {}
        self._read = None
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

    def seen(self, name: str) -> object:
        """The variable of that name as an expression sees it, whatever earlier ones of the command did to it.

        What is changed within a document is there for the rest of the command and is not stored, as at the vendor's.
        Raises KeyError.
        """
        variable = self.get(name)
        if variable is None:
            raise KeyError(name)
        if variable.type not in _DOCUMENTS:
            return variable.python()
        if self._read is None:
            self._read = {}
        if name not in self._read:
            self._read[name] = variable.python()
        return self._read[name]

    def _forget(self, name: str) -> None:
        if self._read is not None:
            self._read.pop(name, None)

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
        if self.observer is not None:
            self.observer(name, "update" if name in self else "create")
        self._forget(name)
        if variable.transient:
            self._transient[name] = variable
            return
        self._document()[name] = [variable.type, variable.value] + ([dict(variable.info)] if variable.info else [])
        self.changed = True

    def put_all(self, given: Mapping[str, Variable]) -> None:
        """Put several variables into this scope."""
        for name, variable in given.items():
            self.set(name, variable)

    def remove(self, name: str) -> bool:
        """Take a variable out of this scope; tells whether it was there."""
        self._forget(name)
        if self._transient.pop(name, None) is None:
            if self._document().pop(name, None) is None:
                return False
            self.changed = True
        if self.observer is not None:
            self.observer(name, "delete")
        return True

    def items(self) -> Iterator[tuple[str, Variable]]:
        """Every name with its variable."""
        for name, stored in self._document().items():
            yield name, Variable(*stored)
        yield from self._transient.items()

    def saved(self, text: str | None) -> None:
        """They have been written in that form: what changes from now on is written anew."""
        self._text, self.changed = text, False

    def text(self, keep: Callable[[object], object] | None = None) -> str | None:
        """The stored form; None for an empty scope.

        ``keep`` stores raw contents (bytes) and gives the document that stands for them.
        """
        if not self.changed:
            return self._text or None
        return orjson.dumps(self._stored, default=keep).decode() if self._stored else None
