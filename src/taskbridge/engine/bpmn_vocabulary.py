"""What may stand in a BPMN file: words that are acted on, words that change nothing here; all others are refused.

Tables, and the check of an element against them. Called by the other ``bpmn`` modules.
"""

import re

from taskbridge.engine.bpmn_xml import BPMN, VENDORS, Element, Source, local, namespace, tag

_NAME = re.compile(r"[^\W\d][\w.\-]*")

_NOTES = frozenset({"documentation", "extensionElements"})
#: Descriptions of data and of the modeller's work; the vendor's engine does not act on them either.
_DESCRIPTIONS = _NOTES | {"auditing", "monitoring", "categoryValueRef"}
_DATA = frozenset({"ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"})
_PEOPLE = frozenset({"resourceRole", "performer", "potentialOwner", "humanPerformer"})
_ACTIVITY = _DESCRIPTIONS | _DATA | _PEOPLE | {"incoming", "outgoing"}
_ARTIFACTS = frozenset(
    {"textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference"}
)
_OBJECTS = frozenset({"dataObject", "dataObjectReference", "dataStoreReference"})
_SCOPE = _ACTIVITY | _ARTIFACTS | _OBJECTS | {"laneSet", "supports", "correlationSubscription", "artifact"}
_EVENT = _DESCRIPTIONS | {"incoming", "outgoing", "property", "dataInput", "dataOutput", "inputSet", "outputSet"}
_EVENT = _EVENT | {"dataInputAssociation", "dataOutputAssociation"}
_GATEWAY = _DESCRIPTIONS | {"incoming", "outgoing"}

#: Children of an element that it may have beside those its reader asks for; they change nothing.
SILENT_CHILDREN: dict[str, frozenset[str]] = {
    "process": _SCOPE,
    "subProcess": _SCOPE,
    "task": _ACTIVITY,
    "manualTask": _ACTIVITY,
    "userTask": _ACTIVITY | {"rendering"},
    "serviceTask": _ACTIVITY,
    "sendTask": _ACTIVITY,
    "businessRuleTask": _ACTIVITY,
    "startEvent": _EVENT,
    "endEvent": _EVENT | {"errorEventDefinition", "terminateEventDefinition", "messageEventDefinition"},
    "intermediateThrowEvent": _EVENT | {"messageEventDefinition"},
    "boundaryEvent": _EVENT | {"errorEventDefinition"},
    "exclusiveGateway": _GATEWAY,
    "inclusiveGateway": _GATEWAY,
    "parallelGateway": _GATEWAY,
    "sequenceFlow": _DESCRIPTIONS | {"conditionExpression"},
    "conditionExpression": _NOTES,
    "errorEventDefinition": _NOTES,
    "terminateEventDefinition": _NOTES,
    "messageEventDefinition": _NOTES | {"operationRef"},
}

