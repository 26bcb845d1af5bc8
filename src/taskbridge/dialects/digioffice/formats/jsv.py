"""JSV, ServiceStack's own format: JSON without the quotes that are not needed, which are doubled inside where they are.

``{TaskIDs:[1,2],Reason:"a, b"}``. What a value is, the type of its member says, so a text is taken apart level by level
as the binding asks for it. The values of forms and query strings are written in it too.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from taskbridge.dialects.digioffice.formats.unread import NotAnObject, Unread
from taskbridge.dialects.digioffice.values import short_date
from taskbridge.spec import charset_of, decoded, parse_strict
from taskbridge.spec.limits import MAX_DEPTH, MAX_VALUES, TooComplex, refuse

#: Brackets and separators, and texts in quotes; one without an end reaches to the end. Doubled quotes are two texts.
_TOKENS = re.compile(r'"[^"]*"?|[{}\[\],:]')
_QUOTED = frozenset('"{}[],\r\n')


class Jsv(Unread):
    """A value in JSV."""

    __slots__ = ("raw",)

    def __init__(self, raw: str) -> None:
        self.raw = raw

    def text(self) -> str | None:
        """The text without its quotes; JSV has no null, a member that is null is absent."""
        return _unquoted(self.raw)

    def elements(self) -> list[Any]:
        """``[1,2]``, or ``1,2`` as forms may have it."""
        raw = self.raw.strip()
        inner = raw[1:-1] if raw.startswith("[") and raw.endswith("]") else raw
        if raw.startswith("[") and inner is raw:
            raise ValueError("a list has no end")
        return [Jsv(part) for part in _parts(inner)] if inner.strip() else []

    def members(self) -> dict[str, Any]:
        """``{Name:value}``."""
        raw = self.raw.strip()
        if not raw.startswith("{"):
            raise NotAnObject(raw)
        if not raw.endswith("}"):
            raise ValueError("an object has no end")
        pairs = (_pair(part) for part in _parts(raw[1:-1]) if part.strip())
        return {name: Jsv(value) for name, value in pairs}


class FormValue(Jsv):
    """A value of a form or a query string: JSV, or JSON, which some clients write there."""

    __slots__ = ()

    def text(self) -> str | None:
        """The text; one that only begins with a quote is a text that begins with a quote."""
        try:
            return super().text()
        except ValueError:
            return self.raw

    def elements(self) -> list[Any]:
        """A list in either of the two."""
        found = self._json("[", list)
        return super().elements() if found is None else found

    def members(self) -> dict[str, Any]:
        """An object in either of the two."""
        found = self._json("{", dict)
        return super().members() if found is None else found

    def _json(self, begins: str, kind: type[Any]) -> Any:  # noqa: ANN401 - JSON
        if not self.raw.lstrip().startswith(begins):
            return None
        try:
            found = parse_strict(self.raw.encode(), "utf-8")
        except TooComplex:
            raise
        except ValueError:
            return None
        return found if isinstance(found, kind) else None


def read(content: bytes, content_type: str) -> Jsv | dict[str, Any]:
    """A body in JSV; an empty one is an object without members."""
    text = decoded(content, charset_of(content_type)).lstrip("\ufeff")
    check(text)
    return Jsv(text) if text.strip() else {}


def check(text: str) -> None:
    """TooComplex where a text in JSV holds too many values, or they are nested too deeply."""
    opening = text.count("[") + text.count("{")
    if opening <= MAX_DEPTH and opening + text.count(",") < MAX_VALUES:
        return
    depth = values = 0
    for token in _TOKENS.finditer(text):
        match token[0]:
            case "[" | "{":
                depth, values = depth + 1, values + 1
            case "]" | "}":
                depth -= 1
            case ",":
                values += 1
        if depth > MAX_DEPTH:
            raise TooComplex("nested too deeply")
        if values > MAX_VALUES:
            refuse(MAX_VALUES, "values")


def write(value: object) -> str:
    """A value in JSV. Members that are null are left out, null elements are empty."""
    match value:
        case None:
            return ""
        case bool():
            return "True" if value else "False"
        case datetime():
            return short_date(value)
        case dict():
            pairs = (f"{_quoted(name)}:{write(one)}" for name, one in value.items() if one is not None)
            return f"{{{','.join(pairs)}}}"
        case list():
            return f"[{','.join(map(write, value))}]"
        case _:
            return _quoted(str(value))


def _quoted(text: str) -> str:
    if not text:
        return '""'
    if _QUOTED.isdisjoint(text) and not text.isspace():  # a list of one blank text would read as an empty list
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _unquoted(raw: str) -> str:
    text = raw.strip()
    if not text.startswith('"'):
        return raw
    if len(text) < 2 or not text.endswith('"'):
        raise ValueError("a quoted text has no end")
    return text[1:-1].replace('""', '"')


def _pair(part: str) -> tuple[str, str]:
    for index in _places(part, ":"):
        return _unquoted(part[:index]).strip(), part[index + 1 :]
    raise ValueError(f"a member has no value: {part[:50]}")


def _parts(text: str) -> Iterator[str]:
    """What stands between the commas of this level."""
    start = 0
    for index in _places(text, ","):
        yield text[start:index]
        start = index + 1
    yield text[start:]


def _places(text: str, wanted: str) -> Iterator[int]:
    """Where a sign stands outside quotes and brackets. ValueError when these do not end."""
    depth = 0
    for token in _TOKENS.finditer(text):
        sign = token[0]
        if sign == wanted:
            if not depth:
                yield token.start()
        elif sign in ("{", "["):
            depth += 1
        elif sign in ("}", "]"):
            depth -= 1
            if depth < 0:
                raise ValueError("a bracket too many")
        elif sign[0] == '"' and (len(sign) == 1 or sign[-1] != '"'):
            raise ValueError("a quoted text has no end")
    if depth:
        raise ValueError("a bracket has no end")
