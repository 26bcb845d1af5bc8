"""What WorldServer says to the situations of the services, as a table; and which exceptions are situations at all."""

from collections.abc import Callable
from typing import Any

from taskbridge.dialects.situations import OF_MODELS, retry_after, words_for
from taskbridge.dialects.worldserver.errors import (
    WorldServerError,
    bad_request,
    invalid_filter,
    no_rights,
    not_found,
    rights_text,
    unauthorized,
)
from taskbridge.engine.errors import DiagramTooLarge, EngineError, UnknownTransition
from taskbridge.service.errors import (
    AlreadyClaimed,
    DelegationPending,
    NotFound,
    Refused,
    ServiceError,
    Suspended,
    TokenExpired,
    TooManyAttempts,
)
from taskbridge.service.project_errors import (
    AlreadyCancelled,
    Cause,
    Inactive,
    NoSuchTransition,
    NotAssignable,
    NotClaimed,
    NotEligible,
    NothingFailed,
    Unfit,
)
from taskbridge.spec import Answer
from taskbridge.store.errors import (
    Conflict,
    DatabaseClosed,
    DatabaseUnavailable,
    Duplicate,
    LockTimeout,
    MissingReference,
    QueryTooLarge,
    ReadTimeout,
    StoreError,
    WriteTimeout,
)

#: What ``translate`` has words for.
SITUATIONS = (WorldServerError, ServiceError, EngineError, StoreError)
#: Of these, what one element of several may meet while the others go on.
OF_ONE_ELEMENT = (WorldServerError, ServiceError, EngineError)

_TRANSITION = {
    "task": "The supplied completion transition is not one of the valid options",
    "project": "The transition you specified is not one of the valid options.",
}
_KINDS = {"process definition": "WORKFLOW", "task": "TASK", "process instance": "TASK"}
_UNFIT = {
    "user": "Resource user is not valid",
    "role": "Resource workflow role is not valid",
    "step": "Resource task step is not valid",
    "step type": "Task step has invalid types",
    "users' locale": "Cannot assign users that do not have the task's target locale available",
    "users' workflow": "Cannot assign users that are not in the task's workflow",
    "client": "Client Id is not valid",
    "project type": "Project type Id is not valid",
    "file": "System file ({identifier}) is not valid",
    "zip": "System file ({identifier}) cannot be expanded",
    "locale": "Locale Id is not valid",
    "due date": "Due date is not valid",
}


def translate(error: Exception) -> WorldServerError:
    """A situation in WorldServer's words; the words of a base class where a class has none of its own."""
    words = words_for(error, _WORDS)
    if words is None:
        raise LookupError(f"no words for {type(error).__name__}")
    return words(error)


def render(error: Exception) -> Answer | None:
    """The answer to whatever a handler raised; None for what is none of the known situations."""
    if not isinstance(error, SITUATIONS):
        return None
    answer = translate(error).answer()
    answer.headers = retry_after(error)
    return answer


def _not_eligible(error: NotEligible) -> WorldServerError:
    """The page names 400 and 403 for a claim, and four causes: what may change by itself is 400 (contract 4.5)."""
    if error.action == "CLAIM" and error.cause is not Cause.NOT_IN_WORKGROUP:
        return bad_request(rights_text("CLAIM", "TASK"))
    return no_rights(error.action, "TASK")


def _inactive(error: Inactive) -> WorldServerError:
    return bad_request(f"{error.kind.capitalize()} is inactive")


def _as_it_is(error: Exception) -> WorldServerError:
    """A fault of the server, with its own words."""
    return WorldServerError(500, str(error))


def _changing(error: StoreError) -> WorldServerError:
    return WorldServerError(500, "Another request changes the same data")


#: The base classes stand for what is not foreseen, which is logged.
_WORDS: dict[type, Callable[[Any], WorldServerError]] = {
    WorldServerError: lambda error: error,
    Refused: lambda error: no_rights(error.action, error.kind),
    NotFound: lambda error: not_found(_KINDS.get(error.kind, error.kind), error.identifier),
    NotEligible: _not_eligible,
    NotClaimed: lambda error: bad_request("Task is not claimed"),
    NotAssignable: lambda error: bad_request(f"Step {error.name} ({error.step_id}) is not assigned"),
    NoSuchTransition: lambda error: bad_request(_TRANSITION[error.kind]),
    UnknownTransition: lambda error: bad_request(_TRANSITION["task"]),
    AlreadyCancelled: lambda error: bad_request("Task is already canceled"),
    Inactive: _inactive,
    NothingFailed: lambda error: WorldServerError(404, "Resource WorkflowTransition (Redo) not found"),
    Unfit: lambda error: bad_request(_UNFIT[error.part].format(identifier=error.identifier)),
    AlreadyClaimed: lambda error: bad_request(rights_text("CLAIM", "TASK")),
    DelegationPending: lambda error: no_rights("COMPLETE", "TASK"),
    Suspended: lambda error: bad_request("Task is suspended"),
    TokenExpired: lambda error: unauthorized(),
    TooManyAttempts: lambda error: WorldServerError(
        503, f"Too many attempts to log in; try again in {error.seconds} seconds"
    ),
    ServiceError: _as_it_is,
    **dict.fromkeys(OF_MODELS, _as_it_is),
    DiagramTooLarge: _as_it_is,
    EngineError: _as_it_is,
    **dict.fromkeys((Conflict, LockTimeout, Duplicate, MissingReference, DatabaseClosed), _changing),
    QueryTooLarge: lambda error: invalid_filter(),
    DatabaseUnavailable: lambda error: WorldServerError(503, "The database is not available"),
    ReadTimeout: lambda error: WorldServerError(503, "The database took too long to answer"),
    WriteTimeout: lambda error: WorldServerError(503, "The database took too long to answer"),
    StoreError: _changing,
}
