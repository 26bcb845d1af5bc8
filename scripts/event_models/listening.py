"""Models of the other modules with listeners everywhere, which write down in a variable what happens in which order."""

from collections.abc import Iterable

from lxml import etree

from event_models import boundaries, catching, event_subprocesses, starts, throwing
from event_models.definitions import Models

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_VENDOR = "http://camunda.org/schema/1.0/bpmn"
_NODES = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "subProcess"}
    | {"userTask", "serviceTask", "sendTask", "receiveTask", "task", "exclusiveGateway", "parallelGateway"}
    | {"inclusiveGateway", "eventBasedGateway", "manualTask", "businessRuleTask"}
)
_TASK_EVENTS = ("create", "assignment", "complete", "update", "delete")
_NOTE = "${{execution.setVariable('log', log.concat(' {0}'))}}"
_BEGIN = "${execution.setVariable('log', '')}"


def models() -> Models:
    """All of them."""
    found: Models = {}
    for module in (starts, event_subprocesses, catching, boundaries, throwing):
        found |= {f"{name}-listened": listened(content) for name, content in module.models().items()}
    return found


def listened(content: bytes) -> bytes:
    """The same model with listeners at its process, its nodes and its flows."""
    root = etree.fromstring(content)
    for element in list(root.iter(f"{{{_BPMN}}}*")):
        kind, identifier = etree.QName(element).localname, element.get("id")
        if kind == "process":
            begin = _listener("start", _BEGIN)
            _add(element, [begin, *(_listener(event, _NOTE.format(f"{event}!")) for event in ("start", "end"))])
        elif kind == "sequenceFlow":
            _add(element, [_listener("take", _NOTE.format(identifier))])
        elif kind in _NODES:
            notes = [_listener(event, _NOTE.format(f"{event}:{identifier}")) for event in ("start", "end")]
            if kind == "userTask":
                notes += [
                    _listener(event, _NOTE.format(f"{event}@{identifier}"), "taskListener") for event in _TASK_EVENTS
                ]
            _add(element, notes)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _listener(event: str, expression: str, kind: str = "executionListener") -> etree._Element:
    return etree.Element(f"{{{_VENDOR}}}{kind}", event=event, expression=expression)


def _add(element: etree._Element, listeners: Iterable[etree._Element]) -> None:
    holder = element.find(f"{{{_BPMN}}}extensionElements")
    if holder is None:
        holder = etree.Element(f"{{{_BPMN}}}extensionElements")
        element.insert(0, holder)
    for listener in listeners:
        holder.append(listener)
