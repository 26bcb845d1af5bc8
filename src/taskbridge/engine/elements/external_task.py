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
from taskbridge.engine.foreign_rules import check_foreign
from taskbridge.engine.foreign_work import WORKED, ForeignWork, described_work, foreign_work, parameter_properties
from taskbridge.engine.graph import Node, Parameter
from taskbridge.engine.mappings import run_fields
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.problem_kinds import Kind
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
from taskbridge.kinds import ActivityKind, Handling

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
_NOTHING: Mapping[str, str] = {}
#: Attributes about the result of work, which are properties of the task.
_DECISION = frozenset({"mapDecisionResult", "decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag"})


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
    fields: tuple[Parameter, ...] = ()  # of work that the model leaves to others: computed inside of the task
    inputs: tuple[Parameter, ...] = ()  # of connectors, as well
    results: tuple[Parameter, ...] = ()  # of such work: output parameters, before those of the task itself


class ExternalTask(Element):
    """A task that waits for a worker."""

    names = WORKED
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
        node = draft(reading, element, scope, self, vocabulary_at(reading.source, element, self.vocabulary))
        return with_work(node, read_work(reading, element, element))

    def type_of(self, node: Node) -> str:
        """A message event that is carried out by a worker stays an event to the vendor's API."""
        return type_of_service(node)

    def enter(self, movement: Movement, token: Token) -> None:
        """A task begins, with what its settings yield now. Raises NotANumber, ExpressionError."""
        node = token.node
        activity = begin_activity(movement, token, ActivityKind.EXTERNAL)
        settings = settings_of(node)
        if settings is not None:
            if settings.fields or settings.inputs:
                run_fields(movement, node, activity, settings.fields, settings.inputs)
            activity.wait = _wait(node, settings, movement.resolver(node, activity))
        begin(movement, activity)


EXTERNAL_TASK = ExternalTask()


def settings_of(node: Node) -> ExternalTaskSettings | None:
    """The settings of an external task; None for any other node."""
    return node.settings if isinstance(node.settings, ExternalTaskSettings) else None


def with_work(node: Node, settings: ExternalTaskSettings | ExpressionSettings | None) -> Node:
    """A node with the settings that were read for it."""
    if isinstance(settings, ExpressionSettings):
        return replace(node, behaviour=EXPRESSION_TASK, settings=settings)
    results = () if settings is None else settings.results
    return replace(node, behaviour=EXTERNAL_TASK, settings=settings, outputs=(*results, *node.outputs))


def vocabulary_at(source: Source, element: XmlElement, vocabulary: Vocabulary) -> Vocabulary:
    """What may stand at an element that describes work: what is said to workers of foreign work is not ignored."""
    if Handling.WORKERS not in source.handling or foreign_work(source, element) is None:
        return vocabulary
    return replace(
        vocabulary,
        vendor_attributes=vocabulary.vendor_attributes | _DECISION,
        extensions=vocabulary.extensions | {"field", "connector"},
    )


def read_work(
    reading: Reading, element: XmlElement, holder: XmlElement
) -> ExternalTaskSettings | ExpressionSettings | None:
    """The settings of work that ``element`` describes: an expression, or work for a worker."""
    if _way(element) == "expression" and foreign_work(reading.source, element) is None:
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
    work = foreign_work(reading.source, element)
    if work is not None:
        check_foreign(reading.source, element, work)
    if work is not None and reading.source.handles(Handling.WORKERS):
        return handed_over(reading, element, holder, work)
    if not _is_external(reading.source, element, work):
        return None
    topic = attribute(reading.source, element, "topic")
    if topic is None:
        if vendor(element, "topic") is None:
            reading.source.complain(element, _MISSING_TOPIC)
        return None
    return ExternalTaskSettings(
        topic,
        priority(reading.source, element) or reading.priority,
        {**properties(holder), **parameter_properties(reading.source, element)},
        tuple(_error_throws(reading, element)),
    )


def handed_over(
    reading: Reading, element: XmlElement, holder: XmlElement, work: ForeignWork, more: Mapping[str, str] = _NOTHING
) -> ExternalTaskSettings | None:
    """The settings of work that the model leaves to something else, and that workers do instead.

    ``more`` is what they have to know beside what all such elements may say.
    """
    topic = expression(reading.source, element, work.topic)
    if topic is None:
        return None
    reading.source.hand_over(element, work.kind, work.topic)
    said = described_work(reading.source, element, work, more)
    return ExternalTaskSettings(
        topic,
        priority(reading.source, element) or reading.priority,
        {**properties(holder), **said.properties},
        (),
        said.fields,
        said.inputs,
        said.outputs,
    )


def _is_external(source: Source, element: XmlElement, work: ForeignWork | None) -> bool:
    kind = vendor(element, "type")
    if kind is not None and kind.lower() == "external":
        _check_beside(source, element)
        return True
    delegate = next((name for name in (*_decision(element), *DELEGATES) if _says(element, name)), None)
    remedy = Handling.PLAIN if work is None else Handling.WORKERS
    if work is not None and work.kind is Kind.BUILT_IN_TASK:
        text_ = f"Unsupported value '{kind}' of attribute 'camunda:type' of {described(element)}"
        source.complain(element, text_, work.kind, remedy)
    elif kind is not None:
        source.complain(element, f"Invalid usage of type attribute on {tag(element)}: '{kind}'")
    elif delegate is not None:
        text_ = f"Unsupported attribute 'camunda:{delegate}' of {described(element)}"
        source.complain(element, text_, Kind.ATTRIBUTE if work is None else work.kind, remedy)
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
            text_ = f"Unsupported attribute 'camunda:{name}' of {described(element)}"
            source.refuse(element, text_, Kind.DECISION, Handling.WORKERS)
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
