"""Multipart bodies: bytes to parts, in the order they came. Called by the body binder; keeps nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from taskbridge.spec.limits import MAX_PART_HEADER_BYTES, MAX_PART_HEADERS, MAX_PARTS, refuse

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks


@dataclass(slots=True)
class Part:
    """One part: `name` of the form field, `filename` and `content_type` when the client told them."""

    name: str
    filename: str | None
    content_type: str | None
    content: bytes


@dataclass(slots=True)
class Multipart:
    """A multipart body."""

    parts: list[Part]

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)

    def first(self, name: str) -> Part | None:
        """The first part of that name."""
        return next((part for part in self.parts if part.name == name), None)


def parse_multipart(content: bytes, content_type: str) -> Multipart:
    """The parts of a multipart body; `content_type` is the whole header. ValueError when malformed or too complex."""
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise ValueError("the content type names no boundary")
    collector = _Collector()
    try:
        parser = MultipartParser(
            boundary,
            collector.callbacks(),
            max_header_count=MAX_PART_HEADERS,
            max_header_size=MAX_PART_HEADER_BYTES,
        )
        parser.write(content)
        parser.finalize()
    except FormParserError as error:
        raise ValueError(str(error)) from error
    if not collector.ended:
        raise ValueError("the last boundary is missing")
    return Multipart(collector.parts)


@dataclass(slots=True)
class _Collector:
    parts: list[Part] = field(default_factory=list)
    ended: bool = False
    _headers: dict[str, bytes] = field(default_factory=dict)
    _name: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _content: bytearray = field(default_factory=bytearray)

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_part_data": lambda data, start, end: self._content.extend(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        if len(self.parts) == MAX_PARTS:
            refuse(MAX_PARTS, "parts")
        self._headers, self._content = {}, bytearray()

    def _header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = bytes(self._value)
        self._name, self._value = bytearray(), bytearray()

    def _end(self) -> None:
        options = parse_options_header(self._headers.get("content-disposition", b""))[1]
        if b"name" not in options:
            raise ValueError("a part has no name")
        self.parts.append(
            Part(
                name=_text(options[b"name"]),
                filename=_text(options[b"filename"]) if b"filename" in options else None,
                content_type=_text(self._headers["content-type"]) if "content-type" in self._headers else None,
                content=bytes(self._content),
            )
        )

    def _finish(self) -> None:
        self.ended = True


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
