"""What may stand at a BPMN element: what is acted on, what changes nothing here; everything else is refused.

``Vocabulary`` is one element's share of it, which every module of ``elements`` and ``events`` declares for its own;
``check`` holds an element of a file against it. The sets that several elements have in common stand here.
"""

import re
from dataclasses import dataclass

from taskbridge.engine.bpmn_xml import BPMN, VENDORS, Element, Source, local, namespace, tag

_NAME = re.compile(r"[^\W\d][\w.\-]*")

NOTES = frozenset({"documentation", "extensionElements"})
#: Descriptions of data and of the modeller's work; the vendor's engine does not act on them either.
DESCRIPTIONS = NOTES | {"auditing", "monitoring", "categoryValueRef"}
_DATA = frozenset({"ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"})
_PEOPLE = frozenset({"resourceRole", "performer", "potentialOwner", "humanPerformer"})
_ARTIFACTS = frozenset(
    {"textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference"}
)
IN_ACTIVITY = DESCRIPTIONS | _DATA | _PEOPLE | {"incoming", "outgoing"}
IN_SCOPE = IN_ACTIVITY | _ARTIFACTS | {"laneSet", "supports", "correlationSubscription", "artifact"}
IN_EVENT = DESCRIPTIONS.union(
    ("incoming", "outgoing", "property", "dataInput", "dataOutput", "inputSet", "outputSet"),
    ("dataInputAssociation", "dataOutputAssociation"),
)
IN_GATEWAY = DESCRIPTIONS | {"incoming", "outgoing"}

ACTIVITY_ATTRIBUTES = frozenset({"id", "name", "default", "isForCompensation", "startQuantity", "completionQuantity"})
TASK_ATTRIBUTES = ACTIVITY_ATTRIBUTES | {"implementation", "operationRef", "messageRef"}
GATEWAY_ATTRIBUTES = frozenset({"id", "name", "gatewayDirection", "default"})

#: Vendor attributes of jobs, which every element of a process may have.
JOBS = frozenset({"async", "asyncBefore", "asyncAfter", "exclusive", "jobPriority"})
FORM = frozenset({"formKey", "formRef", "formRefBinding", "formRefVersion"})
MAPPING = frozenset({"inputOutput"})
#: Extension elements that change nothing here, wherever they stand: forms, call mappings; properties and the times of
#: retries are read where they matter.
_SILENT_EXTENSIONS = frozenset({"formData", "formProperty", "failedJobRetryTimeCycle", "in", "out", "properties"})

#: Attributes that are tolerated with these values only: any other value asks for what is not supported.
_TOLERATED: dict[str, frozenset[str]] = {
    "triggeredByEvent": frozenset({"false", "0"}),
    "isForCompensation": frozenset({"false", "0"}),
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "parallelMultiple": frozenset({"false", "0"}),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may stand at an element: BPMN's attributes, the vendor's, BPMN children that change nothing, and the
    vendor's extension elements that are acted on.
    """

    attributes: frozenset[str]
    children: frozenset[str] = DESCRIPTIONS
    vendor_attributes: frozenset[str] = JOBS
    extensions: frozenset[str] = frozenset()


def check(source: Source, element: Element, vocabulary: Vocabulary, *readable: str) -> None:
    """Complain about everything at an element that is not supported, so that nothing is skipped in silence.

    ``readable`` names further children that the caller reads itself.
    """
    _check_attributes(source, element, vocabulary)
    for child in element:
        if namespace(str(child.tag)) != BPMN:
            continue
        kind = tag(child)
        if kind == "extensionElements":
            _check_extensions(source, child, vocabulary)
        elif kind in ("dataInputAssociation", "dataOutputAssociation"):
            _check_association(source, child)
        elif kind not in vocabulary.children and kind not in readable:
            source.refuse(child, f"Unsupported element {described(child)} in {described(element)}")


def check_id(source: Source, element: Element) -> None:
    """Complain about an id that is missing, or that is no XML name (ids become parts of other ids and of histories)."""
    identifier = element.get("id")
    if not identifier:
        source.complain(element, f"Attribute 'id' is required on element '{tag(element)}'")
    elif not _NAME.fullmatch(identifier):
        source.complain(element, f"'{identifier}' is not a valid value for 'NCName'.")


def described(element: Element) -> str:
    """An element in words."""
    identifier = element.get("id")
    return f"{tag(element)} '{identifier}'" if identifier else tag(element)


def _check_attributes(source: Source, element: Element, vocabulary: Vocabulary) -> None:
    for full, given in element.attrib.items():
        attribute, uri, value = local(str(full)), namespace(str(full)), str(given)
        if uri in VENDORS:
            if attribute not in vocabulary.vendor_attributes:
                source.refuse(element, f"Unsupported attribute 'camunda:{attribute}' of {described(element)}")
        elif not uri and attribute not in vocabulary.attributes:
            source.refuse(element, f"Unsupported attribute '{attribute}' of {described(element)}")
        elif not uri and value not in _TOLERATED.get(attribute, (value,)):
            source.refuse(element, f"Unsupported value '{value}' of attribute '{attribute}' of {described(element)}")


def _check_extensions(source: Source, holder: Element, vocabulary: Vocabulary) -> None:
    accepted = _SILENT_EXTENSIONS | vocabulary.extensions
    parent = holder.getparent()
    for extension in holder:
        kind = tag(extension)
        if namespace(str(extension.tag)) not in VENDORS or kind in accepted or parent is None:
            continue
        if kind == "inputOutput":
            source.refuse(extension, f"camunda:inputOutput mapping unsupported for element type '{tag(parent)}'.")
        else:
            source.refuse(extension, f"Unsupported element 'camunda:{kind}' in {described(parent)}")


def _check_association(source: Source, association: Element) -> None:
    for child in association.iterchildren(f"{{{BPMN}}}assignment", f"{{{BPMN}}}transformation"):
        source.refuse(child, f"Unsupported element '{tag(child)}' in {tag(association)}")
