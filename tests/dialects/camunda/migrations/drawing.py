"""Small models, written as calls: each function gives the XML of an element, `model` that of a file."""

from itertools import pairwise

_FILE = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="t"><message id="m1" name="M1"/><message id="m2" name="M2"/>'
    '<message id="mx" name="M-${{x}}"/><signal id="s1" name="S1"/><signal id="s2" name="S2"/>'
    '<escalation id="e1" escalationCode="E1"/><error id="er1" errorCode="ER1"/>'
    '<process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">{body}</process></definitions>'
)


def model(*parts: str, key: str = "p") -> str:
    """A file with one process."""
    return _FILE.format(key=key, body="".join(parts))


def element(tag: str, id_: str, /, *inner: str, **attributes: str) -> str:
    """An element; `c_asyncBefore` is an attribute of the vendor's own."""
    written = "".join(f' {_attribute(name)}="{value}"' for name, value in attributes.items())
    return f'<{tag} id="{id_}"{written}>{"".join(inner)}</{tag}>'


def _attribute(name: str) -> str:
    return f"camunda:{name[2:]}" if name.startswith("c_") else name


def flows(text: str) -> str:
    """Sequence flows: `a>b>c, b>d`."""
    pairs = []
    for chain in text.split(","):
        names = chain.strip().split(">")
        pairs += list(pairwise(names))
    return "".join(f'<sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)


def start(id_: str = "s", *inner: str, **attributes: str) -> str:
    return element("startEvent", id_, *inner, **attributes)


def end(id_: str = "e", *inner: str) -> str:
    return element("endEvent", id_, *inner)


def user(id_: str, *inner: str, **attributes: str) -> str:
    return element("userTask", id_, *inner, name=f"name of {id_}", **attributes)


def external(id_: str, *inner: str, topic: str = "work", **attributes: str) -> str:
    return element("serviceTask", id_, *inner, c_type="external", c_topic=topic, **attributes)


def sub(id_: str, *inner: str, **attributes: str) -> str:
    return element("subProcess", id_, *inner, **attributes)


def event_sub(id_: str, *inner: str) -> str:
    return element("subProcess", id_, *inner, triggeredByEvent="true")


def timer(text: str = "PT1H") -> str:
    return f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"


def cycle(text: str) -> str:
    return f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"


def message(ref: str = "m1") -> str:
    return f'<messageEventDefinition messageRef="{ref}"/>'


def signal(ref: str = "s1") -> str:
    return f'<signalEventDefinition signalRef="{ref}"/>'


def condition(text: str = "${x == 2}") -> str:
    return (
        '<conditionalEventDefinition><condition xsi:type="tFormalExpression">'
        f"{text}</condition></conditionalEventDefinition>"
    )


def error() -> str:
    return '<errorEventDefinition errorRef="er1"/>'


def escalation() -> str:
    return '<escalationEventDefinition escalationRef="e1"/>'


def compensation(ref: str | None = None) -> str:
    return "<compensateEventDefinition/>" if ref is None else f'<compensateEventDefinition activityRef="{ref}"/>'


def boundary(id_: str, host: str, *inner: str, stays: bool = False) -> str:
    more = {"cancelActivity": "false"} if stays else {}
    return element("boundaryEvent", id_, *inner, attachedToRef=host, **more)


def catch(id_: str, *inner: str, **attributes: str) -> str:
    return element("intermediateCatchEvent", id_, *inner, **attributes)


def throw(id_: str, *inner: str) -> str:
    return element("intermediateThrowEvent", id_, *inner)


def gateway(kind: str, id_: str, **attributes: str) -> str:
    return element(f"{kind}Gateway", id_, **attributes)


def several(number: int = 3, *, sequential: bool = False) -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<loopCardinality>{number}</loopCardinality></multiInstanceLoopCharacteristics>"
    )


def extensions(*inner: str) -> str:
    return f"<extensionElements>{''.join(inner)}</extensionElements>"


def listener(event: str, text: str) -> str:
    return f'<camunda:executionListener event="{event}" expression="{text}"/>'


def inputs(**values: str) -> str:
    pairs = "".join(
        f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>' for name, value in values.items()
    )
    return f"<camunda:inputOutput>{pairs}</camunda:inputOutput>"


def association(source: str, target: str) -> str:
    return f'<association id="{source}-{target}" sourceRef="{source}" targetRef="{target}" associationDirection="One"/>'
