"""WorldServer's answers to requests that end outside their handler, by the spec layer's failures (contract 2.4).

Called by the dialect. Which text a wrong body gets depends on the operation; the tables here say which.
"""

from collections.abc import Callable, Mapping
from typing import Any

from taskbridge.dialects.worldserver.errors import (
    BAD_UPDATE,
    BODY_MISSING,
    INVALID_FIELDS,
    INVALID_JSON,
    NO_FILE,
    NOT_JSON,
    WorldServerError,
    bad_request,
    incorrect_syntax,
    not_numeric,
    unauthorized,
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

#: Operation -> what is said of a body that is not there, and of one that cannot be read. Others have ``NOT_JSON``.
_BODIES: Mapping[str, tuple[str, str]] = {
    "worldserver_login": (BODY_MISSING, INVALID_JSON),
    "worldserver_create_project_groups": (INVALID_JSON, INVALID_JSON),
    "worldserver_update_tasks": (BAD_UPDATE, BAD_UPDATE),
    "worldserver_redo_projects": (BODY_MISSING, "Could not read document [{reason}]"),
    "worldserver_replace_task_asset": ("File not sent", "File not sent"),
}
#: So many letters of a reason are told.
_QUOTED = 200
_ENUMERATED = {
    "sortDirection": "Sort direction not provided, or invalid",
    "limit": "The limit is not valid",
    "offset": "Offset not provided, or invalid",
    "fields": INVALID_FIELDS,
    "excludedFields": INVALID_FIELDS,
    "assetLocationType": "Asset location type is not valid",
    "resourceType": "Resource type is not valid",
}


def answer(failure: Failure, call: CallInfo) -> Answer:
    """The vendor's answer to a failure."""
    return _ERRORS[type(failure)](failure, call).answer()


def _parameter(failure: InvalidParameter, call: CallInfo) -> WorldServerError:
    if failure.name == "taskId":  # only where an image is asked for it is a number to the document
        return incorrect_syntax()
    text = _ENUMERATED.get(failure.name)
    return bad_request(text) if text else not_numeric((failure.value or "").strip())


def _missing_body(failure: MissingBody, call: CallInfo) -> WorldServerError:
    if _is_upload(call):
        return unauthorized(NO_FILE)
    return bad_request(_bodies(call)[0])


def _unreadable_body(failure: Failure, call: CallInfo) -> WorldServerError:
    if _is_upload(call):  # the vendor's word for a request without a file (contract 6)
        return unauthorized(NO_FILE)
    reason = str(failure).partition("\n")[0]  # which may quote the whole body
    return bad_request(_bodies(call)[1].format(reason=reason if len(reason) <= _QUOTED else f"{reason[:_QUOTED]}..."))


def _bodies(call: CallInfo) -> tuple[str, str]:
    return _BODIES.get(call.operation.operation_id if call.operation else "", (NOT_JSON, NOT_JSON))


def _is_upload(call: CallInfo) -> bool:
    return call.operation is not None and call.operation.operation_id == "worldserver_upload_file"


def _wrong_method(failure: WrongMethod, call: CallInfo) -> WorldServerError:
    return WorldServerError(405, f"Request method '{failure.method}' not supported")


_ERRORS: dict[type[Failure], Callable[[Any, CallInfo], WorldServerError]] = {
    UnknownPath: lambda failure, call: WorldServerError(404, "Resource not found"),
    WrongMethod: _wrong_method,
    Refused: lambda failure, call: WorldServerError(failure.status, failure.reason),
    Unauthorized: lambda failure, call: unauthorized(),
    UnsupportedMediaType: _unreadable_body,
    NotAcceptable: lambda failure, call: bad_request("No such form of the answer"),
    BodyTooLarge: lambda failure, call: WorldServerError(413, "The request is too large"),
    TooManyBodies: lambda failure, call: WorldServerError(503, "Too many large requests at the same time"),
    MissingBody: _missing_body,
    NullBody: _unreadable_body,
    MalformedBody: _unreadable_body,
    InvalidBody: _unreadable_body,
    InvalidParameter: _parameter,
    UnexpectedError: lambda failure, call: WorldServerError(500, "Unexpected error; the server's log tells more"),
}
