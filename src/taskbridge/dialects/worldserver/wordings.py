"""What WorldServer says to the situations of the services, as a table; and which exceptions are situations at all."""

from collections.abc import Callable
from typing import Any

from taskbridge.dialects.worldserver.errors import (
    WorldServerError,
    bad_request,
    no_rights,
    not_found,
    rights_text,
    unauthorized,
)
from taskbridge.engine.errors import EngineError, UnknownTransition
from taskbridge.service.errors import (
    AlreadyClaimed,
    DelegationPending,
    NotFound,
    Refused,
    ServiceError,
    Suspended,
    TokenExpired,
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
from taskbridge.store.errors import DatabaseUnavailable, StoreError

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
    for class_ in type(error).__mro__:
        if class_ in _WORDS:
            return _WORDS[class_](error)
    raise LookupError(f"no words for {type(error).__name__}")


def _not_eligible(error: NotEligible) -> WorldServerError:
    """The page names 400 and 403 for a claim, and four causes: what may change by itself is 400 (contract 4.5)."""
    if error.action == "CLAIM" and error.cause is not Cause.NOT_IN_WORKGROUP:
        return bad_request(rights_text("CLAIM", "TASK"))
    return no_rights(error.action, "TASK")


def _inactive(error: Inactive) -> WorldServerError:
    return bad_request(f"{error.kind.capitalize()} is inactive")


def _store(error: StoreError) -> WorldServerError:
    if isinstance(error, DatabaseUnavailable):
        return WorldServerError(503, "The database is not available")
    return WorldServerError(500, "Another request changes the same data")


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
    ServiceError: lambda error: WorldServerError(500, str(error)),
    EngineError: lambda error: WorldServerError(500, str(error)),
    StoreError: _store,
}
