"""Alfresco's errors: the exception that carries one, and how a situation of the services becomes one (contract 2).

Handlers raise ``AlfrescoError`` by the helpers here; ``render`` is called by the dialect for everything that comes up
from below.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from taskbridge.dialects.situations import OF_MODELS, retry_after, words_for
from taskbridge.engine.errors import DiagramTooLarge, EngineError
from taskbridge.service.errors import (
    AlreadyClaimed,
    DelegationPending,
    NoStart,
    NotFound,
    RunningInstances,
    ServiceError,
    Suspended,
    TooManyAttempts,
)
from taskbridge.spec import Answer, CallInfo
from taskbridge.store.errors import (
    Conflict,
    DatabaseClosed,
    DatabaseUnavailable,
    LockTimeout,
    MissingReference,
    QueryTooLarge,
    ReadTimeout,
    StoreError,
    WriteTimeout,
)

STACK_TRACE = (
    "For security reasons the stack trace is no longer displayed, but the property is kept for previous versions"
)
DESCRIPTION_URL = "https://api-explorer.alfresco.com"

# keys of errors that are named by a message id; all others are named by their text
API_DEFAULT = "framework.exception.ApiDefault"
CONSTRAINT_VIOLATED = "framework.exception.ConstraintViolated"
ENTITY_NOT_FOUND = "framework.exception.EntityNotFound"
INVALID_PROPERTY = "framework.exception.InvalidProperty"
INVALID_QUERY = "framework.exception.InvalidQuery"
INVALID_SELECT = "framework.exception.InvalidSelect"
NOT_FOUND = "framework.exception.NotFound"
PERMISSION_DENIED = "framework.exception.PermissionDenied"
STALE_ENTITY = "framework.exception.StaleEntity"
UNSUPPORTED = "framework.exception.UnsupportedResourceOperation"

_NUMBERS = count(1)


class AlfrescoError(Exception):
    """An error as it goes out: status, key and text. Plain runtime exceptions of the vendor are not ``numbered``."""

    def __init__(self, status: int, key: str, text: str, *, numbered: bool = True) -> None:
        super().__init__(text)
        self.status = status
        self.key = key
        self.text = text
        self.numbered = numbered


def literal(status: int, text: str) -> AlfrescoError:
    """An error that the vendor threw with its text, which is then its key too."""
    return AlfrescoError(status, text, text)


def invalid(text: str) -> AlfrescoError:
    """An argument that is refused."""
    return literal(400, text)


def default(status: int, text: str) -> AlfrescoError:
    """What is no exception of the vendor's API: it has the key that all such have, and no number."""
    return AlfrescoError(status, API_DEFAULT, text, numbered=False)


def entity_not_found(identifier: object) -> AlfrescoError:
    """Nothing has that id."""
    return AlfrescoError(404, ENTITY_NOT_FOUND, f"The entity with id: {identifier} was not found")


def permission_denied() -> AlfrescoError:
    """The caller may not do this."""
    return AlfrescoError(403, PERMISSION_DENIED, "Permission was denied")


def unsupported() -> AlfrescoError:
    """The path does not have this method."""
    return AlfrescoError(405, UNSUPPORTED, "The operation is unsupported")


def invalid_query(detail: str) -> AlfrescoError:
    """A where clause that cannot be read, or asks for what no list can do."""
    return AlfrescoError(400, INVALID_QUERY, f"An invalid WHERE query was received. {detail}")


def invalid_select(detail: str, clause: str = "SELECT") -> AlfrescoError:
    """A select or include clause that cannot be read."""
    return AlfrescoError(400, INVALID_SELECT, f"An invalid {clause} query was received. {detail}")


def invalid_property(name: str, value: str, comparison: str) -> AlfrescoError:
    """A list cannot be filtered by this property with this comparison."""
    return AlfrescoError(
        400, INVALID_PROPERTY, f"The property '{name}' with value '{value}' isn't supported for {comparison} comparison"
    )


