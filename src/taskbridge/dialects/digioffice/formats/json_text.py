"""JSON and JSON lines. Members are written as the client wants them spelt, nulls included unless it says otherwise."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from taskbridge.dialects.digioffice.formats.dto import Dto, camel_case
from taskbridge.dialects.digioffice.formats.unread import NotAnObject, Records
from taskbridge.dialects.digioffice.values import long_date
from taskbridge.spec import charset_of, parse_leading
from taskbridge.spec.limits import MAX_RECORDS, check_json, refuse

_BLANKS = b" \t\r\n\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How members are written: ``likeThis`` or ``LikeThis``, and in both ways where an object asks for it."""

    camel: bool = False
    decided: bool = False  # the client decided for one of the two
    nulls: bool = True


def read(content: bytes, content_type: str) -> Any:  # noqa: ANN401 - JSON
    """The first JSON value; what follows is ignored, as the vendor's reader does. Nothing, and null, are an object."""
    charset = charset_of(content_type)
    if charset != "utf-8":
        return _given(parse_leading(content, charset))
    begins = content.lstrip(_BLANKS)
    if not begins:
        return {}
    if begins[:1] not in b"{[" and begins[:4] != b"null":
        raise NotAnObject(begins[:200].decode("utf-8", "replace"))
    return _given(parse_leading(begins, charset))


def _given(value: Any) -> Any:  # noqa: ANN401 - JSON
    return {} if value is None else value


def read_lines(content: bytes, content_type: str) -> Any:  # noqa: ANN401 - JSON
    """One JSON value a line. A single line that is a list is that list."""
    charset = charset_of(content_type)
    lines = _lines(content) if charset == "utf-8" else [content]
    values = [read(line, content_type) for line in lines]
    return values[0] if len(values) == 1 and isinstance(values[0], list) else Records(values)


def _lines(content: bytes) -> list[bytes]:
    """The lines that are not blank. TooComplex when there are too many, or too many values in them together."""
    check_json(content)
    found: list[bytes] = []
    for line in io.BytesIO(content):
        found.extend(part for part in line.splitlines() if part.strip(_BLANKS))
        if len(found) > MAX_RECORDS:
            refuse(MAX_RECORDS, "records")
    return found


def write(value: object, spelling: Spelling) -> bytes:
    """A value as JSON."""
    return _dump(_spelt(value, spelling))


def write_lines(value: object, spelling: Spelling) -> bytes:
    """A list as one line for each of its values, anything else as one line."""
    values = value if isinstance(value, list) else [value]
    return b"".join(_dump(_spelt(one, spelling)) + b"\n" for one in values)


def write_indented(value: object) -> bytes:
    """A value as JSON for people."""
    return _dump(value, orjson.OPT_INDENT_2)


def _dump(value: object, option: int = 0) -> bytes:
    return orjson.dumps(value, default=_default, option=orjson.OPT_PASSTHROUGH_DATETIME | option)


def _default(value: object) -> str:
    if isinstance(value, datetime):
        return long_date(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _spelt(value: object, spelling: Spelling) -> object:
    if isinstance(value, Dto) and value.both and not spelling.decided:
        pascal, camel = (Spelling(camel=camel, decided=True, nulls=spelling.nulls) for camel in (False, True))
        return _members(value, pascal) | _members(value, camel)
    return _rewritten(value, spelling) if spelling.camel or not spelling.nulls else value


def _rewritten(value: object, spelling: Spelling) -> object:
    if isinstance(value, Dto):
        return _members(value, spelling)
    return [_rewritten(one, spelling) for one in value] if isinstance(value, list) else value


def _members(value: Dto, spelling: Spelling) -> dict[str, object]:
    return {
        camel_case(name) if spelling.camel else name: _rewritten(one, spelling)
        for name, one in value.items()
        if one is not None or spelling.nulls
    }
