"""Models of the other modules with listeners everywhere, which write down in a variable what happens in which order."""

from collections.abc import Iterable

from lxml import etree

import multi_instance_models
from bpmn_writing import (
    boundary,
    catch,
    document,
    element,
    end,
    external,
    flow,
    gateway,
    message,
    path,
    start,
    subprocess,
    user,
)
from event_models import boundaries, calls, catching, compensation, event_subprocesses, starts, throwing, transactions
from event_models.definitions import Models

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_VENDOR = "http://camunda.org/schema/1.0/bpmn"
_NODES = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "subProcess"}
    | {"userTask", "serviceTask", "sendTask", "receiveTask", "task", "exclusiveGateway", "parallelGateway"}
    | {"inclusiveGateway", "eventBasedGateway", "manualTask", "businessRuleTask"}
    | {"callActivity", "transaction", "scriptTask"}
)
_TASK_EVENTS = ("create", "assignment", "complete", "update", "delete")
_NOTE = "${{execution.setVariable('log', log.concat(' {0}'))}}"
_BEGIN = "${execution.setVariable('log', '')}"


#: Of the models of events those in which every event is at every kind of node.
_CHOSEN = (
    *("conditional-boundary-user-interrupting", "conditional-event-subprocess-interrupting", "conditional-catch-async"),
    *("error-boundary-scope", "error-boundary-worker", "error-end-async", "error-end-in-scope", "error-end"),
    *("error-event-subprocess-nested-interrupting", "escalation-end-in-scope", "escalation-boundary-user-beside"),
    *("escalation-throw-to-boundary-beside", "escalation-throw-to-boundary-interrupting"),
    *("escalation-end-to-event-subprocess-interrupting", "event-based-gateway-async", "event-based-gateway-beside"),
    *("event-subprocess-interrupting-ends-by-terminate", "link-catch"),
    *("message-boundary-receive-interrupting", "message-boundary-task-beside", "message-boundary-worker-beside"),
    *("message-event-subprocess-beside", "message-event-subprocess-nested-interrupting", "message-start"),
    *("message-throw-async", "receive-task-async", "send-task", "signal-boundary-scope-beside", "signal-end-in-scope"),
    *("terminate-end-in-scope", "terminate-end-with-event-subprocess-beside", "timer-catch-loop", "timer-start"),
)
#: Of those of compensation and of transactions.
_UNDONE = (
    *("compensate-throw", "compensate-end-async", "compensate-scope-nested", "compensate-scope-interrupted"),
    *("compensate-event-subprocess-instead", "cancel-end-compensates", "cancel-end-beside-work"),
)
_CALLS = (
    *("user", "async-called", "in-scope", "boundary-message-interrupting", "error", "error-from-below"),
    *("escalation-beside", "signal-interrupting", "terminated-around"),
)
#: Of those of multi-instance activities, each in both styles.
_SEVERAL = ("of-user", "of-scope", "of-worker", "until-user", "message-interrupting", "error-thrown", "nested-parallel")
_GATEWAYS = ("exclusive", "parallel", "inclusive")
_ASYNC = {"camunda_asyncBefore": "true", "camunda_asyncAfter": "true"}


def models() -> Models:
    """All of them."""
    known: Models = {}
    for module in (starts, event_subprocesses, catching, boundaries, throwing):
        known |= module.models()
    found = {name: known[name] for name in _CHOSEN} | _gateways() | _scopes() | _inside() | _scripts()
    return {f"{name}-listened": listened(content) for name, content in found.items()}


def _inside() -> Models:
    """What is carried out several times, calls, compensates, or is cancelled."""
    undone = compensation.models() | transactions.models()
    called, several = calls.models(), multi_instance_models.models()
    repeated = [f"{name}-{style}" for name in _SEVERAL for style in multi_instance_models.STYLES]
    return (
        {name: undone[name] for name in _UNDONE}
        | {f"call-{name}": called[name] for name in _CALLS}
        | {f"several-{name}": several[name] for name in repeated}
    )


