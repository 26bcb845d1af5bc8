"""Request bodies: from the bytes a client sends to the bound and validated value that a handler gets.

Compiled per operation at start-up (`BodyBinder`), called per request after the credentials. What a body is, its bytes
decide: a chunked one counts like any other, an empty one is absent. Raises the failures of `failures`, ClientGone
when the client leaves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from starlette.types import Receive

from taskbridge.spec.binding import Binding, BindingCompiler, Coercer, CoercionError
from taskbridge.spec.calls import JSON, Headers
from taskbridge.spec.document import Document, Operation
from taskbridge.spec.failures import (
    BodyTooLarge,
    ClientGone,
    InvalidBody,
    MalformedBody,
    MissingBody,
    NullBody,
    UnsupportedMediaType,
)
from taskbridge.spec.json_text import Json, Parser, dump
from taskbridge.spec.multipart import Multipart, parse_multipart
from taskbridge.spec.schemas import Direction, Schema, Validator, compile_schema

Reader = Callable[[bytes, str], Json]
"""The content and its whole Content-Type header to a value."""


class Body(NamedTuple):
    """A bound body, and whether there was one."""

    value: Any
    given: bool


NO_BODY = Body(None, False)


class BodyBinder:
    """Binds the bodies of one operation."""

    def __init__(self, document: Document, operation: Operation, binding: Binding, max_body: int) -> None:
        declared = operation.body or {}
        self._required: bool = declared.get("required", False)
        self._limit = max_body
        self._assumed = binding.assumed_content_type
        self._any_is_json = binding.any_body_is_json
        self._when_empty = dump(operation.extensions["emptyBody"]) if "emptyBody" in operation.extensions else b""
        self._readers: dict[str, Reader] = {
            media_type.lower(): _reader(document, media_type.lower(), content.get("schema", {}), binding)
            for media_type, content in declared.get("content", {}).items()
        }

    async def bind(self, headers: Headers, receive: Receive) -> Body:
        """Reads the body to its end and gives its value."""
        header = headers.get("content-type") or self._assumed
        media_type, reader = self._reader_for(header)
        content = await read_body(headers, receive, self._limit)
        if not content and media_type == JSON:
            content = self._when_empty
        if content:
            return Body(reader(content, header or ""), True)
        if self._required:
            raise MissingBody
        return NO_BODY

    def _reader_for(self, header: str | None) -> tuple[str, Reader]:
        media_type = header.partition(";")[0].strip().lower() if header else ""
        for accepted in (media_type, f"{media_type.partition('/')[0]}/*", "*/*") if media_type else ():
            if reader := self._readers.get(accepted):
                return media_type, reader
        if self._any_is_json and JSON in self._readers:
            return JSON, self._readers[JSON]
        raise UnsupportedMediaType(header)


class RawBody:
    """Gives the bytes of a body as they came, whatever they claim to be: for dialects that read them by themselves."""

    def __init__(self, max_body: int) -> None:
        self._limit = max_body

    async def bind(self, headers: Headers, receive: Receive) -> Body:
        """Reads the body to its end; no bytes are no body."""
        content = await read_body(headers, receive, self._limit)
        return Body(content, bool(content))


async def read_body(headers: Headers, receive: Receive, limit: int) -> bytes:
    """All bytes of the body. BodyTooLarge as soon as it is known to have more than `limit`, be it told or counted."""
    if int(headers.get("content-length") or 0) > limit:
        raise BodyTooLarge(limit)
    message = await receive()
    chunks: list[bytes] = [message.get("body", b"")]
    size = len(chunks[0])
    while message.get("more_body", False) and size <= limit:
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
    if message["type"] == "http.disconnect":
        raise ClientGone
    if size > limit:
        raise BodyTooLarge(limit)
    return b"".join(chunks)


def _reader(document: Document, media_type: str, schema: Schema, binding: Binding) -> Reader:
    read = binding.readers.get(media_type)
    if read is not None or media_type == JSON or media_type.endswith("+json"):
        bind = BindingCompiler(document, binding).compile(schema)
        validator = (
            compile_schema(document, schema, Direction.REQUEST, binding.retyped_formats) if binding.validated else None
        )
        return _ValueReader(read or _parser(binding.parse), bind, validator)
    return _read_multipart if media_type.startswith("multipart/") else _read_bytes


def _read_bytes(content: bytes, content_type: str) -> bytes:
    return content


def _read_multipart(content: bytes, content_type: str) -> Multipart:
    try:
        return parse_multipart(content, content_type)
    except ValueError as error:
        raise MalformedBody(str(error)) from error


@dataclass(frozen=True, slots=True)
class _ValueReader:
    read: Reader
    coerce: Coercer | None
    validator: Validator | None

    def __call__(self, content: bytes, content_type: str) -> Json:
        value = self._parsed(content, content_type)
        if self.coerce and value is not None:
            value = self._coerced(self.coerce, value)
        if self.validator and (problem := self.validator.first(value)):
            if value is None:
                raise NullBody
            raise InvalidBody(problem.pointer, problem.reason, problem.keyword, problem.value, problem.facts)
        return value

    def _parsed(self, content: bytes, content_type: str) -> Json:
        try:
            return self.read(content, content_type)
        except ValueError as error:
            raise MalformedBody(str(error)) from error

    def _coerced(self, coerce: Coercer, value: Json) -> Json:
        try:
            return coerce(value)
        except CoercionError as error:
            facts: Mapping[str, Any] = {key: error.schema.get(key) for key in ("type", "format")}
            raise InvalidBody(error.pointer, error.reason, "type", error.value, facts) from error
        except RecursionError as error:
            raise MalformedBody("nested too deeply") from error


def _parser(parse: Parser) -> Reader:
    return lambda content, content_type: parse(content, charset_of(content_type))


def charset_of(content_type: str) -> str:
    """The charset that a Content-Type names, in lower case; UTF-8 where it names none."""
    if ";" not in content_type:
        return "utf-8"
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"
