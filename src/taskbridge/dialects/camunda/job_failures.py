"""Failures of jobs in Camunda's words: the text that a job and its incident show, and the class in its stack trace."""

from taskbridge.dialects.camunda.errors import SITUATIONS, translate

_PACKAGE = "org.camunda.bpm.engine"
#: Classes of the engine that lie elsewhere than in its own package.
_PACKAGES = dict.fromkeys(("NotFoundException", "NullValueException"), f"{_PACKAGE}.exception")
#: Classes of the layer around the engine, which carries out no jobs.
_OF_REST = ("InvalidRequestException", "RestException")


def words_of_failure(error: Exception) -> tuple[str, str | None] | None:
    """The Java class and the text of an error; None for one that the vendor has no words for."""
    if not isinstance(error, SITUATIONS):
        return None
    said = translate(error, {})
    name = "ProcessEngineException" if said.type in _OF_REST else said.type
    return f"{_PACKAGES.get(name, _PACKAGE)}.{name}", said.message
