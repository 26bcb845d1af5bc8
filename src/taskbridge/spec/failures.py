"""The situations in which a request ends before or beside its handler, named once for all dialects.

Raised anywhere in this package; each carries its facts, and the dialect that was addressed finds the vendor's words.
"""

from collections.abc import Mapping
from typing import Any


class Failure(Exception):
    """A request that does not reach, or does not leave, its handler in the ordinary way."""


class UnknownPath(Failure):
    """No operation has this path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no operation has the path {path}")
        self.path = path


class WrongMethod(Failure):
    """The path is known, but not with this method; `allowed` names the methods it has."""

    def __init__(self, method: str, allowed: list[str]) -> None:
        super().__init__(f"{method} is not among {', '.join(allowed)}")
        self.method = method
        self.allowed = allowed


class Refused(Failure):
    """The request is not meant for this server, or comes from another site; `status` is 400 or 403."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Unauthorized(Failure):
    """Credentials are needed and are missing or wrong; for dialects to raise."""

    def __init__(self, reason: str = "credentials are missing or wrong") -> None:
        super().__init__(reason)
        self.reason = reason


class UnsupportedMediaType(Failure):
    """The body's content type (None when the header is missing) is not among those of the operation."""

    def __init__(self, content_type: str | None) -> None:
        super().__init__(f"content type {content_type} is not accepted")
        self.content_type = content_type


class NotAcceptable(Failure):
    """The answer cannot have the form that the Accept header asks for; for dialects to raise."""

    def __init__(self, accept: str) -> None:
        super().__init__(f"no answer satisfies {accept}")
        self.accept = accept


class BodyTooLarge(Failure):
    """The body has more than `limit` bytes; the rest of it was not read."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body has more than {limit} bytes")
        self.limit = limit


class TooManyBodies(Failure):
    """The bodies of other requests leave no memory for the rest of this one, which was not read."""


class MissingBody(Failure):
    """The operation needs a body and the request has none."""


class NullBody(Failure):
    """The body is the JSON literal null and the schema does not allow it."""


class MalformedBody(Failure):
    """The body is not well-formed in its content type, charset included."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidBody(Failure):
    """The body is well-formed and does not fit its schema.

    `pointer` is the JSON pointer of the wrong value ("" is the whole body), `keyword` the schema keyword that refused
    it ("type" for a value that could not be converted), `facts` that keyword's details: `type` and `format` of the
    schema for a failed conversion, else those of jsonschema-rs (for instance `limit`, `options`, `property`).
    """

    def __init__(self, pointer: str, reason: str, keyword: str, value: object, facts: Mapping[str, Any]) -> None:
        super().__init__(f"{pointer or 'body'}: {reason}")
        self.pointer = pointer
        self.reason = reason
        self.keyword = keyword
        self.value = value
        self.facts = facts


class InvalidParameter(Failure):
    """A parameter is missing (`value` is None), cannot be converted, or does not fit its schema.

    `location` is "query", "path" or "header"; `type` and `format` are those of the schema (of the items for an array),
    `keyword` is "required", "type" or the schema keyword that refused the value.
    """

    def __init__(
        self, name: str, location: str, value: str | None, schema: Mapping[str, Any], keyword: str, reason: str
    ) -> None:
        super().__init__(f"{location} parameter {name}: {reason}")
        self.name = name
        self.location = location
        self.value = value
        self.type: str | None = schema.get("type")
        self.format: str | None = schema.get("format")
        self.keyword = keyword
        self.reason = reason


class UnexpectedError(Failure):
    """Something failed that nobody foresaw; `error` is the exception, already logged."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class ClientGone(Exception):
    """The client went away while its body was read: there is nobody to answer."""
