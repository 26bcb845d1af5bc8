"""Alfresco's answers to requests that end outside their handler, by the spec layer's failures (contract 1.2, 3).

Called by the dialect.
"""

from collections.abc import Callable
from typing import Any

from taskbridge.dialects.alfresco.auth import CHALLENGE
from taskbridge.dialects.alfresco.errors import (
    API_DEFAULT,
    NOT_FOUND,
    AlfrescoError,
    default,
    error_answer,
    invalid,
    literal,
    unsupported,
)
from taskbridge.spec import (
    Answer,
    BodyTooLarge,
    CallInfo,
    Failure,
    InvalidBody,
    InvalidParameter,
    MalformedBody,
    MissingBody,
    NotAcceptable,
    NullBody,
    Refused,
    TooManyBodies,
    Unauthorized,
    UnexpectedError,
    UnknownPath,
    UnsupportedMediaType,
    WrongMethod,
)

#: Segments of a path before its collection: the name of an API and its version.
_BEFORE_COLLECTION = 3
_UNREASONED = Unauthorized().reason


def answer(failure: Failure, call: CallInfo) -> Answer:
    """The vendor's answer to a failure."""
    refusal = error_answer(_ERRORS[type(failure)](failure, call), call.services.clock.now())
    if isinstance(failure, Unauthorized):
        refusal.headers = CHALLENGE
    return refusal


def _unknown_path(failure: UnknownPath, call: CallInfo) -> AlfrescoError:
    return AlfrescoError(404, NOT_FOUND, f"{failure.path} was not found")


def _wrong_method(failure: WrongMethod, call: CallInfo) -> AlfrescoError:
    """Collections lie at odd depths, what is in them at even ones: ``tasks/1/variables/x``."""
    below = call.path.removeprefix(call.base_path).strip("/").split("/")[_BEFORE_COLLECTION:]
    of_one = len(below) % 2 == 0
    if failure.method == "PUT" and not of_one:
        return literal(405, "PUT is executed against the instance URL")
    if failure.method == "POST" and of_one:
        return literal(405, "POST is executed against a collection URL")
    return unsupported()


def _unauthorized(failure: Unauthorized, call: CallInfo) -> AlfrescoError:
    script = f"org/alfresco/api/ResourceWebScript.{call.method.lower()}"
    text = f"Authentication failed for Web Script {script}" if failure.reason == _UNREASONED else failure.reason
    return AlfrescoError(401, API_DEFAULT, text)


def _unreadable(failure: Failure, call: CallInfo) -> AlfrescoError:
    return invalid(f"Could not read content from HTTP request body: {failure}")


_ERRORS: dict[type[Failure], Callable[[Any, CallInfo], AlfrescoError]] = {
    UnknownPath: _unknown_path,
    WrongMethod: _wrong_method,
    Refused: lambda failure, call: AlfrescoError(failure.status, API_DEFAULT, failure.reason),
    Unauthorized: _unauthorized,
    UnsupportedMediaType: lambda failure, call: AlfrescoError(415, API_DEFAULT, "Unsupported media type"),
    NotAcceptable: lambda failure, call: AlfrescoError(406, API_DEFAULT, "Not acceptable"),
    BodyTooLarge: lambda failure, call: AlfrescoError(413, API_DEFAULT, "The request body is too large"),
    TooManyBodies: lambda failure, call: AlfrescoError(503, API_DEFAULT, "Too many large requests at the same time"),
    MissingBody: _unreadable,
    NullBody: _unreadable,
    MalformedBody: _unreadable,
    InvalidBody: _unreadable,
    InvalidParameter: lambda failure, call: invalid(str(failure)),
    UnexpectedError: lambda failure, call: default(500, "Unexpected error; the server's log tells more"),
}