def _scripts() -> Models:
    """Script tasks that pass, that wait for their jobs, and that are carried out several times."""
    script = "<script>${execution.setVariable('log', log.concat(' work'))}</script>"
    several = '<multiInstanceLoopCharacteristics isSequential="{}"><loopCardinality>2</loopCardinality>'
    found: Models = {}
    for name, more, attributes in (
        ("", "", {}),
        ("-async", "", _ASYNC),
        ("-mapped", _mapping("work"), {}),
        ("-parallel", f"{several.format('false')}</multiInstanceLoopCharacteristics>", {}),
        ("-sequential", f"{several.format('true')}</multiInstanceLoopCharacteristics>", {}),
    ):
        work = element("scriptTask", "work", f"{more}{script}", scriptFormat="juel", **attributes)
        parts = [start(), work, user("after"), end(), path("start", "work", "after", "end")]
        found[f"script-task{name}"] = document(f"script-task{name}", *parts)
    return found


def _gateways() -> Models:
    """Forks and joins, with a path that waits and one that does not; each with its jobs too."""
    found: Models = {}
    for kind in _GATEWAYS:
        for style, attributes in (("", {}), ("-async", _ASYNC)):
            key = f"{kind}-gateways{style}"
            parts = [start(), gateway(kind, "fork", **attributes), element("task", "pass"), user("work"), end()]
            second = flow("fork", "work", "${amount > 100}" if kind == "exclusive" else "")
            flows = [path("start", "fork", "pass", "join"), second, path("work", "join", "after", "end")]
            if kind == "exclusive":
                flows[0] = path("start", "fork") + flow("fork", "pass", "${amount > 1000}") + path("pass", "join")
            parts += [gateway(kind, "join", **attributes), user("after")]
            found[key] = document(key, *parts, *flows)
    return found


def _scopes() -> Models:
    """Scopes and tasks with jobs and with mappings, which write down their own places."""
    inner = [start("begin"), user("work", **_ASYNC), element("manualTask", "pass"), end("done")]
    mapped = element("userTask", "mapped", _mapping("mapped"))
    passed = element("task", "passed", _mapping("passed"), **_ASYNC)
    around = [
        start(),
        mapped,
        passed,
        external("ship"),
        end(),
        path("start", "scope", "mapped", "passed", "ship", "end"),
    ]
    scope = subprocess("scope", _mapping("scope"), *inner, path("begin", "work", "pass", "done"), **_ASYNC)
    return {
        "scopes-and-mappings": document("scopes-and-mappings", *around, scope),
        "cancelled-together": _cancelled_together(),
    }


def _cancelled_together() -> bytes:
    """A message ends a scope in which tasks, another scope, an event and a token at a join wait."""
    inner = subprocess("inner", _mapping("inner"), start("first"), user("deep"), path("first", "deep"))
    joined = [element("task", "passed"), gateway("parallel", "join"), path("fork", "passed", "join", "done")]
    waits = [element("userTask", "mapped", _mapping("mapped")), external("ship"), catch("waits", message("other"))]
    parts = [start("begin"), gateway("parallel", "fork"), user("plain"), *waits, inner, *joined, end("done")]
    flows = [path("begin", "fork"), path("plain", "join")]
    flows += [path("fork", name) for name in ("plain", "mapped", "ship", "waits", "inner")]
    guard = boundary("guard", "scope", message("news")) + path("guard", "after", "end")
    around = [start(), user("after"), end(), path("start", "scope")]
    return document("cancelled-together", *around, subprocess("scope", *parts, *flows), guard)


def _mapping(name: str) -> str:
    written = "".join(
        f'<camunda:{way}Parameter name="{way}_{name}">{_NOTE.format(f"{way}:{name}")}</camunda:{way}Parameter>'
        for way in ("input", "output")
    )
    return f"<extensionElements><camunda:inputOutput>{written}</camunda:inputOutput></extensionElements>"


def listened(content: bytes) -> bytes:
    """The same model with listeners at its process, its nodes and its flows."""
    root = etree.fromstring(content)
    for one in list(root.iter(f"{{{_BPMN}}}*")):
        kind, identifier = etree.QName(one).localname, one.get("id")
        if kind == "process":
            begin = _listener("start", _BEGIN)
            _add(one, [begin, *(_listener(event, _NOTE.format(f"{event}!")) for event in ("start", "end"))])
        elif kind == "sequenceFlow":
            _add(one, [_listener("take", _NOTE.format(identifier))])
        elif kind in _NODES:
            notes = [_listener(event, _NOTE.format(f"{event}:{identifier}")) for event in ("start", "end")]
            if kind == "userTask":
                notes += [
                    _listener(event, _NOTE.format(f"{event}@{identifier}"), "taskListener") for event in _TASK_EVENTS
                ]
            _add(one, notes)
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
