"""Models of the shapes that models for the vendor's engine have: which kinds of elements and attributes meet in a file.

``shapes.txt`` has a line for each of 130 models that were looked at: the kinds in it beside user tasks, external tasks
and gateways. ``model`` makes a model of a line; which of several forms a kind has goes by the number of the line.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.engine.bpmn_snippets import HEAD, element, external, flow, mapping, subprocess, timer, user

_LINES = Path(__file__).with_name("shapes.txt").read_text().splitlines()


class Shape(NamedTuple):
    """One model: its place in the list, and the kinds that meet in it."""

    number: int
    kinds: tuple[str, ...]


SHAPES = [Shape(number, tuple(line.split())) for number, line in enumerate(_LINES, start=1)]


class Part(NamedTuple):
    """What a kind adds: a step on the main path, what stands beside it and after all, what the root declares."""

    step: str = ""
    beside: str = ""
    declared: str = ""
    artifacts: str = ""


def held(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def service(name: str, inner: str = "", **attributes: str) -> str:
    return element("serviceTask", name, inner, **attributes)


def boundary(name: str, host: str, definition: str, **attributes: str) -> str:
    """A boundary event with a way out that ends."""
    out = element("endEvent", f"{name}-stop") + flow(name, f"{name}-stop")
    return element("boundaryEvent", name, definition, attachedToRef=host, **attributes) + out


def event_subprocess(name: str, definition: str) -> str:
    begun = element("startEvent", f"{name}-start", definition)
    inner = begun + user(f"{name}-task") + flow(f"{name}-start", f"{name}-task")
    return subprocess(name, inner, triggeredByEvent="true")


def fields(*pairs: tuple[str, str]) -> str:
    return held("".join(f'<camunda:field name="{name}" {value}/>' for name, value in pairs))


_MESSAGE = '<message id="m-{0}" name="message-{0}"/>'
_GROOVY = '<camunda:script scriptFormat="groovy">execution.getVariable("a") + 1</camunda:script>'
_JAVASCRIPT = '<camunda:script scriptFormat="javascript">1 + 1</camunda:script>'
_HTTP = (
    '<camunda:connector><camunda:inputOutput><camunda:inputParameter name="url">http://x/${a}</camunda:inputParameter>'
    '<camunda:inputParameter name="method">POST</camunda:inputParameter><camunda:inputParameter name="headers">'
    '<camunda:map><camunda:entry key="Accept">application/json</camunda:entry></camunda:map></camunda:inputParameter>'
    '<camunda:inputParameter name="payload">%s</camunda:inputParameter><camunda:outputParameter name="answer">%s'
    "</camunda:outputParameter></camunda:inputOutput><camunda:connectorId>http-connector</camunda:connectorId>"
    "</camunda:connector>"
)


def java(name: str, form: int) -> Part:
    forms = (
        service(name, camunda_class="org.acme.shop.CheckDelegate"),
        service(name, camunda_delegateExpression="${checkDelegate}"),
        service(name, camunda_class="org.acme.shop.CheckDelegate", camunda_exclusive="false"),
        service(name, camunda_expression="${checkService.check(order, execution)}", camunda_resultVariable="checked"),
        service(
            name, fields(("to", 'stringValue="a@b"'), ("text", 'expression="${order}"')), camunda_class="org.acme.Mail"
        ),
        element("sendTask", name, camunda_delegateExpression="#{sender}"),
        service(name, mapping({"a": "${b}"}, {"c": "${a}"}), camunda_class="org.acme.shop.CheckDelegate"),
    )
    return Part(forms[form % len(forms)])


def listener(name: str, form: int) -> Part:
    forms = (
        '<camunda:executionListener class="org.acme.Audit" event="start"/>',
        '<camunda:taskListener class="org.acme.Notify" event="create"/>',
        '<camunda:taskListener delegateExpression="${notify}" event="assignment"/>',
        '<camunda:executionListener expression="${execution.setVariable(\'seen\', true)}" event="end"/>',
        f'<camunda:executionListener event="start">{_GROOVY}</camunda:executionListener>',
        '<camunda:taskListener expression="${auditor.noted(task)}" event="complete"/>',
        f'<camunda:taskListener event="create">{_JAVASCRIPT}</camunda:taskListener>',
    )
    return Part(user(name, held(forms[form % len(forms)])))


def script(name: str, form: int) -> Part:
    def task(language: str, text: str = "1", **attributes: str) -> Part:
        return Part(element("scriptTask", name, f"<script>{text}</script>", scriptFormat=language, **attributes))

    def parameter(text: str) -> Part:
        return Part(external(name, mapping({"a": text})))

    def condition(language: str) -> Part:
        inner = f'<conditionExpression language="{language}" xsi:type="tFormalExpression">a == 1</conditionExpression>'
        chosen = element("sequenceFlow", f"{name}-chosen", inner, sourceRef=name, targetRef=f"{name}-stop")
        beside = element("endEvent", f"{name}-stop") + chosen
        return Part(element("exclusiveGateway", name), beside)

    forms: tuple[Callable[[], Part], ...] = (
        lambda: task("groovy", "println 'a'"),
        lambda: task("javascript", "var a = 1; a", camunda_resultVariable="a"),
        lambda: parameter(_GROOVY),
        lambda: task("Groovy", "a + 1", camunda_resultVariable="a"),
        lambda: parameter(_JAVASCRIPT),
        lambda: condition("javascript"),
    )
    return forms[form % len(forms)]()


def connector(name: str, form: int) -> Part:
    payloads = ("${a}", _GROOVY, _JAVASCRIPT)
    answers = ("${S(response).prop('a').value()}", "${response}", _JAVASCRIPT, _GROOVY)
    return Part(service(name, held(_HTTP % (payloads[form % 3], answers[form % 4]))))


def decision(name: str, form: int) -> Part:
    kinds = ("singleEntry", "singleResult", "collectEntries")
    attributes = {"camunda_resultVariable": "risk", "camunda_mapDecisionResult": kinds[form % 3]}
    return Part(element("businessRuleTask", name, camunda_decisionRef="risk", **attributes))


def multi(name: str, form: int) -> Part:
    many = "<multiInstanceLoopCharacteristics {}>{}</multiInstanceLoopCharacteristics>"
    forms = (
        user(name, many.format('camunda:collection="people" camunda:elementVariable="person"', "")),
        external(name, many.format('isSequential="true"', "<loopCardinality>3</loopCardinality>")),
        subprocess(
            name,
            many.format('camunda:collection="${people}" camunda:elementVariable="person"', ""),
            element("startEvent", f"{name}-s") + user(f"{name}-u") + flow(f"{name}-s", f"{name}-u"),
        ),
    )
    return Part(forms[form % len(forms)])


def call(name: str, form: int) -> Part:
    inner = held('<camunda:in variables="all"/><camunda:out source="a" target="b"/>')
    return Part(element("callActivity", name, inner if form % 2 else "", calledElement="other"))


def catch(name: str, form: int) -> Part:
    message = element("messageEventDefinition", f"{name}-d", messageRef=f"m-{name}")
    definition = message if form % 2 else timer("timeDuration", "PT1H")
    return Part(element("intermediateCatchEvent", name, definition), "", _MESSAGE.format(name))


def gateway(name: str, _form: int) -> Part:
    waits = (timer("timeDuration", "P1D"), element("messageEventDefinition", f"{name}-d", messageRef=f"m-{name}"))
    beside = ""
    for number, definition in enumerate(waits):
        event = f"{name}-{number}"
        beside += element("intermediateCatchEvent", event, definition) + element("endEvent", f"{event}-end")
        beside += flow(name, event) + flow(event, f"{event}-end")
    return Part(element("parallelGateway", f"{name}-fork"), beside, _MESSAGE.format(name))


def compensation(name: str, _form: int) -> Part:
    undo = element(
        "serviceTask", f"{name}-undo", isForCompensation="true", camunda_type="external", camunda_topic="undo"
    )
    event = element("boundaryEvent", f"{name}-b", f'<compensateEventDefinition id="{name}-c"/>', attachedToRef=name)
    tied = element(
        "association", f"{name}-a", sourceRef=f"{name}-b", targetRef=f"{name}-undo", associationDirection="One"
    )
    thrown = element("endEvent", f"{name}-stop", f'<compensateEventDefinition id="{name}-e"/>')
    return Part(external(name), undo + event + thrown + flow(name, f"{name}-stop"), artifacts=tied)


def transaction(name: str, _form: int) -> Part:
    inner = element("startEvent", f"{name}-s") + element("endEvent", f"{name}-e", "<cancelEventDefinition/>")
    inner += flow(f"{name}-s", f"{name}-e")
    return Part(element("transaction", name, inner), boundary(f"{name}-b", name, "<cancelEventDefinition/>"))


def message_java(name: str, _form: int) -> Part:
    definition = element("messageEventDefinition", f"{name}-d", camunda_class="org.acme.Tell")
    return Part(element("intermediateThrowEvent", name, definition))


def links(name: str, _form: int) -> Part:
    caught = element("intermediateCatchEvent", f"{name}-in", f'<linkEventDefinition id="{name}-i" name="{name}"/>')
    thrown = element("intermediateThrowEvent", f"{name}-out", f'<linkEventDefinition id="{name}-o" name="{name}"/>')
    beside = caught + thrown + element("endEvent", f"{name}-stop") + flow(f"{name}-in", f"{name}-stop")
    return Part(external(name), beside + flow(name, f"{name}-out"))


def signal(name: str, _form: int) -> Part:
    definition = element("signalEventDefinition", f"{name}-d", signalRef=f"s-{name}")
    return Part(
        element("intermediateThrowEvent", name, definition), "", f'<signal id="s-{name}" name="signal-{name}"/>'
    )


def escalation(name: str, _form: int) -> Part:
    definition = element("escalationEventDefinition", f"{name}-d", escalationRef=f"e-{name}")
    declared = f'<escalation id="e-{name}" name="e" escalationCode="code-{name}"/>'
    return Part(element("intermediateThrowEvent", name, definition), "", declared)


def conditional(name: str, _form: int) -> Part:
    condition = '<condition xsi:type="tFormalExpression">${a == 1}</condition>'
    return Part(
        element("intermediateCatchEvent", name, f"<conditionalEventDefinition>{condition}</conditionalEventDefinition>")
    )


def message_boundary(name: str, _form: int) -> Part:
    definition = element("messageEventDefinition", f"{name}-d", messageRef=f"m-{name}")
    return Part(user(name), boundary(f"{name}-b", name, definition, cancelActivity="false"), _MESSAGE.format(name))


def in_event_subprocess(name: str, form: int) -> Part:
    message = element("messageEventDefinition", f"{name}-d", messageRef=f"m-{name}")
    definition = message if form % 2 else timer("timeDuration", "P3D")
    return Part(external(name), event_subprocess(f"{name}-sub", definition), _MESSAGE.format(name))


def error_start(name: str, _form: int) -> Part:
    definition = element("errorEventDefinition", f"{name}-d", errorRef=f"x-{name}")
    declared = f'<error id="x-{name}" errorCode="code-{name}"/>'
    return Part(external(name), event_subprocess(f"{name}-sub", definition), declared)


def receive(name: str, _form: int) -> Part:
    return Part(element("receiveTask", name, messageRef=f"m-{name}"), "", _MESSAGE.format(name))


#: What each kind adds to a model; those of start events and of the process are in ``model``.
PARTS: Mapping[str, Callable[[str, int], Part]] = {
    "async": lambda name, form: Part(external(name, **{f"camunda_async{('Before', 'After')[form % 2]}": "true"})),
    "call": call,
    "catch": catch,
    "compensation": compensation,
    "conditional": conditional,
    "connector": connector,
    "decision": decision,
    "error-start": error_start,
    "escalation": escalation,
    "event-gateway": gateway,
    "event-subprocess": in_event_subprocess,
    "invalid": lambda name, _: Part(element("parallelGateway", name), flow(name, "nowhere")),
    "java": java,
    "links": links,
    "listener": listener,
    "message-boundary": message_boundary,
    "message-java": message_java,
    "multi": multi,
    "plain": lambda name, _: Part(external(name), user(f"{name}-more") + flow(name, f"{name}-more")),
    "receive": receive,
    "script": script,
    "signal": signal,
    "timer-boundary": lambda name, _: Part(user(name), boundary(f"{name}-b", name, timer("timeDuration", "P1D"))),
    "transaction": transaction,
}


def model(shape: Shape) -> bytes:
    """A model in which the kinds of a shape meet, one after the other on the way from the start to the end."""
    kinds, form = shape.kinds, shape.number // 2  # neighbours come from one source, and are alike
    names = [kind for kind in kinds if kind in PARTS]
    parts = [PARTS[kind](kind, form + place) for place, kind in enumerate(names)]
    steps = ["start", "first", *names, "end"]
    written = "".join(part.step + part.beside for part in parts)
    mapped = mapping({"a": "1"}) if "mapped-process" in kinds else ""
    process = mapped + start(kinds) + user("first") + written + element("endEvent", "end") + ways(steps)
    process += "".join(part.artifacts for part in parts)
    key = f"shape-{shape.number}"
    declared = "".join(part.declared for part in parts) + _MESSAGE.format("start")
    return f"{HEAD}{declared}{element('process', key, process, isExecutable='true')}</definitions>".encode()


def ways(steps: list[str]) -> str:
    """The flows of the main path; an event-based gateway stands beside it, behind a fork."""
    found = [flow(source, target) for source, target in pairwise(steps)]
    text = "".join(found)
    if "event-gateway" in steps:
        fork = "event-gateway-fork"
        text = text.replace('sourceRef="event-gateway"', f'sourceRef="{fork}"')
        text = text.replace('targetRef="event-gateway"', f'targetRef="{fork}"')
        text += element("eventBasedGateway", "event-gateway") + flow(fork, "event-gateway")
    return text


def start(kinds: tuple[str, ...]) -> str:
    """The start event; those of messages and timers stand for it."""
    definition = ""
    if "message-start" in kinds:
        definition = element("messageEventDefinition", "start-d", messageRef="m-start")
    elif "timer-start" in kinds:
        definition = timer("timeCycle", "R/P1D")
    return element("startEvent", "start", definition)


def models() -> Iterator[tuple[Shape, bytes]]:
    """Every shape with its model."""
    return ((shape, model(shape)) for shape in SHAPES)
