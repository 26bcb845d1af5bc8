"""User tasks: what a person must do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from taskbridge.engine import task_listening
from taskbridge.engine.bpmn_task_listeners import task_listeners
from taskbridge.engine.bpmn_values import attribute, expression, expressions, items
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import Source, children, documentation, vendor
from taskbridge.engine.elements.base import Element, begin, begin_activity
from taskbridge.engine.expressions import Expression, Resolver
from taskbridge.engine.graph import JobDeclaration, Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading, assigned, draft, properties, resource_assignment
from taskbridge.engine.state import ForPerson
from taskbridge.engine.value_texts import names, text
from taskbridge.engine.values import date_of, whole_number
from taskbridge.engine.vocabulary import (
    ACTIVITY_ATTRIBUTES,
    FORM,
    FORM_FIELDS,
    FORM_HANDLER,
    IN_ACTIVITY,
    JOBS,
    LOOPS,
    MAPPING,
    Vocabulary,
    described,
)
from taskbridge.kinds import ActivityKind

_PRIORITY = 50


@dataclass(frozen=True, slots=True)
class UserTaskSettings:
    """What a user task is created with; every value may be an expression."""

    name: Expression | None = None
    assignee: Expression | None = None
    candidate_users: tuple[Expression, ...] = ()  # each yields one name, names with commas between, or a list of names
    candidate_groups: tuple[Expression, ...] = ()
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    priority: Expression | None = None
    form_key: Expression | None = None
    description: Expression | None = None
    properties: Mapping[str, str] = field(default_factory=dict)  # the engine does not read them; dialects may


class UserTask(Element):
    """A task that waits for a person."""

    names = ("userTask",)
    vocabulary = Vocabulary(
        ACTIVITY_ATTRIBUTES | {"implementation"},
        IN_ACTIVITY | {"rendering"},
        FORM | JOBS | {"assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"},
        MAPPING | FORM_FIELDS | {"taskListener"},
        FORM_HANDLER,
        LOOPS,
    )
    hosts_boundaries = True
    for_people = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node with its settings."""
        node = draft(reading, element, scope, self, self.vocabulary)
        source = reading.source
        users, groups = assigned(element, "potentialOwner")
        return replace(
            node,
            task_listeners=task_listeners(reading, element),
            settings=UserTaskSettings(
                name=expression(source, element, element.get("name")),
                assignee=_assignee(source, element),
                candidate_users=expressions(source, element, users + items(vendor(element, "candidateUsers"))),
                candidate_groups=expressions(source, element, groups + items(vendor(element, "candidateGroups"))),
                due_date=attribute(source, element, "dueDate"),
                follow_up_date=attribute(source, element, "followUpDate"),
                priority=attribute(source, element, "priority"),
                form_key=attribute(source, element, "formKey"),
                description=expression(source, element, documentation(element)),
                properties=properties(element),
            ),
        )

    def enter(self, movement: Movement, token: Token) -> None:
        """A task begins, with what its settings yield now. Raises NotANumber, InvalidDate, ExpressionError."""
        node = token.node
        activity = begin_activity(movement, token, ActivityKind.USER)
        settings = settings_of(node)
        if settings is not None:
            activity.wait = _wait(node, settings, movement.resolver(node, activity), movement.now)
        if begin(movement, activity) and node.task_listeners is not None:
            task_listening.created(movement, node, activity)

    def jobs(self, node: Node) -> list[JobDeclaration]:
        """The jobs of any node, and those of listeners that are evaluated at a time."""
        return [*super().jobs(node), *task_listening.declared(node)]


USER_TASK = UserTask()


def settings_of(node: Node) -> UserTaskSettings | None:
    """The settings of a user task; None for any other node."""
    return node.settings if isinstance(node.settings, UserTaskSettings) else None


def _assignee(source: Source, element: XmlElement) -> Expression | None:
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


def _wait(node: Node, settings: UserTaskSettings, resolve: Resolver, now: int) -> ForPerson:
    return ForPerson(
        name=text(settings.name, resolve),
        description=text(settings.description, resolve),
        assignee=text(settings.assignee, resolve),
        priority=_priority(node, settings.priority, resolve),
        due_at=date_of(node, settings.due_date, resolve, now),
        follow_up_at=date_of(node, settings.follow_up_date, resolve, now),
        form_key=text(settings.form_key, resolve),
        candidate_users=names(settings.candidate_users, resolve),
        candidate_groups=names(settings.candidate_groups, resolve),
    )


def _priority(node: Node, priority: Expression | None, resolve: Resolver) -> int:
    value = None if priority is None else priority.evaluate(resolve)
    return _PRIORITY if value is None else whole_number(node, value)
