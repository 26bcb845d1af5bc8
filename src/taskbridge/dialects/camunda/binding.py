"""What Camunda accepts where its document says a clean type (contract 0.5): the coercions of its JSON mapper, as data.

``BINDING`` is handed to the spec layer, which compiles it into every operation at start-up.
"""

import math
import re
from functools import partial
from typing import Any, TypeAlias

from taskbridge.dialects.camunda.values import EARLIEST, LATEST, java_text, parse_date
from taskbridge.spec import Binding, Coercer, CoercionError, parse_leading

Json: TypeAlias = Any

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
#: A number of JSON that has a fraction or an exponent.
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]{0,40})(?=[.eE])(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _string(value: Json) -> Json:
    if isinstance(value, str):
        if "\0" in value:
            raise CoercionError("a text cannot hold the character NUL")
        return value
    if value is None or isinstance(value, list | dict):
        raise CoercionError("not a text")
    # Here the vendor takes the digits as they were sent, which a parsed number no longer tells to the letter.
    return str(value) if isinstance(value, float) else java_text(value)


def _integer(bits: int, value: Json) -> Json:
    match value:
        case bool():
            raise CoercionError("not a number")
        case int():
            number = value
        case float() if math.isfinite(value):
            number = int(value)
        case str() if not value.strip():
            return None
        case str() if _INTEGER.fullmatch(value.strip()):
            number = int(value)
        case _:
            raise CoercionError("not a whole number")
    if not -(1 << bits - 1) <= number < 1 << bits - 1:
        raise CoercionError(f"beyond {bits} bits")
    return number


def _boolean(value: Json) -> Json:
    match value:
        case bool():
            return value
        case int() | float():
            return value != 0
        case str() if not value.strip():
            return None
        case str() if value.strip() in _BOOLEANS:
            return _BOOLEANS[value.strip()]
        case _:
            raise CoercionError("not a boolean")


def _date(value: Json) -> Json:
    match value:
        case "":
            return None
        case str():
            return _moment(value)
        case int() if not isinstance(value, bool) and EARLIEST <= value <= LATEST:
            return value
        case _:
            raise CoercionError("not a date")


def _moment(text: str) -> int:
    try:
        return parse_date(text)
    except ValueError as error:
        raise CoercionError(str(error)) from error


def _given(coerce: Coercer, text: Json) -> Json:
    """A query parameter of these types cannot be empty."""
    value = coerce(text)
    if value is None:
        raise CoercionError("empty")
    return value


def _number(coerce: Coercer, text: Json) -> Json:
    """The vendor reads the text of a number as JSON, and cuts a fraction off."""
    return _given(coerce, float(text) if _FRACTION.fullmatch(text.strip()) else text)


def _any_case_boolean(text: Json) -> Json:
    """``True`` is what clients made from a Python boolean send; the vendor refuses it (contract 8, safe supersets)."""
    if text.lower() not in ("true", "false"):
        raise CoercionError("not a boolean")
    return text.lower() == "true"


def _true_or_else(text: Json) -> Json:
    """Some parameters are plain booleans of the vendor's framework: whatever is not ``true`` is false.

    An empty text is as none: None.
    """
    return text.lower() == "true" if text else None


def _exactly_true(text: Json) -> Json:
    """Some the vendor compares with ``true`` itself, to the letter."""
    return text == "true"


_int32: Coercer = partial(_integer, 32)
_int64: Coercer = partial(_integer, 64)

#: Formats of dates; values under it are epoch milliseconds once bound.
DATE = "java-date-time"

BINDING = Binding(
    coercers={
        ("string", None): _string,
        ("string", "binary"): _string,
        ("string", DATE): _date,
        ("integer", "int32"): _int32,
        ("integer", "int64"): _int64,
        ("boolean", None): _boolean,
    },
    text_coercers={
        ("integer", "int32"): partial(_number, _int32),
        ("integer", "int64"): partial(_number, _int64),
        ("integer", "digits"): partial(_given, _int32),  # numbers that the vendor's framework reads, and not its mapper
        ("boolean", None): _any_case_boolean,
        ("boolean", "lenient"): _true_or_else,
        ("boolean", "exact"): _exactly_true,
    },
    retyped_formats=frozenset([DATE]),
    parse=parse_leading,
)
