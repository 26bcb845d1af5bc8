"""What ServiceStack accepts where the document says a clean type (contract 3.2): nearly everything, and never an error.

A value that is not of its member's type leaves the member as if it had not been given; so the coercers say no, and the
spec layer drops the member. ``BINDING`` is compiled into every operation at start-up.
"""

import re
from typing import Any, TypeAlias

from taskbridge.dialects.digioffice.formats import csv_text, forms, json_text, jsv, xml_text
from taskbridge.dialects.digioffice.formats.jsv import FormValue
from taskbridge.dialects.digioffice.formats.unread import NotAnObject, Records, Unread
from taskbridge.dialects.digioffice.values import parse_date, parse_guid
from taskbridge.spec import Binding, Coercer, CoercionError, NoValue
from taskbridge.spec.json_text import dump

Json: TypeAlias = Any

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_TRUE, _FALSE = ("true", "1", "on", "yes", "t", "y"), ("false", "0", "off", "no", "f", "n")
_INT32 = range(-(1 << 31), 1 << 31)

#: The formats of dates and GUIDs; values under the first are epoch milliseconds once bound.
DATE, GUID = "dotnet-date-time", "uuid"


class WrongShape(CoercionError):
    """The body is no object, or no list, where it has to be one. ``beginning`` is the beginning of what it is."""

    def __init__(self, value: Json) -> None:
        super().__init__("of another shape")
        self.beginning = value.beginning if isinstance(value, NotAnObject) else dump(value).decode()[:50]


def _read(value: Unread) -> str | None:
    try:
        return value.text()
    except ValueError as error:
        raise CoercionError(str(error)) from error


def _string(value: Json) -> Json:
    match value:
        case None:
            return None
        case Unread():
            text = _read(value)
        case str():
            text = value
        case _:
            text = dump(value).decode()
    # A character that not every database can keep.
    return text.replace("\0", "\ufffd") if text else text


def _word(value: Json, kind: str) -> str:
    text = _read(value) if isinstance(value, Unread) else value
    if text is None or text == "":
        raise NoValue(f"not {kind}")
    if not isinstance(text, str):
        raise CoercionError(f"not {kind}")
    return text.strip()


def _integer(value: Json) -> Json:
    if type(value) is not int:
        word = _word(value, "a number")
        if not _INTEGER.fullmatch(word):
            raise CoercionError("not a number")
        value = int(word)
    if value not in _INT32:
        raise CoercionError("beyond 32 bits")
    return value


def _boolean(value: Json) -> Json:
    if isinstance(value, bool):
        return value
    if type(value) is int and value in (0, 1):
        return value == 1
    word = _word(value, "a boolean").lower()
    if word not in _TRUE + _FALSE:
        raise CoercionError("not a boolean")
    return word in _TRUE


def _date(value: Json) -> Json:
    try:
        return parse_date(_word(value, "a date"))
    except (ValueError, OverflowError) as error:
        raise CoercionError(str(error)) from error


def _guid(value: Json) -> Json:
    try:
        return parse_guid(_word(value, "a GUID"))
    except ValueError as error:
        raise CoercionError(str(error)) from error


def _array(value: Json) -> Json:
    match value:
        case list():
            return list(value)
        case Unread():
            try:
                return value.elements()
            except ValueError as error:
                raise CoercionError(str(error)) from error
        case _:
            raise WrongShape(value)


def _object(value: Json) -> Json:
    match value:
        case dict():
            return value
        case Records():
            if len(value) > 1:
                raise CoercionError("several records where one request is expected")
            return _object(value[0]) if value else {}
        case Unread():
            try:
                return value.members()
            except NotAnObject as error:
                raise WrongShape(error) from error
            except ValueError as error:
                raise CoercionError(str(error)) from error
        case _:
            raise WrongShape(value)


_COERCERS: dict[tuple[str, str | None], Coercer] = {
    ("string", None): _string,
    ("string", DATE): _date,
    ("string", GUID): _guid,
    ("integer", None): _integer,
    ("boolean", None): _boolean,
    ("array", None): _array,
    ("object", None): _object,
}


def _from_query(coerce: Coercer) -> Coercer:
    def bind(value: Json) -> Json:
        match value:
            case str():
                return coerce(FormValue(value))
            case list():  # a name that came several times, which .NET takes for one value with commas, as in forms
                return coerce(FormValue(",".join(map(str, value))))
            case _:
                return coerce(value)

    return bind


def _unread_body(content: bytes, content_type: str) -> Json:
    """A body of a type that nobody reads: an object without members, as the vendor has it."""
    return {}


BINDING = Binding(
    coercers=_COERCERS,
    text_coercers={key: _from_query(coerce) for key, coerce in _COERCERS.items()},
    retyped_formats=frozenset([DATE]),
    misfits="drop",
    validated=False,
    unknown_members="drop",
    ignore_member_case=True,
    assumed_content_type="application/json",
    readers={
        "application/json": json_text.read,
        "text/json": json_text.read,
        "text/jsonl": json_text.read_lines,
        "application/x-ndjson": json_text.read_lines,
        "text/jsv": jsv.read,
        "application/jsv": jsv.read,
        "text/x-jsv": jsv.read,
        "text/csv": csv_text.read,
        "application/xml": xml_text.read,
        "text/xml": xml_text.read,
        "application/x-www-form-urlencoded": forms.read,
        "multipart/form-data": forms.read_multipart,
        "*/*": _unread_body,
    },
)
