"""Camunda's answers to requests that end outside their handler, by the spec layer's failures (contract 0.1, 0.4).

Called by the dialect. The texts of 404, 405, 406, 413 and 415 are those of Jersey, one of the vendor's two frameworks.
"""

from collections.abc import Callable
from typing import Any

from taskbridge.dialects.camunda.auth import CHALLENGE
from taskbridge.dialects.camunda.errors import CamundaError, error_answer, invalid_request, null_pointer
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

#: The one process engine there is.
ENGINE = "default"

_PAGING = ("firstResult", "maxResults")
_JAVA_TYPES = {
    ("boolean", None): "java.lang.Boolean",
    ("integer", "int32"): "java.lang.Integer",
    ("integer", "int64"): "java.lang.Long",
    ("string", "java-date-time"): "java.util.Date",
}


def answer(failure: Failure, call: CallInfo) -> Answer:
    """The vendor's answer to a failure."""
    return _ANSWERS[type(failure)](failure, call)


def unknown_engine(call: CallInfo) -> str | None:
    """The name of the engine that the path asks for, when it is not ours."""
    name, slash, _ = call.path.partition(f"{call.base_path}/engine/")[2].partition("/")
    return name if slash and name != ENGINE else None


def _framework(status: int, type_: str, reason: str) -> Answer:
    return error_answer(CamundaError(status, type_, f"HTTP {status} {reason}"))


def _unknown_path(failure: UnknownPath, call: CallInfo) -> Answer:
    if unknown_engine(call) is not None:
        return error_answer(invalid_request("No process engine available"))
    return _framework(404, "NotFoundException", "Not Found")


def _wrong_method(failure: WrongMethod, call: CallInfo) -> Answer:
    return _framework(405, "NotAllowedException", "Method Not Allowed")


def _invalid_parameter(failure: InvalidParameter, call: CallInfo) -> Answer:
    if failure.name in _PAGING:
        return _framework(404, "NotFoundException", "Not Found")
    refused = f"Cannot set query parameter '{failure.name}' to value '{failure.value}'"
    java_type = _JAVA_TYPES.get((failure.type or "", failure.format))
    if java_type is None:
        return error_answer(invalid_request(refused))
    shown = f'"{failure.value}"' if java_type == "java.util.Date" else failure.value
    return error_answer(invalid_request(f"{refused}: Cannot convert value {shown} to java type {java_type}"))


def _unreadable_body(failure: Failure, call: CallInfo) -> Answer:
    return error_answer(invalid_request(""))


def _refused(failure: Refused, call: CallInfo) -> Answer:
    type_ = "ForbiddenException" if failure.status == 403 else "BadRequestException"
    return error_answer(CamundaError(failure.status, type_, failure.reason))


def _unexpected(failure: UnexpectedError, call: CallInfo) -> Answer:
    return error_answer(CamundaError(500, "RuntimeException", "Unexpected error; the server's log tells more"))


_ANSWERS: dict[type[Failure], Callable[[Any, CallInfo], Answer]] = {
    UnknownPath: _unknown_path,
    WrongMethod: _wrong_method,
    Refused: _refused,
    Unauthorized: lambda failure, call: Answer(401, headers=CHALLENGE),
    UnsupportedMediaType: lambda failure, call: _framework(415, "NotSupportedException", "Unsupported Media Type"),
    NotAcceptable: lambda failure, call: _framework(406, "NotAcceptableException", "Not Acceptable"),
    BodyTooLarge: lambda failure, call: _framework(413, "ClientErrorException", "Request Entity Too Large"),
    TooManyBodies: lambda failure, call: error_answer(
        CamundaError(503, "RestException", "Too many large requests at the same time")
    ),
    MissingBody: _unreadable_body,
    NullBody: lambda failure, call: error_answer(null_pointer()),
    MalformedBody: _unreadable_body,
    InvalidBody: _unreadable_body,
    InvalidParameter: _invalid_parameter,
    UnexpectedError: _unexpected,
}
