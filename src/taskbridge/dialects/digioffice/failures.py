"""ServiceStack's answers to requests that end outside their handler, by the spec layer's failures (contract 3.1-3.5).

Called by the dialect. Binding errors keep the standard reason phrase, the exceptions of services do not.
"""

from collections.abc import Callable
from typing import Any

from taskbridge.dialects.digioffice.auth import CHALLENGE
from taskbridge.dialects.digioffice.binding import WrongShape
from taskbridge.dialects.digioffice.catalogue import request_type
from taskbridge.dialects.digioffice.errors import DigiOfficeError, argument, error_answer, not_implemented
from taskbridge.dialects.digioffice.formats.unread import NotAnObject
from taskbridge.dialects.digioffice.negotiation import without_suffix
from taskbridge.dialects.digioffice.predefined import no_method
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

_EXCEPTION = "System.Runtime.Serialization.SerializationException"


def answer(failure: Failure, call: CallInfo) -> Answer:
    """The vendor's answer to a failure."""
    return _ANSWERS[type(failure)](failure, call)


def no_route(failure: Failure, call: CallInfo) -> Answer:
    """Nothing has this path, or not with this method: a text, whatever format is asked for."""
    return Answer(404, b"404", "text/plain; charset=utf-8")


def _wrong_method(failure: WrongMethod, call: CallInfo) -> Answer:
    """The format routes take any method, though no operation may have one for it; any other route is none then."""
    if call.path.split("/")[-2] not in ("reply", "oneway"):
        return no_route(failure, call)
    name = without_suffix(call.path.rpartition("/")[2])
    return error_answer(not_implemented(no_method(failure.method, name)))


def _unreadable(failure: Failure, call: CallInfo) -> Answer:
    name = request_type(call.operation) if call.operation else ""
    reason, cause = str(failure), failure.__cause__
    if isinstance(cause, NotAnObject | WrongShape) and not getattr(cause, "path", None):
        opening = "[" if name.endswith("[]") else "{"
        reason = (
            f"Type definitions should start with a '{opening}', expecting serialized type '{name}', "
            f"got string starting with: {cause.beginning}"
        )
    content_type = (call.headers.get("content-type") or "application/json").partition(";")[0].strip()
    text = f"Could not deserialize '{content_type}' request using {name}'\nError: {_EXCEPTION}: {reason}"
    return error_answer(DigiOfficeError(400, "SerializationException", text, phrase=False))


def _invalid_parameter(failure: InvalidParameter, call: CallInfo) -> Answer:
    return error_answer(argument(f"{failure.name} is not valid", failure.name))


def _too_large(failure: BodyTooLarge, call: CallInfo) -> Answer:
    text = f"The request is larger than {failure.limit} bytes"
    return error_answer(DigiOfficeError(413, "RequestEntityTooLarge", text, phrase=False))


def _refused(failure: Refused, call: CallInfo) -> Answer:
    code = "Forbidden" if failure.status == 403 else "BadRequest"
    return error_answer(DigiOfficeError(failure.status, code, failure.reason, phrase=False))


def _unexpected(failure: UnexpectedError, call: CallInfo) -> Answer:
    return error_answer(DigiOfficeError(500, "Exception", "Unexpected error; the server's log tells more"))


_ANSWERS: dict[type[Failure], Callable[[Any, CallInfo], Answer]] = {
    UnknownPath: no_route,
    WrongMethod: _wrong_method,
    Refused: _refused,
    Unauthorized: lambda failure, call: Answer(401, headers=CHALLENGE),
    UnsupportedMediaType: _unreadable,
    NotAcceptable: no_route,
    BodyTooLarge: _too_large,
    TooManyBodies: lambda failure, call: error_answer(
        DigiOfficeError(503, "ServiceUnavailable", "Too many large requests at the same time", phrase=False)
    ),
    MissingBody: _unreadable,
    NullBody: _unreadable,
    MalformedBody: _unreadable,
    InvalidBody: _unreadable,
    InvalidParameter: _invalid_parameter,
    UnexpectedError: _unexpected,
}
