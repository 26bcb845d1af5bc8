"""The vendor's rules for work that runs inside of its Java engine: what it refuses to deploy, in its words."""

from collections.abc import Iterator

from taskbridge.engine.bpmn_xml import Element, Source, extensions, tag, vendor, vendor_children
from taskbridge.engine.foreign_work import ForeignWork
from taskbridge.engine.problem_kinds import Kind

_MAPPERS = ("singleEntry", "singleResult", "collectEntries", "resultList")
#: Attributes whose code has no result.
_WITHOUT_RESULT = ("class", "delegateExpression")


def check_foreign(source: Source, element: Element, work: ForeignWork) -> None:
    """Complain about what is wrong with the work itself, whoever does it."""
    for fault in _faults(element, work):
        source.complain(element, fault)
    for field in extensions(element, "field"):
        if field.get("stringValue") is None and field.get("expression") is None and not _inner(field):
            source.complain(
                element,
                "One of the following is mandatory on a field declaration: one of attributes stringValue|expression "
                "or one of child elements string|expression",
            )


def _inner(field: Element) -> list[Element]:
    return list(vendor_children(field, "string", "expression"))


def _faults(element: Element, work: ForeignWork) -> Iterator[str]:
    if work.by in _WITHOUT_RESULT and vendor(element, "resultVariable") is not None:
        yield f"'resultVariableName' not supported for {tag(element)} elements using '{work.by}'"
    if work.kind is not Kind.DECISION:
        return
    mapper = vendor(element, "mapDecisionResult")
    if mapper is not None and mapper not in _MAPPERS:
        known = "'singleEntry', 'singleResult', 'collectEntries' and 'resultList'"
        yield f"No decision result mapper found for name '{mapper}'. Supported mappers are {known}."
    for binding, needed in (("version", "decisionRefVersion"), ("versionTag", "decisionRefVersionTag")):
        if vendor(element, "decisionRefBinding") == binding and vendor(element, needed) is None:
            yield f"Missing attribute '{needed}' when 'decisionRefBinding' has value '{binding}'"
