"""The way from a situation of services, engine or store to a dialect's words; what a dialect did not foresee is logged.

Called by the dialects' ``errors`` and ``wordings``, which hold the tables.
"""

import logging
from collections.abc import Mapping
from typing import Any, TypeVar

from taskbridge.engine.errors import (
    EngineError,
    InvalidDate,
    InvalidTimer,
    NameTooLong,
    NoDefaultFlow,
    NoOutgoingFlow,
    NotAnInteger,
    NotANumber,
    NotAVersion,
    SeveralProcesses,
    TooFewElements,
    TooManySteps,
    TransientConflict,
    UnknownProcess,
    UnreadableModel,
    UnreadableVersion,
)
from taskbridge.engine.expressions import ExpressionError
from taskbridge.engine.scripts.errors import BpmnErrorThrown, MissingScript, ScriptError
from taskbridge.service.errors import ServiceError, TooManyAttempts
from taskbridge.store.errors import StoreError

log = logging.getLogger("taskbridge.dialects")

Words = TypeVar("Words")

#: What models, and the values they meet, bring the engine to whatever API is used: nobody's surprise.
OF_MODELS: tuple[type[EngineError], ...] = (
    NoOutgoingFlow,
    NotANumber,
    NotAVersion,
    UnknownProcess,
    SeveralProcesses,
    UnreadableVersion,
    InvalidDate,
    InvalidTimer,
    NameTooLong,
    NoDefaultFlow,
    NotAnInteger,
    TooFewElements,
    TooManySteps,
    TransientConflict,
    UnreadableModel,
    ExpressionError,
    ScriptError,
    MissingScript,
    BpmnErrorThrown,
)
#: A table may have words for these; they are for what it does not foresee.
_BASES = (ServiceError, EngineError, StoreError)


def retry_after(error: Exception) -> Mapping[str, str]:
    """The header that says when to try again, where the error says so."""
    return {"Retry-After": str(error.seconds)} if isinstance(error, TooManyAttempts) else {}


def words_for(error: Exception, table: Mapping[Any, Words]) -> Words | None:
    """The words of the error's own class, or of the nearest base class that has any; None where there are none.

    Words for the ``kind`` of thing that the error is about go first. An error that only the bases of all have words for
    is logged. A database that is away is not: the store says so once a second, however many requests it costs.
    """
    kind = getattr(error, "kind", None)
    for class_ in type(error).__mro__:
        for key in ((class_, kind), class_):
            if key in table:
                if class_ in _BASES:
                    log.error("a request could not be carried out: %s", type(error).__name__, exc_info=error)
                return table[key]
    return None
