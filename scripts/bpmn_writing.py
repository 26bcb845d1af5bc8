"""Writes BPMN files of few lines: the elements that models for the driver are made of."""

import re
from collections.abc import Mapping
from itertools import pairwise

from lxml import etree

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="http://example.org/models">'
)
#: What definitions refer to: the attribute, the element that is declared, and its attributes beside the id.
_DECLARED = {
    "messageRef": ("message", ("name",)),
    "signalRef": ("signal", ("name",)),
    "errorRef": ("error", ("errorCode",)),
    "escalationRef": ("escalation", ("escalationCode",)),
}


def element(kind: str, identifier: str, *content: str, **attributes: str) -> str:
    """An element; ``camunda_x`` stands for ``camunda:x``."""
    written = "".join(f' {name.replace("camunda_", "camunda:")}="{value}"' for name, value in attributes.items())
    return f'<{kind} id="{identifier}"{written}>{"".join(content)}</{kind}>'


def start(identifier: str = "start", definition: str = "", **attributes: str) -> str:
    """A start event."""
    return element("startEvent", identifier, definition, **attributes)


def end(identifier: str = "end", definition: str = "", **attributes: str) -> str:
    """An end event."""
    return element("endEvent", identifier, definition, **attributes)


def catch(identifier: str, definition: str, **attributes: str) -> str:
    """An intermediate catch event."""
    return element("intermediateCatchEvent", identifier, definition, **attributes)


def throw(identifier: str, definition: str = "", **attributes: str) -> str:
    """An intermediate throw event."""
    return element("intermediateThrowEvent", identifier, definition, **attributes)


def boundary(identifier: str, host: str, definition: str, *, beside: bool = False, **attributes: str) -> str:
    """A boundary event; ``beside`` its host goes on."""
    more = {"cancelActivity": "false"} if beside else {}
    return element("boundaryEvent", identifier, definition, attachedToRef=host, **more, **attributes)


def user(identifier: str, **attributes: str) -> str:
    """A user task."""
    return element("userTask", identifier, name=identifier, **attributes)


def external(identifier: str, kind: str = "serviceTask", **attributes: str) -> str:
    """A task for a worker."""
    return element(kind, identifier, **WORKER, **attributes)


def receive(identifier: str, message: str = "", **attributes: str) -> str:
    """A receive task; without a message it waits for its execution to be signalled."""
    return element("receiveTask", identifier, **({"messageRef": message} if message else {}), **attributes)


def gateway(kind: str, identifier: str, **attributes: str) -> str:
    """A gateway: exclusive, parallel, inclusive or eventBased."""
    return element(f"{kind}Gateway", identifier, **attributes)


def subprocess(identifier: str, *content: str, **attributes: str) -> str:
    """A subprocess that is entered by its flows."""
    return element("subProcess", identifier, *content, **attributes)


def event_subprocess(identifier: str, *content: str) -> str:
    """A subprocess that its start event begins."""
    return element("subProcess", identifier, *content, triggeredByEvent="true")


def transaction(identifier: str, *content: str, **attributes: str) -> str:
    """A subprocess that can be cancelled."""
    return element("transaction", identifier, *content, **attributes)


def handler(identifier: str, **attributes: str) -> str:
    """A user task that compensates."""
    return user(identifier, isForCompensation="true", **attributes)


def compensated(host: str, by: str = "", guard: str = "") -> str:
    """The boundary event of compensation at an activity, and the association to its handler."""
    event = guard or f"guard-{host}"
    association = element("association", f"{event}-by", sourceRef=event, targetRef=by or f"undo-{host}")
    return boundary(event, host, COMPENSATE) + association


def undoable(identifier: str, **attributes: str) -> str:
    """A user task with a user task that compensates it: ``undo-`` before its id."""
    return user(identifier, **attributes) + compensated(identifier) + handler(f"undo-{identifier}")