#: What may stand at the root of a file. Processes and errors are read; the rest acts through elements that refer to it.
ROOT_CHILDREN = _NOTES.union(
    ("process", "error", "escalation", "signal", "message", "collaboration", "conversation", "choreography"),
    ("category", "correlationProperty", "dataStore", "endPoint", "extension", "import", "interface", "itemDefinition"),
    ("partnerEntity", "partnerRole", "relationship", "resource", "globalConversation", "globalChoreographyTask"),
    ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"),
    ("timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "errorEventDefinition"),
    ("escalationEventDefinition", "conditionalEventDefinition", "cancelEventDefinition", "compensateEventDefinition"),
    ("linkEventDefinition", "terminateEventDefinition"),
)

_ACTIVITY_ATTRIBUTES = frozenset({"id", "name", "default", "isForCompensation", "startQuantity", "completionQuantity"})
_TASK_ATTRIBUTES = _ACTIVITY_ATTRIBUTES | {"implementation", "operationRef", "messageRef"}
_GATEWAY_ATTRIBUTES = frozenset({"id", "name", "gatewayDirection", "default"})

#: BPMN's own attributes by element.
ATTRIBUTES: dict[str, frozenset[str]] = {
    "process": frozenset({"id", "name", "processType", "isClosed", "isExecutable", "definitionalCollaborationRef"}),
    "subProcess": _ACTIVITY_ATTRIBUTES | {"triggeredByEvent"},
    "task": _ACTIVITY_ATTRIBUTES,
    "manualTask": _ACTIVITY_ATTRIBUTES,
    "userTask": _TASK_ATTRIBUTES,
    "serviceTask": _TASK_ATTRIBUTES,
    "sendTask": _TASK_ATTRIBUTES,
    "businessRuleTask": _TASK_ATTRIBUTES,
    "startEvent": frozenset({"id", "name", "isInterrupting", "parallelMultiple"}),
    "endEvent": frozenset({"id", "name"}),
    "intermediateThrowEvent": frozenset({"id", "name"}),
    "boundaryEvent": frozenset({"id", "name", "attachedToRef", "cancelActivity", "parallelMultiple"}),
    "exclusiveGateway": _GATEWAY_ATTRIBUTES,
    "inclusiveGateway": _GATEWAY_ATTRIBUTES,
    "parallelGateway": _GATEWAY_ATTRIBUTES,
    "sequenceFlow": frozenset({"id", "name", "sourceRef", "targetRef", "isImmediate"}),
    "conditionExpression": frozenset({"id", "language", "evaluatesToTypeRef"}),
    "errorEventDefinition": frozenset({"id", "errorRef"}),
    "terminateEventDefinition": frozenset({"id"}),
    "messageEventDefinition": frozenset({"id", "messageRef", "operationRef"}),
}

#: Attributes that are tolerated with these values only: any other value asks for what is not supported.
TOLERATED: dict[str, frozenset[str]] = {
    "triggeredByEvent": frozenset({"false", "0"}),
    "isForCompensation": frozenset({"false", "0"}),
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "parallelMultiple": frozenset({"false", "0"}),
}

_SERVICE = frozenset({"type", "topic", "taskPriority"})
#: What a service-like element may carry beside ``type="external"``, which takes precedence (contract 7).
_OVERRULED = frozenset({"class", "expression", "delegateExpression", "resultVariable"}).union(
    ("decisionRef", "decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag", "decisionRefTenantId"),
    ("mapDecisionResult",),
)
_FORM = frozenset({"formKey", "formRef", "formRefBinding", "formRefVersion"})
_JOBS = frozenset({"async", "asyncBefore", "asyncAfter", "exclusive", "jobPriority"})

#: Attributes of the vendor's namespace by element; forms are display data, job settings act with ``async`` only.
VENDOR_ATTRIBUTES: dict[str, frozenset[str]] = {
    "process": frozenset({"versionTag", "historyTimeToLive", "isStartableInTasklist", "taskPriority", "jobPriority"})
    | {"candidateStarterUsers", "candidateStarterGroups"},
    "startEvent": _FORM | _JOBS | {"initiator"},
    "userTask": _FORM
    | _JOBS
    | {"assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"},
    "serviceTask": _SERVICE | _OVERRULED | _JOBS,
    "sendTask": _SERVICE | _OVERRULED | _JOBS,
    "businessRuleTask": _SERVICE | _OVERRULED | _JOBS,
    "messageEventDefinition": _SERVICE | _OVERRULED,
    "errorEventDefinition": frozenset({"errorCodeVariable", "errorMessageVariable"}),
    "sequenceFlow": frozenset(),
    "conditionExpression": frozenset(),
    "terminateEventDefinition": frozenset(),
}
_ASYNCHRONOUS = frozenset({"async", "asyncBefore", "asyncAfter"})

#: Extension elements that change nothing here, wherever they stand: forms, retry times of jobs, call mappings.
SILENT_EXTENSIONS = frozenset({"formData", "formProperty", "failedJobRetryTimeCycle", "in", "out", "properties"})
_MAPPING = frozenset({"inputOutput"})
_EXTERNAL = frozenset({"inputOutput", "errorEventDefinition"})
#: Extension elements that are acted on, by element.
EXTENSIONS: dict[str, frozenset[str]] = {
    "process": frozenset({"potentialStarter"}),
    "subProcess": _MAPPING,
    "task": _MAPPING,
    "manualTask": _MAPPING,
    "userTask": _MAPPING,
    "serviceTask": _EXTERNAL,
    "sendTask": _EXTERNAL,
    "businessRuleTask": _EXTERNAL,
    "messageEventDefinition": frozenset({"errorEventDefinition"}),
    "endEvent": _MAPPING,
    "intermediateThrowEvent": _MAPPING,
}


def check(source: Source, element: Element, *readable: str) -> None:
    """Complain about everything at an element that is not supported, so that nothing is skipped in silence.

    ``readable`` names further children that the caller reads itself.
    """
    name = tag(element)
    _check_attributes(source, element, name)
    silent = SILENT_CHILDREN[name]
    for child in element:
        if namespace(str(child.tag)) != BPMN:
            continue
        kind = tag(child)
        if kind == "extensionElements":
            _check_extensions(source, child, name)
        elif kind in ("dataInputAssociation", "dataOutputAssociation"):
            _check_association(source, child)
        elif kind not in silent and kind not in readable:
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


def _check_attributes(source: Source, element: Element, name: str) -> None:
    for full, given in element.attrib.items():
        attribute, uri, value = local(str(full)), namespace(str(full)), str(given)
        if uri in VENDORS:
            _check_vendor_attribute(source, element, attribute, value)
        elif not uri and attribute not in ATTRIBUTES[name]:
            source.refuse(element, f"Unsupported attribute '{attribute}' of {described(element)}")
        elif not uri and value not in TOLERATED.get(attribute, (value,)):
            source.refuse(element, f"Unsupported value '{value}' of attribute '{attribute}' of {described(element)}")


def _check_vendor_attribute(source: Source, element: Element, attribute: str, value: str) -> None:
    if attribute not in VENDOR_ATTRIBUTES.get(tag(element), _JOBS):
        source.refuse(element, f"Unsupported attribute 'camunda:{attribute}' of {described(element)}")
    elif attribute in _ASYNCHRONOUS and value == "true":
        source.refuse(element, f"Unsupported attribute 'camunda:{attribute}=\"true\"' of {described(element)}")


def _check_extensions(source: Source, holder: Element, name: str) -> None:
    accepted = SILENT_EXTENSIONS | EXTENSIONS.get(name, frozenset())
    parent = holder.getparent()
    for extension in holder:
        kind = tag(extension)
        if namespace(str(extension.tag)) not in VENDORS or kind in accepted:
            continue
        if kind == "inputOutput":
            source.refuse(extension, f"camunda:inputOutput mapping unsupported for element type '{name}'.")
        elif parent is not None:
            source.refuse(extension, f"Unsupported element 'camunda:{kind}' in {described(parent)}")


def _check_association(source: Source, association: Element) -> None:
    for child in association.iterchildren(f"{{{BPMN}}}assignment", f"{{{BPMN}}}transformation"):
        source.refuse(child, f"Unsupported element '{tag(child)}' in {tag(association)}")
