"""BPMN elements to nodes: one reader per element that can stand in a process.

``READERS`` is the table; called by ``bpmn`` with what all readers share. Flows and boundary events are tied to the
nodes later.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from taskbridge.engine.bpmn_values import assignments, attribute, expression, expressions, items, parameters, priority
from taskbridge.engine.bpmn_vocabulary import check, check_id, described
from taskbridge.engine.bpmn_xml import (
    BPMN,
    Element,
    Source,
    child,
    children,
    documentation,
    extensions,
    namespace,
    tag,
    text,
    vendor,
    vendor_children,
)
from taskbridge.engine.expressions import Expression
from taskbridge.engine.graph import ErrorHandler, ErrorThrow, ExternalTaskSettings, Kind, Node, UserTaskSettings

_DELEGATES = ("class", "delegateExpression", "expression", "decisionRef")
_MISSING_IMPLEMENTATION = (
    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on {}. "
    "If you are using a connector, make sure the connect process engine plugin is registered with the process engine."
)
_MISSING_TOPIC = "External tasks must specify a 'topic' attribute in the camunda namespace"
_MISSING_CODE = (
    "'errorCode' is mandatory on errors referenced by throwing error event definitions, "
    "but the error '{}' does not define one."
)
#: Types of service tasks that the vendor's engine knows and this one does not carry out.
_FOREIGN_TYPES = ("mail", "shell")


class DeclaredError(NamedTuple):
    """An ``error`` element at the root of the file."""

    code: str | None
    message: Expression | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the readers of one process share."""

    source: Source
    errors: Mapping[str, DeclaredError]
    priority: Expression | None  # of the process, for external tasks without their own


Reader = Callable[[Reading, Element, str | None], Node]


def declared_errors(source: Source) -> dict[str, DeclaredError]:
    """The errors that a file declares, by id. An empty code is no code."""
    return {
        element.get("id") or "": DeclaredError(
            element.get("errorCode") or None, attribute(source, element, "errorMessage")
        )
        for element in children(source.root, "error")
    }


def placeholder(element: Element, scope: str | None) -> Node:
    """A node in the place of an element that cannot be read, so that one problem does not cause others."""
    return Node(element.get("id") or "", Kind.PASS, tag(element), element.get("name"), scope)


def _node(reading: Reading, element: Element, scope: str | None, kind: Kind, *readable: str) -> Node:
    check(reading.source, element, *readable)
    identifier = element.get("id")
    check_id(reading.source, element)
    mappings = list(extensions(element, "inputOutput"))
    return Node(
        identifier or "",
        kind,
        tag(element),
        element.get("name"),
        scope,
        inputs=tuple(one for holder in mappings for one in parameters(reading.source, holder, "inputParameter")),
        outputs=tuple(one for holder in mappings for one in parameters(reading.source, holder, "outputParameter")),
    )


def _plain(kind: Kind) -> Reader:
    def read(reading: Reading, element: Element, scope: str | None) -> Node:
        return _node(reading, element, scope, kind)

    return read


def _subprocess(reading: Reading, element: Element, scope: str | None) -> Node:
    return _node(reading, element, scope, Kind.SUBPROCESS, *READABLE)


def _service_task(reading: Reading, element: Element, scope: str | None) -> Node:
    node = _node(reading, element, scope, Kind.EXTERNAL_TASK)
    return replace(node, external=_external(reading, element, element))


def _external(reading: Reading, element: Element, holder: Element) -> ExternalTaskSettings | None:
    # ``element`` says how the work is done; the properties stand at ``holder``, another one for messages (contract 7).
    if not _is_external(reading.source, element):
        return None
    topic = attribute(reading.source, element, "topic")
    if topic is None:
        if vendor(element, "topic") is None:
            reading.source.complain(element, _MISSING_TOPIC)
        return None
    return ExternalTaskSettings(
        topic,
        priority(reading.source, element) or reading.priority,
        properties(holder),
        tuple(_error_throws(reading, element)),
    )


def _is_external(source: Source, element: Element) -> bool:
    kind = vendor(element, "type")
    delegate = next((name for name in _DELEGATES if vendor(element, name) is not None), None)
    if kind is not None:
        if kind.lower() == "external":
            return True
        message = f"Invalid usage of type attribute on {tag(element)}: '{kind}'"
        if kind.lower() in _FOREIGN_TYPES:
            message = f"Unsupported value '{kind}' of attribute 'camunda:type' of {described(element)}"
        source.complain(element, message)
    elif delegate is not None:
        source.complain(element, f"Unsupported attribute 'camunda:{delegate}' of {described(element)}")
    elif not list(extensions(element, "connector")):
        source.complain(element, _MISSING_IMPLEMENTATION.format(tag(element)))
    return False


def properties(element: Element) -> dict[str, str]:
    """The extension properties of an element, by name."""
    entries = (entry for holder in extensions(element, "properties") for entry in vendor_children(holder, "property"))
    return {entry.get("name") or entry.get("id") or "": entry.get("value") or "" for entry in entries}


def _error_throws(reading: Reading, element: Element) -> Iterator[ErrorThrow]:
    for definition in extensions(element, "errorEventDefinition"):
        code = _thrown_code(reading, definition)
        condition = expression(reading.source, definition, definition.get("expression") or None)
        yield ErrorThrow(code, condition)


def _thrown_code(reading: Reading, definition: Element) -> str | None:
    reference = definition.get("errorRef")
    if not reference:
        reading.source.complain(definition, "'errorRef' attribute is mandatory on error end event")
        return None
    declared = reading.errors.get(reference)
    if declared is not None and declared.code is None:
        reading.source.complain(definition, _MISSING_CODE.format(reference))
    return declared.code if declared is not None else reference