def error_answer(error: AlfrescoError, moment: int) -> Answer:
    """The error as an answer; ``moment`` (epoch milliseconds) is a part of its number."""
    summary = f"{_number(moment)} {error.text}" if error.numbered else error.text
    return Answer(
        error.status,
        {
            "error": {
                "errorKey": error.key,
                "statusCode": error.status,
                "briefSummary": summary,
                "stackTrace": STACK_TRACE,
                "descriptionURL": DESCRIPTION_URL,
                "logId": str(uuid.uuid4()),
            }
        },
    )


def _number(moment: int) -> str:
    """Month counted from 0, day, and a running number."""
    day = datetime.fromtimestamp(moment // 1000, UTC)
    return f"{day.month - 1:02}{day.day:02}{next(_NUMBERS) % 10_000:04}"


def render(error: Exception, call: CallInfo) -> Answer | None:
    """The answer to whatever a handler raised; None for what is none of the known situations."""
    told = error if isinstance(error, AlfrescoError) else translate(error, call.parameters)
    if told is None:
        return None
    answer = error_answer(told, call.services.clock.now())
    answer.headers = retry_after(error)
    return answer


def translate(error: Exception, parameters: Mapping[str, str]) -> AlfrescoError | None:
    """A situation in Alfresco's words; ``parameters`` are the path parameters, so that ids show as they were sent."""
    words = words_for(error, _WORDS)
    return None if words is None else words(error, parameters)


#: Which path parameter has the id of a kind of thing.
_PARAMETERS = {
    "task": "taskId",
    "process instance": "processId",
    "process definition": "processDefinitionId",
    "deployment": "deploymentId",
}


def _not_found(error: NotFound, parameters: Mapping[str, str]) -> AlfrescoError:
    return entity_not_found(parameters.get(_PARAMETERS.get(error.kind, ""), error.identifier))


def _stale(error: StoreError, parameters: Mapping[str, str]) -> AlfrescoError:
    return AlfrescoError(409, STALE_ENTITY, "Attempt to update a stale entity")


def _as_it_is(error: Exception, parameters: Mapping[str, str]) -> AlfrescoError:
    """What the vendor's engine itself refuses goes out as a fault of the server, with the engine's words."""
    return default(500, str(error))


def _store(error: StoreError, parameters: Mapping[str, str]) -> AlfrescoError:
    return default(500, "The store could not do the work")


def _unavailable(error: StoreError, parameters: Mapping[str, str]) -> AlfrescoError:
    return default(503, "The database is not available")


def _too_slow(error: StoreError, parameters: Mapping[str, str]) -> AlfrescoError:
    return default(503, "The database took too long to answer")


#: The base classes stand for what is not foreseen, which is logged.
_WORDS: Mapping[type[BaseException], Callable[[Any, Mapping[str, str]], AlfrescoError]] = {
    NotFound: _not_found,
    AlreadyClaimed: lambda error, _: literal(409, "The task is already claimed by another user."),
    DelegationPending: lambda error, _: default(
        500, "A delegated task cannot be completed, but should be resolved instead."
    ),
    Suspended: _as_it_is,
    NoStart: _as_it_is,
    RunningInstances: _as_it_is,
    TooManyAttempts: lambda error, _: default(
        503, f"Too many attempts to log in; try again in {error.seconds} seconds"
    ),
    ServiceError: _as_it_is,
    **dict.fromkeys(OF_MODELS, _as_it_is),
    DiagramTooLarge: _as_it_is,
    EngineError: _as_it_is,
    Conflict: _stale,
    LockTimeout: _stale,
    MissingReference: _stale,
    QueryTooLarge: lambda error, _: invalid(str(error)),
    DatabaseUnavailable: _unavailable,
    ReadTimeout: _too_slow,
    WriteTimeout: _too_slow,
    DatabaseClosed: _store,
    StoreError: _store,
}
