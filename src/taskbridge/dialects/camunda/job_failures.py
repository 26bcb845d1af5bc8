"""Failures of jobs in Camunda's texts: the text that a job and its incident show, and the class in its stack trace."""

from collections.abc import Mapping

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import SITUATIONS, translate
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.engine.expressions import CannotCast

_CLASS_CAST = "java.lang.ClassCastException"
_PACKAGE = "org.camunda.bpm.engine"
#: Classes of the engine that lie elsewhere than in its own package.
_PACKAGES = dict.fromkeys(("NotFoundException", "NullValueException"), f"{_PACKAGE}.exception")
#: Classes of the layer around the engine, which carries out no jobs.
_OF_REST = ("InvalidRequestException", "RestException")
#: What an error is about -> the kind of its id. No path of a request says how a client wrote it.
_KINDS: Mapping[str, Kind] = {
    "execution": Kind.EXECUTION,
    "external task": Kind.EXTERNAL_TASK,
    "job": Kind.JOB,
    "job definition": Kind.JOB_DEFINITION,
    "process instance": Kind.PROCESS_INSTANCE,
    "task": Kind.TASK,
}


def text_of_failure(error: Exception) -> tuple[str, str | None] | None:
    """The Java class and the text of an error; None for one that the vendor has no text for."""
    if isinstance(error, CannotCast):
        return _CLASS_CAST, str(error)
    if not isinstance(error, SITUATIONS):
        return None
    said = translate(error, _shown_id(error))
    name = "ProcessEngineException" if said.type in _OF_REST else said.type
    return f"{_PACKAGES.get(name, _PACKAGE)}.{name}", said.message


def _shown_id(error: Exception) -> dict[str, str]:
    """The id that the text names; an id that nothing has was forgotten when the job was made."""
    kind, number = _KINDS.get(getattr(error, "kind", "")), getattr(error, "identifier", None)
    if kind is None or not isinstance(number, int):
        return {}
    return {"id": "null" if number == ids.UNKNOWN else ids.encode(kind, number)}
