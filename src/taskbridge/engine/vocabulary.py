"""What may stand at a BPMN element: what is acted on, what is ignored, and what is refused.

What the vendor's engine does not act on at an element is ignored with a note; what it acts on and this one does not is
refused. Attributes without namespace and children in BPMN's namespace go by BPMN's schema: what it lacks is refused.
``Vocabulary`` is one element's share of it, which every module of ``elements`` and ``events`` declares for its own;
``check`` holds an element of a file against it. The sets that several elements have in common stand here.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from taskbridge.engine.bpmn_xml import BPMN, VENDORS, Element, Source, local, namespace, tag, vendor_children
from taskbridge.engine.foreign_listeners import refuse_listener
from taskbridge.engine.problem_kinds import of_attribute, of_element
from taskbridge.kinds import Handling

_NAME = re.compile(r"[^\W\d][\w.\-]*")

NOTES = frozenset({"documentation", "extensionElements"})
#: Descriptions of data and of the modeller's work; the vendor's engine does not act on them either.
DESCRIPTIONS = NOTES | {"auditing", "monitoring", "categoryValueRef"}
_DATA = frozenset({"ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"})
_PEOPLE = frozenset({"resourceRole", "performer", "potentialOwner", "humanPerformer"})
_ARTIFACTS = frozenset(
    {"textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference"}
)
#: What makes an activity run several times; it is read beside the activity (``elements.multi_instance``).
SEVERAL = frozenset({"multiInstanceLoopCharacteristics"})
IN_ACTIVITY = DESCRIPTIONS | _DATA | _PEOPLE | SEVERAL | {"incoming", "outgoing"}
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
#: The class that makes a form of a task or start event; it would run in the vendor's Java engine.
FORM_HANDLER = frozenset({"formHandlerClass"})
FORM_FIELDS = frozenset({"formData", "formProperty"})
MAPPING = frozenset({"inputOutput"})
#: Extension elements that the vendor's engine acts on at every element.
LISTENERS = frozenset({"executionListener"})
_LISTENERS = LISTENERS | {"taskListener"}
#: Extension elements that are read where they matter, and need no note elsewhere.
_SILENT_EXTENSIONS = frozenset({"failedJobRetryTimeCycle", "properties"})
#: How often an activity with a condition is repeated. The vendor's engine does it once.
LOOPS = frozenset({"standardLoopCharacteristics"})

_FALSE = frozenset({"false", "0"})
#: Attributes that the vendor's engine ignores, with the values that need no note.
_IGNORED: dict[str, frozenset[str]] = {
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "parallelMultiple": _FALSE,
    "isForCompensation": _FALSE | {"true"},  # the vendor's engine reads nothing but the word
}
#: Attributes of XML and of its schemas, which are no extensions.
_XML = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2001/XMLSchema-instance")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may stand at an element: BPMN's attributes, the vendor's, BPMN children that change nothing, and the
    vendor's extension elements that are acted on. Other vendor attributes and extension elements are ignored, but for
    those ``refused``.
    """

    attributes: frozenset[str]
    children: frozenset[str] = DESCRIPTIONS
    vendor_attributes: frozenset[str] = JOBS
    extensions: frozenset[str] = frozenset()
    refused: frozenset[str] = LISTENERS | MAPPING
    ignored: frozenset[str] = frozenset()  # BPMN children
    ignored_attributes: frozenset[str] = frozenset()


def check(
    source: Source,
    element: Element,
    vocabulary: Vocabulary,
    *readable: str,
    extensions: frozenset[str] = frozenset(),
) -> None:
    """Complain about everything at an element that is not supported, and note what is ignored there.

    ``readable`` names further children, ``extensions`` further extension elements that the caller reads itself.
    """
    _check_attributes(source, element, vocabulary)
    for child in element:
        if namespace(str(child.tag)) != BPMN:
            continue
        kind = tag(child)
        if kind == "extensionElements":
            _check_extensions(source, child, vocabulary.refused, vocabulary.extensions | extensions)
        elif kind in ("dataInputAssociation", "dataOutputAssociation"):
            _check_association(source, child)
        elif kind in vocabulary.ignored:
            ignore(source, child, kind, element)
        elif kind not in vocabulary.children and kind not in readable:
            source.refuse(child, f"Unsupported element {described(child)} in {described(element)}", of_element(kind))


def ignore(source: Source, element: Element, what: str, holder: Element) -> None:
    """Note that ``what``, which stands at ``holder``, changes nothing; the place is that of ``element``."""
    if source.takes_notes:
        source.note(element, f"Ignored {what} of {described(holder)}", f"{what} of {tag(holder)}")


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
    for full in map(str, element.keys()):  # values are looked up one by one: each costs a walk along all attributes
        attribute, uri = local(full), namespace(full)
        value = element.get(full, "").strip() if attribute in _IGNORED and not uri else ""
        if uri in _XML or (uri in VENDORS and attribute in vocabulary.vendor_attributes):
            continue
        if uri in VENDORS and attribute in vocabulary.refused:
            text = f"Unsupported attribute 'camunda:{attribute}' of {described(element)}"
            source.refuse(element, text, of_attribute(attribute))
        elif uri:
            ignore(source, element, f"attribute '{source.written(uri, attribute)}'", element)
        elif attribute in vocabulary.ignored_attributes:
            ignore(source, element, f"attribute '{attribute}'", element)
        elif attribute not in vocabulary.attributes:
            text = f"Unsupported attribute '{attribute}' of {described(element)}"
            source.refuse(element, text, of_attribute(attribute))
        elif value not in _IGNORED.get(attribute, (value,)):
            ignore(source, element, f"attribute '{attribute}'", element)


def _check_extensions(source: Source, holder: Element, refused: frozenset[str], acted_on: frozenset[str]) -> None:
    accepted = _SILENT_EXTENSIONS | acted_on
    parent = holder.getparent()
    for extension in holder:
        kind, uri = tag(extension), namespace(str(extension.tag))
        if uri == BPMN or (uri in VENDORS and kind in accepted) or parent is None:
            continue
        if uri not in VENDORS or kind not in refused:
            ignore(source, extension, f"extension element '{source.written(uri, kind)}'", parent)
    refuse_extensions(source, holder, refused - accepted)


def refuse_extensions(source: Source, holder: Element, refused: Collection[str]) -> None:
    """Complain about vendor extensions of these names in an ``extensionElements``."""
    parent = holder.getparent()
    if parent is None or not refused:
        return
    for extension in vendor_children(holder, *refused):
        kind = tag(extension)
        if kind == "inputOutput":
            by_event = " with attribute 'triggeredByEvent = true'" if parent.get("triggeredByEvent") == "true" else ""
            text = f"camunda:inputOutput mapping unsupported for element type '{tag(parent)}'{by_event}."
            source.refuse(extension, text)
        elif kind in _LISTENERS:
            refuse_listener(source, extension, described(parent))
        else:
            remedy = Handling.WORKERS if kind == "connector" else Handling.PLAIN
            source.refuse(
                extension, f"Unsupported element 'camunda:{kind}' in {described(parent)}", of_element(kind), remedy
            )


def _check_association(source: Source, association: Element) -> None:
    for child in association.iterchildren(f"{{{BPMN}}}assignment", f"{{{BPMN}}}transformation"):
        ignore(source, child, tag(child), association)
