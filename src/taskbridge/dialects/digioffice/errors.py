"""ServiceStack's errors: the exception that carries one, and how situations of the services become one (contract 3.4).

Handlers raise ``DigiOfficeError`` by the helpers here; ``render`` is called by the dialect for everything else.
"""

from collections.abc import Sequence
from typing import NamedTuple

from taskbridge.dialects.digioffice.formats.dto import Dto
from taskbridge.dialects.situations import OF_MODELS, retry_after, words_for
from taskbridge.engine.errors import EngineError, UnknownTransition
from taskbridge.service import errors as service
from taskbridge.spec import Answer
from taskbridge.store import errors as store


class FieldError(NamedTuple):
    """What is wrong with one member of the request."""

    code: str
    field: str
    message: str


class DigiOfficeError(Exception):
    """An error as it goes out: status, the name of the .NET exception, text, and what is wrong with single members."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Sequence[FieldError] = (),
        *,
        phrase: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
        self.phrase = phrase
        self.meta: dict[str, str] | None = None


def argument(message: str, field: str | None = None, code: str = "ArgumentException") -> DigiOfficeError:
    """A value makes no sense."""
    return DigiOfficeError(400, code, message, [FieldError(code, field, message)] if field else ())


def not_empty(names: Sequence[str]) -> DigiOfficeError:
    """Members that have to be given are not: the first one speaks for all, each is listed."""
    fields = [FieldError("NotEmpty", name, f"'{spaced(name)}' must not be empty.") for name in names]
    return DigiOfficeError(400, "NotEmpty", fields[0].message, fields)


def not_found(message: str) -> DigiOfficeError:
    """What the request names does not exist."""
    return DigiOfficeError(404, "NotFound", message)


def unauthorized(message: str, code: str = "Unauthorized") -> DigiOfficeError:
    """Credentials were given and are not good."""
    return DigiOfficeError(401, code, message)


def not_implemented(message: str) -> DigiOfficeError:
    """There is no such operation, or not by this method."""
    return DigiOfficeError(405, "NotImplementedException", message)


def spaced(name: str) -> str:
    """A member's name as messages have it: ``UserName`` is ``User Name``."""
    letters = [
        f" {letter}" if letter.isupper() and index and not name[index - 1].isupper() else letter
        for index, letter in enumerate(name)
    ]
    return "".join(letters)


def error_answer(error: DigiOfficeError) -> Answer:
    """The error as an answer; the reason phrase is its code."""
    status = {
        "ErrorCode": error.code,
        "Message": error.message,
        "StackTrace": None,
        "Errors": [_field_error(one) for one in error.fields],
        "Meta": error.meta,
    }
    body = Dto("ErrorResponse", {"ResponseStatus": Dto("ResponseStatus", status)}, both=True)
    return Answer(error.status, body, reason=error.code if error.phrase else None)


def _field_error(one: FieldError) -> Dto:
    members = {"ErrorCode": one.code, "FieldName": one.field, "Message": one.message, "Meta": None}
    return Dto("ResponseError", members)


class Wording(NamedTuple):
    """How one situation goes out; the text is the situation's own where none is given."""

    status: int
    code: str
    text: str | None = None


_BUSY = Wording(409, "OptimisticConcurrencyException", "Somebody else is changing the same; try again")
_AWAY = Wording(503, "ServiceUnavailable", "The database cannot be reached")
_SLOW = Wording(503, "ServiceUnavailable", "The database took too long to answer")
_KINDS = {"task": "Workflow task"}
#: The situations of services, engine and store. The base classes stand for what is not foreseen, which is logged.
WORDINGS: dict[type[Exception], Wording] = {
    service.NotFound: Wording(404, "NotFound", "{kind} {identifier} does not exist"),
    service.AlreadyEnded: Wording(409, "WorkflowTaskAlreadyFinished", "{kind} {identifier} is already finished"),
    service.AlreadyDeferred: Wording(
        409, "WorkflowTaskAlreadyPostponed", "Workflow task {task_id} is already postponed"
    ),
    service.NotDeferred: Wording(409, "WorkflowTaskNotPostponed", "Workflow task {task_id} is not postponed"),
    service.NotATransition: Wording(
        400, "ArgumentException", "What WSVerbindingID names is not a transition of workflow task {task_id}"
    ),
    service.AssignmentMisfit: Wording(400, "ArgumentException", "Workflow task {task_id}: {reason}"),
    service.Refused: Wording(403, "UnauthorizedAccessException", "{kind} {identifier} is not yours"),
    service.Suspended: Wording(409, "WorkflowOnHold", "{kind} {identifier} is on hold"),
    service.AlreadyClaimed: Wording(403, "UnauthorizedAccessException", "Workflow task {task_id} is not yours"),
    service.DelegationPending: Wording(
        409, "WorkflowTaskDelegated", "Workflow task {task_id} is delegated and not resolved"
    ),
    service.ShuttingDown: Wording(503, "ServiceUnavailable", "The server is about to stop"),
    service.TooManyAttempts: Wording(
        503, "ServiceUnavailable", "Too many attempts to sign in; try again in {seconds} seconds"
    ),
    service.ServiceError: Wording(500, "InvalidOperationException"),
    UnknownTransition: Wording(400, "ArgumentException", "'{transition}' is not a transition of '{node_id}'"),
    **dict.fromkeys(OF_MODELS, Wording(500, "InvalidOperationException")),
    EngineError: Wording(500, "InvalidOperationException"),
    store.Conflict: _BUSY,
    store.LockTimeout: _BUSY,
    store.Duplicate: _BUSY,
    store.MissingReference: _BUSY,
    store.QueryTooLarge: Wording(400, "ArgumentException"),
    store.DatabaseUnavailable: _AWAY,
    store.ReadTimeout: _SLOW,
    store.WriteTimeout: _SLOW,
    store.DatabaseClosed: _AWAY,
    store.StoreError: _AWAY,
}


def render(error: Exception) -> Answer | None:
    """The answer to whatever a handler raised; None for what is none of the known situations."""
    told = translate(error)
    if told is None:
        return None
    answer = error_answer(told)
    answer.headers = retry_after(error)
    return answer


def translate(error: Exception) -> DigiOfficeError | None:
    """A situation in this dialect's words; None for what is none of the known ones."""
    if isinstance(error, DigiOfficeError):
        return error
    wording = words_for(error, WORDINGS)
    return None if wording is None else _worded(error, wording)


def _worded(error: Exception, wording: Wording) -> DigiOfficeError:
    facts = dict(vars(error))
    if "kind" in facts:
        facts["kind"] = _KINDS.get(facts["kind"], str(facts["kind"]).capitalize())
    text = wording.text.format_map(facts) if wording.text else str(error)
    return DigiOfficeError(wording.status, wording.code, text)
