"""External tasks: service, send and business rule tasks whose work a program fetches over the API.

Message throw and end events with an external implementation become external tasks too (``events.message``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from taskbridge.engine.bpmn_values import attribute, expression, priority
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import Source, extensions, tag, vendor
from taskbridge.engine.elements.base import Element, begin, begin_activity
from taskbridge.engine.elements.expression_task import EXPRESSION_TASK, ExpressionSettings, read_expression
from taskbridge.engine.elements.service_types import type_of_service
from taskbridge.engine.events.error import thrown_code
from taskbridge.engine.expressions import Expression, Resolver
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading, draft, properties
from taskbridge.engine.state import ForWorker
from taskbridge.engine.value_texts import text
from taskbridge.engine.values import priority_of
from taskbridge.engine.vocabulary import (
    IN_ACTIVITY,
    JOBS,
    LISTENERS,
    LOOPS,
    MAPPING,
    TASK_ATTRIBUTES,
    Vocabulary,
    described,
    ignore,
)
from taskbridge.kinds import ActivityKind

#: Attributes that hand the work to something inside of the vendor's Java engine.
DELEGATES = ("class", "delegateExpression", "expression")
#: What ``type="external"`` overrules at service-like tasks and at message event definitions (contract 7). A decision
#: counts at business rule tasks only, and there before the type.
_OVERRULED = (*DELEGATES, "resultVariable")
#: What says how work is done there.
IMPLEMENTATION = frozenset({"type", "topic", "taskPriority", *_OVERRULED})
#: Extension elements with which work is done inside of the vendor's Java engine, whatever its type.
CARRIED_OUT = LISTENERS | {"connector"}
_MISSING_IMPLEMENTATION = (
    "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on {}. "
    "If you are using a connector, make sure the connect process engine plugin is registered with the process engine."
)
_MISSING_TOPIC = "External tasks must specify a 'topic' attribute in the camunda namespace"
#: Types of service tasks that the vendor's engine knows and this one does not carry out.
_FOREIGN_TYPES = ("mail", "shell")


@dataclass(frozen=True, slots=True)
class ErrorThrow:
    """A ``camunda:errorEventDefinition`` of an external task: throws ``code`` when ``expression`` holds."""

    code: str | None
    expression: Expression | None


@dataclass(frozen=True, slots=True)
class ExternalTaskSettings:
    """What an external task is created with."""

    topic: Expression
    priority: Expression | None  # the process' own when the task has none
    properties: Mapping[str, str]
    errors: tuple[ErrorThrow, ...]


class ExternalTask(Element):
    """A task that waits for a worker."""

    names = ("serviceTask", "sendTask", "businessRuleTask")
    vocabulary = Vocabulary(
        TASK_ATTRIBUTES,
        IN_ACTIVITY,
        IMPLEMENTATION | JOBS | {"decisionRef"},
        MAPPING | {"errorEventDefinition"},
        CARRIED_OUT,
        LOOPS,
    )
    hosts_boundaries = True
    for_workers = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node with its settings."""
        node = draft(reading, element, scope, self, self.vocabulary)
        settings = read_work(reading, element, element)
        behaviour = EXPRESSION_TASK if isinstance(settings, ExpressionSettings) else self
        return replace(node, behaviour=behaviour, settings=settings)

    def type_of(self, node: Node) -> str:
        """A message event that is carried out by a worker stays an event to the vendor's API."""
        return type_of_service(node)

    def enter(self, movement: Movement, token: Token) -> None:
        """A task begins, with what its settings yield now. Raises NotANumber, ExpressionError."""
        node = token.node
        activity = begin_activity(movement, token, ActivityKind.EXTERNAL)
        settings = settings_of(node)
        if settings is not None:
            activity.wait = _wait(node, settings, movement.resolver(node, activity))
        begin(movement, activity)


EXTERNAL_TASK = ExternalTask()


def settings_of(node: Node) -> ExternalTaskSettings | None:
    """The settings of an external task; None for any other node."""
    return node.settings if isinstance(node.settings, ExternalTaskSettings) else None


def read_work(
    reading: Reading, element: XmlElement, holder: XmlElement
) -> ExternalTaskSettings | ExpressionSettings | None:
    """The settings of work that ``element`` describes: an expression, or work for a worker."""
    if _way(element) == "expression":
        return read_expression(reading, element)
    return read_settings(reading, element, holder)


def _way(element: XmlElement) -> str | None:
    """What says how the work is done: of several the first counts, as in the vendor's parser."""
    ways = (*_decision(element), "type", *DELEGATES)
    return next((name for name in ways if _says(element, name)), None)


def _says(element: XmlElement, name: str) -> bool:
    # The vendor's parser overlooks some that are blank.
    value = vendor(element, name)
    return value is not None and (name not in ("class", "expression") or bool(value.strip()))


def read_settings(reading: Reading, element: XmlElement, holder: XmlElement) -> ExternalTaskSettings | None:
    """The settings of work that ``element`` describes; the properties stand at ``holder`` (contract 7)."""
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


def _is_external(source: Source, element: XmlElement) -> bool:
    kind = vendor(element, "type")
    if kind is not None and kind.lower() == "external":
        _check_beside(source, element)
        return True
    delegate = next((name for name in (*_decision(element), *DELEGATES) if _says(element, name)), None)
    if kind is not None and kind.lower() in _FOREIGN_TYPES:
        source.complain(element, f"Unsupported value '{kind}' of attribute 'camunda:type' of {described(element)}")
    elif kind is not None:
        source.complain(element, f"Invalid usage of type attribute on {tag(element)}: '{kind}'")
    elif delegate is not None:
        source.complain(element, f"Unsupported attribute 'camunda:{delegate}' of {described(element)}")
    elif not list(extensions(element, "connector")):
        source.complain(element, _MISSING_IMPLEMENTATION.format(tag(element)))
    return False


def _decision(element: XmlElement) -> tuple[str, ...]:
    return ("decisionRef",) if tag(element) == "businessRuleTask" else ()


def _check_beside(source: Source, element: XmlElement) -> None:
    for name in ("decisionRef", *_OVERRULED):
        if vendor(element, name) is None:
            continue
        if name in _decision(element):
            source.refuse(element, f"Unsupported attribute 'camunda:{name}' of {described(element)}")
        else:
            ignore(source, element, f"attribute 'camunda:{name}'", element)


def _error_throws(reading: Reading, element: XmlElement) -> Iterator[ErrorThrow]:
    for definition in extensions(element, "errorEventDefinition"):
        code = thrown_code(reading, definition)
        condition = expression(reading.source, definition, definition.get("expression") or None)
        yield ErrorThrow(code, condition)


def _wait(node: Node, settings: ExternalTaskSettings, resolve: Resolver) -> ForWorker:
    topic = text(settings.topic, resolve) or ""
    return ForWorker(topic, 0 if settings.priority is None else priority_of(node, settings.priority, resolve))