def _user_task(reading: Reading, element: Element, scope: str | None) -> Node:
    node = _node(reading, element, scope, Kind.USER_TASK)
    source = reading.source
    users, groups = _potential_owners(element)
    settings = UserTaskSettings(
        assignee=_assignee(source, element),
        candidate_users=expressions(source, element, users + items(vendor(element, "candidateUsers"))),
        candidate_groups=expressions(source, element, groups + items(vendor(element, "candidateGroups"))),
        due_date=attribute(source, element, "dueDate"),
        follow_up_date=attribute(source, element, "followUpDate"),
        priority=attribute(source, element, "priority"),
        form_key=attribute(source, element, "formKey"),
        description=expression(source, element, documentation(element)),
        properties=properties(element),
    )
    return replace(node, user=settings, label=expression(source, element, element.get("name")))


def _assignee(source: Source, element: Element) -> Expression | None:
    performers = list(children(element, "humanPerformer"))
    assignee = vendor(element, "assignee")
    if len(performers) > 1:
        source.complain(
            element, f"Invalid task definition: multiple humanPerformer sub elements defined for {described(element)}"
        )
    if not performers:
        return expression(source, element, assignee)
    if assignee is not None:
        source.complain(element, f"Invalid usage: duplicate assignee declaration for task {described(element)}")
    return expression(source, element, resource_assignment(performers[0]) or None)


def _potential_owners(element: Element) -> tuple[list[str], list[str]]:
    both = [assignments(resource_assignment(potential)) for potential in children(element, "potentialOwner")]
    return [user for users, _ in both for user in users], [group for _, groups in both for group in groups]


def resource_assignment(element: Element) -> str:
    """The text of a performer's ``resourceAssignmentExpression``; empty when it has none."""
    holder = child(element, "resourceAssignmentExpression")
    return text(child(holder, "formalExpression")) if holder is not None else ""


def _throw_event(reading: Reading, element: Element, scope: str | None) -> Node:
    node = _node(reading, element, scope, Kind.PASS)
    return _message_event(reading, element, node)


def _end_event(reading: Reading, element: Element, scope: str | None) -> Node:
    node = _node(reading, element, scope, Kind.END)
    if node.outputs:
        reading.source.complain(element, "camunda:outputParameter not allowed for element type 'endEvent'.")
    definition = _definition(reading, element)
    if definition is None:
        return node
    match tag(definition):
        case "terminateEventDefinition":
            check(reading.source, definition)
            return replace(node, kind=Kind.TERMINATE_END)
        case "errorEventDefinition":
            return _error_end(reading, definition, node)
        case _:
            return _message_event(reading, element, node)


def _error_end(reading: Reading, definition: Element, node: Node) -> Node:
    check(reading.source, definition)
    code = _thrown_code(reading, definition)
    declared = reading.errors.get(definition.get("errorRef") or "")
    message = declared.message if declared is not None else None
    return replace(node, kind=Kind.ERROR_END, throws=code, throws_message=message)


def _message_event(reading: Reading, element: Element, node: Node) -> Node:
    # A message that nobody is told to send is passed over by the vendor's engine, so the node keeps its kind.
    definition = _definition(reading, element)
    if definition is None or tag(definition) != "messageEventDefinition":
        return node
    check(reading.source, definition)
    if not any(vendor(definition, name) is not None for name in ("type", *_DELEGATES)):
        return node
    return replace(node, kind=Kind.EXTERNAL_TASK, external=_external(reading, definition, element))


def _boundary_event(reading: Reading, element: Element, scope: str | None) -> Node:
    node = _node(reading, element, scope, Kind.ERROR_BOUNDARY)
    node = replace(node, attached_to=element.get("attachedToRef"))
    definition = _definition(reading, element)
    if definition is None:
        reading.source.complain(element, "Unsupported boundary event type")
    elif tag(definition) == "errorEventDefinition":
        check(reading.source, definition)
        return replace(node, catches=_handler(reading, definition))
    return node


def _handler(reading: Reading, definition: Element) -> ErrorHandler:
    reference = definition.get("errorRef")
    declared = reading.errors.get(reference) if reference else None
    return ErrorHandler(
        declared.code if declared is not None else reference or None,
        vendor(definition, "errorCodeVariable"),
        vendor(definition, "errorMessageVariable"),
    )


def _definition(reading: Reading, element: Element) -> Element | None:
    found = [one for one in element if namespace(str(one.tag)) == BPMN and tag(one).endswith("EventDefinition")]
    if len(found) > 1:
        reading.source.complain(found[1], f"Unsupported: more than one event definition in {described(element)}")
    return found[0] if found else None


READERS: dict[str, Reader] = {
    "startEvent": _plain(Kind.START),
    "endEvent": _end_event,
    "intermediateThrowEvent": _throw_event,
    "task": _plain(Kind.PASS),
    "manualTask": _plain(Kind.PASS),
    "userTask": _user_task,
    "serviceTask": _service_task,
    "sendTask": _service_task,
    "businessRuleTask": _service_task,
    "exclusiveGateway": _plain(Kind.EXCLUSIVE),
    "parallelGateway": _plain(Kind.PARALLEL),
    "inclusiveGateway": _plain(Kind.INCLUSIVE),
    "boundaryEvent": _boundary_event,
    "subProcess": _subprocess,
}
#: The children that a process or subprocess may have beside the silent ones.
READABLE = (*READERS, "sequenceFlow")
