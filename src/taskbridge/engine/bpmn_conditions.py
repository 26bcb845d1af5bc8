"""Conditions of sequence flows and of conditional events in a file: expressions, for scripts are refused."""

from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import BPMN, XSI_TYPE, Element, Source, text
from taskbridge.engine.expressions import Expression
from taskbridge.engine.problem_kinds import Kind
from taskbridge.engine.vocabulary import LISTENERS, NOTES, Vocabulary, check

_CONDITION = Vocabulary(
    frozenset({"id", "language", "evaluatesToTypeRef"}), NOTES, frozenset(), refused=LISTENERS | {"resource"}
)
_LANGUAGES = (None, "", "juel")


def condition(source: Source, element: Element) -> Expression | None:
    """The condition that an element holds as its text; None where it has a syntax error."""
    check(source, element, _CONDITION)
    if element.get("language") not in _LANGUAGES:
        source.complain(element, f"Unsupported language '{element.get('language')}' of a condition", Kind.SCRIPT)
    kind = element.get(XSI_TYPE)
    prefix, _, name = (kind or "tFormalExpression").rpartition(":")
    if name != "tFormalExpression" or (prefix and element.nsmap.get(prefix) != BPMN):
        source.complain(element, "Invalid type, only tFormalExpression is currently supported")
    return expression(source, element, text(element))
