"""Small BPMN models in few words, and instances of them that run in memory."""

from itertools import pairwise
from typing import Any

from tests.engine.memory import MemoryInstance

from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.errors import BpmnError, Problem
from taskbridge.engine.graph import Process
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import Variable, from_python

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:activiti="http://activiti.org/bpmn" '
    'xmlns:other="http://example.org/other" targetNamespace="http://example.org/test">'
)


def element(kind: str, identifier: str, inner: str = "", /, **attributes: str) -> str:
    """An element; ``camunda_x`` stands for ``camunda:x``."""
    written = "".join(f' {key.replace("camunda_", "camunda:")}="{value}"' for key, value in attributes.items())
    return f'<{kind} id="{identifier}"{written}>{inner}</{kind}>'


def start(identifier: str = "start", **attributes: str) -> str:
    return element("startEvent", identifier, **attributes)


def end(identifier: str = "end", inner: str = "") -> str:
    return element("endEvent", identifier, inner)


def terminate(identifier: str) -> str:
    return end(identifier, "<terminateEventDefinition/>")


def error_end(identifier: str, code: str) -> str:
    return end(identifier, f'<errorEventDefinition errorRef="{code}"/>')


def user(identifier: str, inner: str = "", /, **attributes: str) -> str:
    return element("userTask", identifier, inner, **attributes)


def external(identifier: str, inner: str = "", /, **attributes: str) -> str:
    return element(
        "serviceTask", identifier, inner, **{"camunda_type": "external", "camunda_topic": "work"} | attributes
    )


def exclusive(identifier: str, **attributes: str) -> str:
    return element("exclusiveGateway", identifier, **attributes)


def parallel(identifier: str, **attributes: str) -> str:
    return element("parallelGateway", identifier, **attributes)


def inclusive(identifier: str, **attributes: str) -> str:
    return element("inclusiveGateway", identifier, **attributes)


def subprocess(identifier: str, *parts: str, **attributes: str) -> str:
    return element("subProcess", identifier, "".join(parts), **attributes)


def boundary(identifier: str, host: str, code: str | None = None, **attributes: str) -> str:
    """An error boundary; without a code it catches everything. Attributes belong to its definition."""
    reference = {} if code is None else {"errorRef": code}
    definition = element("errorEventDefinition", f"{identifier}-definition", **reference, **attributes)
    return element("boundaryEvent", identifier, definition, attachedToRef=host)


def timer(kind: str, when: str) -> str:
    """A timer event definition: timeDate, timeDuration or timeCycle."""
    return f"<timerEventDefinition><{kind}>{when}</{kind}></timerEventDefinition>"


def catch(identifier: str, when: str, kind: str = "timeDuration", inner: str = "", **attributes: str) -> str:
    """An intermediate catch event with a timer."""
    return element("intermediateCatchEvent", identifier, inner + timer(kind, when), **attributes)


def timer_boundary(identifier: str, host: str, when: str, kind: str = "timeDuration", **attributes: str) -> str:
    """A boundary event with a timer."""
    return element("boundaryEvent", identifier, timer(kind, when), attachedToRef=host, **attributes)


def mapping(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """Extension elements with an input-output mapping."""
    written = "".join(
        f'<camunda:{kind} name="{name}">{text}</camunda:{kind}>'
        for kind, parameters in (("inputParameter", inputs), ("outputParameter", outputs))
        for name, text in (parameters or {}).items()
    )
    return f"<extensionElements><camunda:inputOutput>{written}</camunda:inputOutput></extensionElements>"


def flow(source: str, target: str, when: str | None = None) -> str:
    """A sequence flow with the id ``source-target``."""
    condition = "" if when is None else f"<conditionExpression><![CDATA[{when}]]></conditionExpression>"
    return element("sequenceFlow", f"{source}-{target}", condition, sourceRef=source, targetRef=target)


def path(*nodes: str) -> str:
    """Flows from each node to the next."""
    return "".join(flow(source, target) for source, target in pairwise(nodes))


def model(*parts: str, **attributes: str) -> bytes:
    """A file with one executable process ``p``."""
    process = element("process", "p", "".join(parts), **{"isExecutable": "true"} | attributes)
    return f"{HEAD}{process}</definitions>".encode()


def load(*parts: str, **attributes: str) -> Process:
    """The process of ``model``."""
    [process] = read_bpmn("test.bpmn", model(*parts, **attributes))
    return process


def problems_of(content: bytes | str) -> list[Problem]:
    """What is wrong with a file; empty when nothing is."""
    try:
        read_bpmn("test.bpmn", content.encode() if isinstance(content, str) else content)
    except BpmnError as error:
        return error.problems
    return []


def typed(**values: Any) -> dict[str, Variable]:  # noqa: ANN401
    """Variables of plain values."""
    return {name: value if isinstance(value, Variable) else from_python(value) for name, value in values.items()}


def run(*parts: str, **variables: Any) -> MemoryInstance:  # noqa: ANN401
    """A started instance of ``model``."""
    return run_process(load(*parts), **variables)


def run_process(process: Process, **variables: Any) -> MemoryInstance:  # noqa: ANN401
    """A started instance of a process."""
    instance = MemoryInstance(process)
    instance.start(typed(**variables))
    return instance


def task(instance: MemoryInstance, node_id: str) -> Activity:
    """The oldest waiting task at a node."""
    return next(one for one in instance.tasks() if one.node_id == node_id)


def complete(instance: MemoryInstance, *node_ids: str, **variables: Any) -> None:  # noqa: ANN401
    """Complete tasks one after the other, each with the variables."""
    for node_id in node_ids:
        instance.complete(task(instance, node_id).id, typed(**variables))


def values(instance: MemoryInstance) -> dict[str, object]:
    """The instance's variables as plain values."""
    return {name: variable.python() for name, variable in instance.variables.items()}
