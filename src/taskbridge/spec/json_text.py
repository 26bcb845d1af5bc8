"""JSON text to values and back: fast by orjson, exact where orjson is not (integers beyond 64 bits, deep nesting).

Parsers raise ValueError saying why; they are called by the body binder, `dump` by whoever sends an answer.
"""

import codecs
import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

import orjson
from pydantic import BaseModel

from taskbridge.spec.limits import MAX_DEPTH, MAX_VALUES, TooComplex, brackets, check_json

Json: TypeAlias = Any
"""A JSON value, or what binding has made of one."""

Parser = Callable[[bytes, str], Json]

_CHARSETS = frozenset(
    ("ascii", "cp1252", "iso8859-1", "iso8859-15", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
)
"""By Python's names. A list, since Python also knows codecs that are no charsets, or slow on hostile input."""

_DIGITS_TO_ZERO = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in range(256))
_LONG_NUMBER = b"0" * 19


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


_EXACT = json.JSONDecoder(parse_constant=_refuse_constant)


def parse_strict(content: bytes, charset: str) -> Json:
    """The one JSON value that `content` holds. ValueError for anything else, and for bytes that are not `charset`.

    TooComplex where it holds too many values, or they are nested too deeply.
    """
    if charset != "utf-8":
        content = _as_utf8(content, charset)
    if len(content) > MAX_VALUES:
        check_json(content)
    if _LONG_NUMBER in content.translate(_DIGITS_TO_ZERO):
        return _shallow(content, _decode(_EXACT.decode, content.decode()))
    return _shallow(content, orjson.loads(content))


def parse_leading(content: bytes, charset: str) -> Json:
    """As `parse_strict`, but whatever follows the first value is ignored, as streaming parsers do."""
    try:
        return parse_strict(content, charset)
    except TooComplex:
        raise
    except ValueError:
        value, _ = _decode(_EXACT.raw_decode, _as_utf8(content, charset).decode().lstrip(" \t\r\n"))
        return _shallow(content, value)


def dump(value: object) -> bytes:
    """`value` as compact JSON in UTF-8; TypeError or ValueError when it has no JSON form.

    Of a model goes out what was set, be it null.
    """
    try:
        return orjson.dumps(value, _set_members)
    except TypeError:
        # Integers beyond 64 bits and lone surrogates, which orjson refuses; escaped, both are sound JSON.
        return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_set_members).encode()


def _set_members(value: object) -> dict[str, Any]:
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, exclude_unset=True)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _decode(decode: Callable[[str], Json], text: str) -> Json:
    try:
        value = decode(text)
        if "\\u" in text:
            # Half of a surrogate pair is no character; orjson refuses it by itself, Python's decoder does not.
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise TooComplex("nested too deeply") from None
    return value


def decoded(content: bytes, charset: str) -> str:
    """The text in a known charset; ValueError for another one, and for bytes that are none of it."""
    if _codec(charset) not in _CHARSETS:
        raise ValueError(f"unknown charset {charset}")
    return content.decode(charset)


def _as_utf8(content: bytes, charset: str) -> bytes:
    return decoded(content, charset).encode()


def _codec(charset: str) -> str | None:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return None


def _shallow(content: bytes, value: Json) -> Json:
    # A level takes two brackets at least, so most bodies are too short to be too deep.
    if len(content) > 2 * MAX_DEPTH and brackets(content) > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise TooComplex("nested too deeply")
    return value


def _depth(value: Json) -> int:
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [child for item in level for child in (item.values() if isinstance(item, dict) else item)]
    return depth
