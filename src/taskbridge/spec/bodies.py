"""Request bodies: from the bytes a client sends to the bound and validated value that a handler gets.

Compiled per operation at start-up (`BodyBinder`), called per request after the credentials; where a dialect binds
first, credentials are asked for as soon as the body is known to be more than a small one. What a body is, its bytes
decide: a chunked one counts like any other, an empty one is absent. Large ones are parsed and validated in a thread.
Raises the failures of `failures`, ClientGone when the client leaves.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from starlette.types import Receive

from taskbridge.spec.binding import Binding, BindingCompiler, Coercer, CoercionError
from taskbridge.spec.body_budget import FREE, BodyBudget, Reservation
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
from taskbridge.spec.limits import BEFORE_CREDENTIALS, BodyLimits
from taskbridge.spec.multipart import Multipart, parse_multipart
from taskbridge.spec.schemas import Direction, Schema, Validator, compile_schema
from taskbridge.spec.threads import LARGE, LARGE_FOR_PYTHON, read_in_thread

Reader = Callable[[bytes, str], Json]
"""The content and its whole Content-Type header to a value."""

Check = Callable[[], Awaitable[None]]
"""Asks for credentials, and raises where they are missing or wrong."""


class Body(NamedTuple):
    """A bound body, and whether there was one."""

    value: Any
    given: bool


NO_BODY = Body(None, False)


class _MediaType(NamedTuple):
    """How bodies of a media type are read: in a thread above `large` bytes, refused above `limit`."""

    read: Reader
    limit: int
    large: int


class BodyBinder:
    """Binds the bodies of one operation."""

    def __init__(self, document: Document, operation: Operation, binding: Binding, limits: BodyLimits) -> None:
        declared = operation.body or {}
        self._required: bool = declared.get("required", False)
        self._assumed = binding.assumed_content_type
        self._any_is_json = binding.any_body_is_json
        self._when_empty = dump(operation.extensions["emptyBody"]) if "emptyBody" in operation.extensions else b""
        self._media_types: dict[str, _MediaType] = {
            name.lower(): _media_type(document, operation, name.lower(), content.get("schema", {}), binding, limits)
            for name, content in declared.get("content", {}).items()
        }
        largest = max((one.limit for one in self._media_types.values()), default=0)
        self.budget: BodyBudget | None = limits.budget if largest > FREE else None
        # What most clients send is found without being taken apart.
        self._by_header: dict[str | None, tuple[str, _MediaType]] = {
            name: (name, media_type) for name, media_type in self._media_types.items()
        }

    async def bind(
        self, headers: Headers, receive: Receive, check: Check | None = None, reservation: Reservation | None = None
    ) -> Body:
        """Reads the body to its end and gives its value. `check` is awaited before more than a small body is read."""
        given = headers.by_name()
        header = given.get(b"content-type", b"").decode("latin-1") or self._assumed
        name, media_type = self._by_header.get(header) or self._media_type(header)
        content = await read_body(given, receive, media_type.limit, check, reservation)
        if not content and name == JSON:
            content = self._when_empty
        if content:
            if len(content) > media_type.large:
                return Body(await read_in_thread(lambda: media_type.read(content, header or "")), True)
            return Body(media_type.read(content, header or ""), True)
        if self._required:
            raise MissingBody
        return NO_BODY

    def _media_type(self, header: str | None) -> tuple[str, _MediaType]:
        name = header.partition(";")[0].strip().lower() if header else ""
        for accepted in (name, f"{name.partition('/')[0]}/*", "*/*") if name else ():
            if media_type := self._media_types.get(accepted):
                return name, media_type
        if self._any_is_json and JSON in self._media_types:
            return JSON, self._media_types[JSON]
        raise UnsupportedMediaType(header)


class RawBody:
    """Gives the bytes of a body as they came, whatever they claim to be: for dialects that read them by themselves."""

    def __init__(self, operation: Operation, limits: BodyLimits) -> None:
        self._limit = _plain_limit(operation, limits)
        self.budget: BodyBudget | None = limits.budget if self._limit > FREE else None

    async def bind(
        self, headers: Headers, receive: Receive, check: Check | None = None, reservation: Reservation | None = None
    ) -> Body:
        """Reads the body to its end; no bytes are no body. `check` is awaited before more than a small body is read."""
        content = await read_body(headers.by_name(), receive, self._limit, check, reservation)
        return Body(content, bool(content))


async def read_body(
    headers: Mapping[bytes, bytes],
    receive: Receive,
    limit: int,
    check: Check | None = None,
    reservation: Reservation | None = None,
) -> bytes:
    """All bytes of the body. BodyTooLarge as soon as it is known to have more than `limit`, be it told or counted.

    `check` is awaited first, as soon as the body is known to have more than `BEFORE_CREDENTIALS` bytes. What has come
    beyond `FREE` bytes is added to the reservation, which raises TooManyBodies.
    """
    told = int(headers.get(b"content-length") or 0)
    if check is not None and told > BEFORE_CREDENTIALS:
        await check()
        check = None
    if told > limit:
        raise BodyTooLarge(limit)
    message = await receive()
    content: bytes = message.get("body", b"")
    size = len(content)
    if content and size <= limit and check is None and not message.get("more_body", False):
        return content
    chunks = [content]
    while message.get("more_body", False) and size <= limit:
        if check is not None and size > BEFORE_CREDENTIALS:
            await check()
            check = None
        if size > FREE and reservation is not None:
            reservation.extend(size - FREE)
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
    if message["type"] == "http.disconnect":
        raise ClientGone
    if check is not None and size > BEFORE_CREDENTIALS:
        await check()
    if size > limit:
        raise BodyTooLarge(limit)
    return b"".join(chunks)


def _plain_limit(operation: Operation, limits: BodyLimits) -> int:
    """Bytes of a body without files. Operations whose document asks for no credentials are those that sign in."""
    return limits.plain if operation.secured else min(limits.plain, limits.sign_in)


def _media_type(
    document: Document, operation: Operation, name: str, schema: Schema, binding: Binding, limits: BodyLimits
) -> _MediaType:
    read, plain = binding.readers.get(name), _plain_limit(operation, limits)
    if read is not None or name == JSON or name.endswith("+json"):
        bind = BindingCompiler(document, binding).compile(schema)
        validator = (
            compile_schema(document, schema, Direction.REQUEST, binding.retyped_formats) if binding.validated else None
        )
        large = LARGE if read is None else LARGE_FOR_PYTHON
        return _MediaType(_ValueReader(read or _parser(binding.parse), bind, validator), plain, large)
    # What remains are files.
    limit = limits.files if operation.secured else plain
    return _MediaType(_read_multipart if name.startswith("multipart/") else _read_bytes, limit, LARGE)


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