def mapped(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """Input and output parameters, by their names."""
    parameters = [
        f'<camunda:{kind}Parameter name="{name}">{value}</camunda:{kind}Parameter>'
        for kind, values in (("input", inputs), ("output", outputs))
        for name, value in (values or {}).items()
    ]
    return f"<extensionElements><camunda:inputOutput>{''.join(parameters)}</camunda:inputOutput></extensionElements>"


def flow(source: str, target: str, condition: str = "", identifier: str = "") -> str:
    """A sequence flow."""
    inner = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    return element("sequenceFlow", identifier or f"{source}-{target}", inner, sourceRef=source, targetRef=target)


def path(*identifiers: str) -> str:
    """The flows from each to the next."""
    return "".join(flow(source, target) for source, target in pairwise(identifiers))


#: Attributes of what a worker does.
WORKER = {"camunda_type": "external", "camunda_topic": "work"}
TERMINATE = "<terminateEventDefinition/>"
COMPENSATE = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"


def message(name: str, **attributes: str) -> str:
    """A message event definition."""
    return _definition("message", {"messageRef": name} | attributes)


def signal(name: str, **attributes: str) -> str:
    """A signal event definition."""
    return _definition("signal", {"signalRef": name} | attributes)


def error(code: str = "", **attributes: str) -> str:
    """An error event definition; without a code it catches every error."""
    return _definition("error", ({"errorRef": code} if code else {}) | attributes)


def escalation(code: str = "", **attributes: str) -> str:
    """An escalation event definition; without a code it catches every escalation."""
    return _definition("escalation", ({"escalationRef": code} if code else {}) | attributes)


def condition(text: str, **attributes: str) -> str:
    """A conditional event definition."""
    inner = f'<condition xsi:type="tFormalExpression">{text.replace(">", "&gt;").replace("<", "&lt;")}</condition>'
    return _definition("conditional", attributes, inner)


def timer(duration: str) -> str:
    """A timer event definition: a duration."""
    return _definition("timer", {}, f"<timeDuration>{duration}</timeDuration>")


def link(name: str) -> str:
    """A link event definition."""
    return _definition("link", {"name": name})


def compensation_of(activity: str) -> str:
    """A compensation event definition that names an activity."""
    return _definition("compensate", {"activityRef": activity})


def _definition(kind: str, attributes: dict[str, str], inner: str = "") -> str:
    written = "".join(f' {name.replace("camunda_", "camunda:")}="{value}"' for name, value in attributes.items())
    return f"<{kind}EventDefinition{written}>{inner}</{kind}EventDefinition>"


def call(identifier: str, called: str, *extensions: str, **attributes: str) -> str:
    """A call activity; ``extensions`` are its extension elements."""
    held = f"<extensionElements>{''.join(extensions)}</extensionElements>" if extensions else ""
    return element("callActivity", identifier, held, calledElement=called, **attributes)


def passed(direction: str, **attributes: str) -> str:
    """What goes into a called process, or comes out of it."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<camunda:{direction}{written}/>"


def mapping(inputs: dict[str, str], outputs: dict[str, str] | None = None) -> str:
    """Input and output parameters."""
    both = {"input": inputs, "output": outputs or {}}
    written = "".join(
        f'<camunda:{kind}Parameter name="{name}">{value}</camunda:{kind}Parameter>'
        for kind, parameters in both.items()
        for name, value in parameters.items()
    )
    return f"<camunda:inputOutput>{written}</camunda:inputOutput>"


def document(key: str, *content: str) -> bytes:
    """A file with one process, and all that its definitions refer to: names and codes are the ids."""
    return documents({key: "".join(content)})


def documents(processes: dict[str, str]) -> bytes:
    """The same with several processes, by their keys."""
    process = "".join(
        element("process", key, content, isExecutable="true", camunda_historyTimeToLive="5")
        for key, content in processes.items()
    )
    declared = "".join(
        element(kind, identifier, **dict.fromkeys(names, identifier))
        for attribute, (kind, names) in _DECLARED.items()
        for identifier in sorted(set(re.findall(rf'\b{attribute}="([^"]*)"', process)))
    )
    root = etree.fromstring(f"{_HEAD}{declared}{process}</definitions>")
    for association in list(root.iter("{*}association")):  # the schema wants them last
        around = association.getparent()
        if around is not None:
            around.append(association)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
