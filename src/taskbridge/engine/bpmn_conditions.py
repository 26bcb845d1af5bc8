"""Conditions of sequence flows and of conditional events in a file: expressions and scripts."""

from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import BPMN, XSI_TYPE, Element, Source, text, vendor
from taskbridge.engine.scripts.reading import JUEL, read_script
from taskbridge.engine.scripts.script import Computed
from taskbridge.engine.vocabulary import LISTENERS, NOTES, Vocabulary, check, described

_CONDITION = Vocabulary(
    frozenset({"id", "language", "evaluatesToTypeRef"}), NOTES, frozenset({"resource"}), refused=LISTENERS
)


def condition(source: Source, element: Element) -> Computed | None:
    """The condition that an element holds as its text, or names as a file; None where it cannot be read."""
    check(source, element, _CONDITION)
    kind = element.get(XSI_TYPE)
    prefix, _, name = (kind or "tFormalExpression").rpartition(":")
    if name != "tFormalExpression" or (prefix and element.nsmap.get(prefix) != BPMN):
        source.complain(element, "Invalid type, only tFormalExpression is currently supported")
    language, resource = element.get("language"), vendor(element, "resource")
    if language is None:
        if resource is not None:
            source.refuse(element, f"Unsupported attribute 'camunda:resource' of {described(element)}")
        return expression(source, element, text(element))
    if not language:
        source.complain(element, "Unable to process condition expression:Script language is empty")
        return None
    written = text(element) if language.lower() == JUEL else element.text or ""
    return read_script(source, element, language, written, resource, named=f"language '{language}' of a condition")
