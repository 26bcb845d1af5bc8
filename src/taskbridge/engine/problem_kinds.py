"""Kinds of what stands in the way of running a model, so that problems can be counted. Knows nothing else."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a problem is about, in words for people."""

    JAVA_CLASS = "Java class"
    DELEGATE_EXPRESSION = "delegate expression"
    BEAN_EXPRESSION = "bean expression"
    CONNECTOR = "connector"
    DECISION = "decision"
    BUILT_IN_TASK = "mail or shell task"
    SCRIPT = "script language"
    LISTENER = "listener"
    FORM_HANDLER = "form handler"
    CALL_ACTIVITY = "call activity"
    MULTI_INSTANCE = "multi-instance"
    COMPENSATION = "compensation"
    TRANSACTION = "transaction"
    ELEMENT = "other element"
    ATTRIBUTE = "other attribute"
    FILE = "unreadable file"
    MISTAKE = "mistake in the model"


_ELEMENTS: Mapping[str, Kind] = {
    "callActivity": Kind.CALL_ACTIVITY,
    "multiInstanceLoopCharacteristics": Kind.MULTI_INSTANCE,
    "compensateEventDefinition": Kind.COMPENSATION,
    "transaction": Kind.TRANSACTION,
    "cancelEventDefinition": Kind.TRANSACTION,
    "scriptTask": Kind.SCRIPT,
    "script": Kind.SCRIPT,
    "executionListener": Kind.LISTENER,
    "taskListener": Kind.LISTENER,
    "connector": Kind.CONNECTOR,
}
_ATTRIBUTES: Mapping[str, Kind] = {
    "isForCompensation": Kind.COMPENSATION,
    "formHandlerClass": Kind.FORM_HANDLER,
    "resource": Kind.SCRIPT,
}


def of_element(name: str) -> Kind:
    """The kind of problem that an element of that name is where it is not supported."""
    return _ELEMENTS.get(name, Kind.ELEMENT)


def of_attribute(name: str) -> Kind:
    """The kind of problem that an attribute of that name is where it is not supported."""
    return _ATTRIBUTES.get(name, Kind.ATTRIBUTE)
