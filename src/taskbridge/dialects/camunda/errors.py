"""Camunda's errors: the exception that carries one, and how a situation of the services becomes one (contract 0.3).

Handlers raise ``CamundaError`` by the helpers here; ``render`` is called by the dialect for everything that comes up
from below. The words of situations stand in ``wordings.py``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from taskbridge.dialects.camunda.views.migrations import instance_report, instance_text
from taskbridge.dialects.camunda.wordings import BY_OPERATION, GENERAL, Wording, facts
from taskbridge.dialects.situations import OF_MODELS, retry_after, words_for
from taskbridge.engine.errors import EngineError
from taskbridge.service.errors import CallerSuspended, CannotMigrate, InvalidModels, ModelProblem, ServiceError
from taskbridge.spec import Answer, CallInfo
from taskbridge.store.errors import TRY_AGAIN, StoreError

#: What ``render`` and ``prefixed`` know how to put into Camunda's words.
SITUATIONS = (ServiceError, EngineError, StoreError)


class CamundaError(Exception):
    """An error as it goes out: status, the simple name of the Java class, text, code, and further members of the body.

    ``code`` is 0 where the engine itself raised the error, None where the layer around it did.
    """

    def __init__(self, status: int, type_: str, message: str | None, code: int | None = None, **extra: object) -> None:
        super().__init__(message)
        self.status = status
        self.type = type_
        self.message = message
        self.code = code
        self.extra = extra


#: What keeps an error that was thrown from taking effect.
NOT_PROPAGATED: tuple[type[Exception], ...] = (*OF_MODELS, CallerSuspended)


def invalid_request(message: str, status: int = 400, code: int | None = None) -> CamundaError:
    """What the REST layer itself refuses."""
    return CamundaError(status, "InvalidRequestException", message, code)


def rest_exception(message: str, status: int, code: int | None = 0) -> CamundaError:
    """What the engine refused and the REST layer gave a status."""
    return CamundaError(status, "RestException", message, code)


def null_value(message: str) -> CamundaError:
    """A required value is missing."""
    return CamundaError(500, "NullValueException", message, 0)


def not_valid(message: str) -> CamundaError:
    """A query contradicts itself."""
    return CamundaError(400, "NotValidException", message, 0)


def bad_user_request(message: str) -> CamundaError:
    """A value makes no sense to the engine."""
    return CamundaError(400, "BadUserRequestException", message, 0)


def process_engine_exception(message: str, code: int = 0) -> CamundaError:
    """The engine cannot do it."""
    return CamundaError(500, "ProcessEngineException", message, code)


def null_pointer() -> CamundaError:
    """A null stands where the vendor expects an object."""
    return CamundaError(500, "NullPointerException", None)


def illegal_argument(message: str) -> CamundaError:
    """A value that the vendor's value types refuse."""
    return CamundaError(500, "IllegalArgumentException", message)


def illegal_state(message: str) -> CamundaError:
    """What the vendor's values cannot do as they stand."""
    return CamundaError(500, "IllegalStateException", message)


def error_answer(error: CamundaError) -> Answer:
    """The error as an answer."""
    return Answer(error.status, {"type": error.type, "message": error.message, "code": error.code, **error.extra})


def render(error: Exception, call: CallInfo) -> Answer | None:
    """The answer to whatever a handler raised; None for what is none of the known situations.

    Operations may have words of their own (``BY_OPERATION``); ids are shown as the client wrote them.
    """
    if isinstance(error, CamundaError):
        return error_answer(error)
    if not isinstance(error, SITUATIONS):
        return None
    own = BY_OPERATION.get(call.operation.operation_id, {}) if call.operation else {}
    answer = error_answer(translate(error, call.parameters, own))
    answer.headers = retry_after(error)
    return answer


def translate(
    error: Exception, parameters: Mapping[str, str], own: Mapping[object, Wording] | None = None
) -> CamundaError:
    """A situation in Camunda's words; ``parameters`` are the path parameters as the client wrote them."""
    if isinstance(error, InvalidModels):
        return _parse_exception(error)
    if isinstance(error, CannotMigrate):
        report, type_ = instance_report(error), "MigratingProcessInstanceValidationException"
        return CamundaError(400, type_, instance_text(error), 0, validationReport=report)
    wording = _wording(error, own or {})
    text = wording.text.format_map({**facts(error), **parameters}) if wording.text is not None else None
    return CamundaError(wording.status, wording.type, text, wording.code)


def _wording(error: Exception, own: Mapping[object, Wording]) -> Wording:
    """The operation's words before the general ones, a subclass's before its base's, a kind's before any kind's."""
    wording = words_for(error, own) or words_for(error, GENERAL)
    if wording is None:
        raise LookupError(f"no words for {type(error).__name__}")
    return wording


@contextmanager
def prefixed(prefix: str, **parameters: str) -> Iterator[None]:
    """Put ``prefix: `` before the text of what goes wrong inside (contract 2.4, 4.3, 4.6).

    A refused value stays InvalidRequestException with its status; what the engine raised becomes RestException 500.
    After what is in ``store.errors.TRY_AGAIN`` the work runs once more: that goes through as it is.
    ``parameters`` are the ids that texts may show, as the client wrote them:
    ``prefixed("Cannot complete task X", id="X")``.
    """
    try:
        yield
    except CamundaError as error:
        raise _rewrapped(prefix, error) from error
    except TRY_AGAIN:
        raise
    except SITUATIONS as error:
        raise _rewrapped(prefix, translate(error, parameters)) from error


@contextmanager
def refusals_prefixed(prefix: str) -> Iterator[None]:
    """Put ``prefix: `` before the text of a refused value; what the engine raises stays as it is (contract 4.5)."""
    try:
        yield
    except CamundaError as error:
        if error.code is not None:
            raise
        raise _rewrapped(prefix, error) from error


def _rewrapped(prefix: str, error: CamundaError) -> CamundaError:
    text = f"{prefix}: {error.message}"
    if error.code is not None and error.type != "AuthorizationException":
        return rest_exception(text, 500, error.code)
    if error.type in ("RestException", "InvalidRequestException"):
        return invalid_request(text, error.status)
    return error


def _parse_exception(error: InvalidModels) -> CamundaError:
    lines = [
        f"* {problem.message} | resource {name} | line {problem.line} | column {problem.column}"
        for name, problems in error.problems.items()
        for problem in problems
    ]
    return CamundaError(
        400,
        "ParseException",
        "\n".join(["ENGINE-09005 Could not parse BPMN process. Errors: ", *lines]),
        0,
        details={
            name: {"errors": [_problem(problem) for problem in problems], "warnings": []}
            for name, problems in error.problems.items()
        },
    )


def _problem(problem: ModelProblem) -> dict[str, object]:
    elements = [problem.element_id] if problem.element_id else []
    return {
        "message": problem.message,
        "line": problem.line,
        "column": problem.column,
        "mainElementId": problem.element_id,
        # The vendor's own spelling begins with the Cyrillic letter U+0435.
        "\u0435lementIds": elements,
        "elementIds": elements,
    }
