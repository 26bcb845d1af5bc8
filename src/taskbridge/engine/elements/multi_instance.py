"""Multi-instance activities: an activity that is carried out several times, all at once or one after the other.

Around it is a body: a node of its own, which has the flows, the boundary events and the jobs of the activity as a whole
and is a scope while its instances live. The activity itself stays what it is, without flows, and may be of any
kind. How many instances there are, and what each of them works on, are variables, as at the vendor's: counters in the
body, and in each instance its number and its element; in the body too where they come one after the other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from taskbridge.engine import conditions, leaving, scopes
from taskbridge.engine.bpmn_values import expression, flag
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import Source, child, text, vendor
from taskbridge.engine.cancelling import cancel_inside
from taskbridge.engine.elements.base import Behaviour, begin, begin_activity
from taskbridge.engine.errors import NotAnInteger, TooFewElements, TooManySteps
from taskbridge.engine.expressions import Array, CannotCast, Expression, ExpressionError, java_class
from taskbridge.engine.expressions.values import (
    INTEGER_MAX,
    INTEGER_MIN,
    is_number,
    saturated,
    to_big_integer,
    wrapped,
)
from taskbridge.engine.graph import InputScope, JobSettings, Node, Process
from taskbridge.engine.movement import MAX_STEPS, Movement, Token
from taskbridge.engine.reading import Reading, job_settings
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import Variable, from_expression
from taskbridge.engine.vocabulary import JOBS, NOTES, SEVERAL, Vocabulary, check
from taskbridge.kinds import ActivityKind

#: What the vendor calls a body, and adds to the id of its activity.
BODY = "multiInstanceBody"
NUMBER, ACTIVE, COMPLETED = "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"
COUNTER = "loopCounter"
#: What a called instance does not hand back, as at the vendor's: else it would set the counters of the body around.
NOT_HANDED_BACK = frozenset({NUMBER, ACTIVE, COMPLETED})
(_ELEMENT,) = SEVERAL
_VOCABULARY = Vocabulary(
    frozenset({"id", "isSequential"}),
    NOTES | {"loopCardinality", "loopDataInputRef", "inputDataItem", "completionCondition"},
    JOBS - {"jobPriority"} | {"collection", "elementVariable"},
    refused=frozenset(),
    ignored=frozenset({"loopDataOutputRef", "outputDataItem", "complexBehaviorDefinition"}),
    ignored_attributes=frozenset({"behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"}),
)
_NO_CARDINALITY = "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition "
_NO_NUMBER = "Either loopCardinality or loopDataInputRef/activiti:collection must be set"
_NO_COLLECTION = "LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable"
_OUTPUTS = "camunda:outputParameter not allowed for multi-instance constructs"
_NOT_BOOLEAN = (
    "ENGINE-02028 Could not resolve expression of type 'completionCondition'. "
    "Expression '{}' needs to evaluate to a boolean value."
)
_NOT_A_NUMBER = (
    "ENGINE-02027 Could not resolve expression of type 'loopCardinality'. "
    "Expression '{}' needs to be a number or number String."
)
_NEGATIVE = "ENGINE-02023 Invalid number of 'instances': must be positive integer value or zero, but was '{}'."
_NO_COLLECTION_IN = "ENGINE-02025 Variable '{}' is not of the expected type 'Collection'."
_NO_COLLECTION_BY = "ENGINE-02024 Expression '{}' didn't resolve to type 'Collection'."
_NO_COUNTER = 'The variable "{}" could not be found in execution with id {}: value is null'
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
#: What making an instance counts for in looks at tokens and activities.
_WORK_OF_INSTANCE = 10


@dataclass(frozen=True, slots=True)
class Loop:
    """The settings of a body: the activity in it, and how often and for what it is carried out.

    ``collection`` is the name of a variable, or an expression; ``element`` the variable that receives an element.
    """

    activity: Node
    sequential: bool
    cardinality: Expression | None = None
    collection: Expression | str | None = None
    element: str | None = None
    completion: Expression | None = None


class MultiInstance(Behaviour):
    """The body of a multi-instance activity."""

    hosts_boundaries = True
    takes_along = True

    def enter(self, movement: Movement, token: Token) -> None:
        """The instances begin, the first of them first. Raises TooManySteps, ExpressionError."""
        node, loop = token.node, loop_of(token.node)
        body = begin_activity(movement, token, ActivityKind.SCOPE)
        if not begin(movement, body):
            return
        elements = _elements(movement, node, loop, body)
        number = len(elements) if loop.cardinality is None else _cardinality(movement, node, loop.cardinality, body)
        if number == 0:
            if not leaving.leave_scope(movement, body, node):
                leaving.end_token(movement, body.scope_id, node)
            return
        _count(body, NUMBER, number)
        _count(body, COMPLETED, 0)
        _count(body, ACTIVE, 1 if loop.sequential else number)
        if loop.sequential:
            _begin_next(movement, node, loop, body, 0)
        else:
            _begin_all(movement, loop, body, number, elements)

    def is_over(self, movement: Movement, scope: Activity) -> bool:
        """An instance has ended: whether it was the last one, or the others need not be carried out any more.

        Raises ExpressionError.
        """
        node = movement.process.nodes[scope.node_id]
        loop = loop_of(node)
        over = (_ends_one_in_turn if loop.sequential else _ends_one_of_several)(movement, node, loop, scope)
        if not movement.process.conditional or (over and loop.sequential):  # which leaves before it judges the counters
            return over
        return conditions.goes_on(movement, scope.id) and over

    def has_execution(self, _node: Node) -> bool:
        """The body has one of its own."""
        return True

    def escalates(self, node: Node) -> bool:
        """As its activity does."""
        activity = loop_of(node).activity
        return activity.behaviour.escalates(activity)


MULTI_INSTANCE = MultiInstance()


def loop_of(node: Node) -> Loop:
    """The settings of a body."""
    if not isinstance(node.settings, Loop):
        raise TypeError(f"{node.element} '{node.id}' is no body of a multi-instance activity")
    return node.settings


def is_body(node_id: str) -> bool:
    """Whether an id is that of a body; no element of a file can have it."""
    return node_id.endswith(f"#{BODY}")


def activity_in(process: Process, node: Node) -> Node:
    """The activity in a body; the node itself where it is none."""
    return process.nodes[node.settings.activity.id] if isinstance(node.settings, Loop) else node


def body_around(process: Process, node: Node) -> Node:
    """The body of a multi-instance activity; the node itself where it is none."""
    around = process.nodes[node.scope] if node.scope is not None else node
    return around if around.behaviour is MULTI_INSTANCE else node


# modified


def forbids_another(node: Node) -> bool:
    """Whether a scope is a body whose instances come one after the other: no further one can begin beside."""
    return isinstance(node.settings, Loop) and node.settings.sequential


def begin_empty(node: Node, scope: Activity) -> dict[str, Variable] | None:
    """Count the one instance that is started by itself in a body that has just begun; nothing for other scopes.

    Gives the variables with which the instance begins where they are its own.
    """
    if not isinstance(node.settings, Loop):
        return None
    _count(scope, NUMBER, 1)
    _count(scope, COMPLETED, 0)
    _count(scope, ACTIVE, 1)
    if node.settings.sequential:
        _count(scope, COUNTER, 0)
        return None
    return {COUNTER: Variable("Integer", 0)}


def one_more(movement: Movement, scope: Activity) -> dict[str, Variable] | None:
    """Count a further instance that is started by itself, and give the variables with which it begins.

    None where the scope is no body of instances that live at the same time. Raises ExpressionError.
    """
    settings = movement.process.nodes[scope.node_id].settings
    if not isinstance(settings, Loop) or settings.sequential:
        return None
    number = _counted(movement, scope, NUMBER)
    _count(scope, NUMBER, number + 1)
    _count(scope, ACTIVE, _counted(movement, scope, ACTIVE) + 1)
    return {COUNTER: Variable("Integer", number)}


def one_less(movement: Movement, body: Activity) -> None:
    """Count that an instance in a body was cancelled. Raises ExpressionError."""
    _count(body, ACTIVE, _counted(movement, body, ACTIVE) - 1)


# carried out


def _begin_all(movement: Movement, loop: Loop, body: Activity, number: int, elements: Sequence[object]) -> None:
    if number > MAX_STEPS:
        raise TooManySteps(MAX_STEPS)
    movement.spend(number * _WORK_OF_INSTANCE)
    activity = movement.process.nodes[loop.activity.id]
    for index in reversed(range(number)):
        own = {COUNTER: Variable("Integer", index)}
        if loop.element is not None and loop.collection is not None:
            own[loop.element] = _element(body, loop.element, elements, index)
        movement.send(Token(activity, body.id, None, loop=own))


def _begin_next(movement: Movement, node: Node, loop: Loop, body: Activity, index: int) -> None:
    elements = _elements(movement, node, loop, body)
    _count(body, COUNTER, index)
    if loop.element is not None and loop.collection is not None:
        body.variables.set(loop.element, _element(body, loop.element, elements, index))
    movement.send(Token(movement.process.nodes[loop.activity.id], body.id, None))


def _ends_one_of_several(movement: Movement, _node: Node, loop: Loop, body: Activity) -> bool:
    ended = _ended(movement, loop, body)
    completed, active = _counted(movement, body, COMPLETED) + 1, _counted(movement, body, ACTIVE) - 1
    _count(body, COMPLETED, completed)
    _count(body, ACTIVE, active)
    if active <= 0 and completed == _counted(movement, body, NUMBER):
        movement.dissolve(body.id)
    elif active <= 0 or _is_complete(movement, loop, ended, loop.activity):  # a client may have changed the counters
        cancel_inside(movement, body.id)
    else:
        ended.id = movement.new_id()
        movement.create(ended)
        return False
    return True


def _ended(movement: Movement, loop: Loop, body: Activity) -> Activity:
    """What is left of an instance that has ended.

    At the vendor's its execution stays until the body ends, with its variables. It is shown as a transition instance,
    though nothing will let it go on.
    """
    ended = Activity(0, body.id, loop.activity.id, ActivityKind.ENDED)
    if movement.left is not None:
        ended.variables.put_all(movement.left)
    movement.left = None
    return ended


def _ends_one_in_turn(movement: Movement, node: Node, loop: Loop, body: Activity) -> bool:
    following, number = _counted(movement, body, COUNTER) + 1, _counted(movement, body, NUMBER)
    _count(body, COMPLETED, _counted(movement, body, COMPLETED) + 1)
    if following == number or _is_complete(movement, loop, body, node):
        return True
    _begin_next(movement, node, loop, body, following)
    return False


def _is_complete(movement: Movement, loop: Loop, place: Activity, node: Node) -> bool:
    """Whether the others need not be carried out: asked in what has ended, or in the body of a sequence."""
    if loop.completion is None:
        return False
    movement.spend_on(loop.completion)
    holds = loop.completion.evaluate(movement.resolver(node, place))
    if not isinstance(holds, bool):
        raise ExpressionError(_NOT_BOOLEAN.format(loop.completion.text))
    return holds


def _cardinality(movement: Movement, node: Node, cardinality: Expression, body: Activity) -> int:
    movement.spend_on(cardinality)
    value = cardinality.evaluate(movement.resolver(node, body))
    number = _whole(node, value)
    if number is None:
        raise ExpressionError(_NOT_A_NUMBER.format(cardinality.text))
    if number < 0:
        raise ExpressionError(_NEGATIVE.format(number))
    return number


def _whole(node: Node, value: object) -> int | None:
    """A number or the text of one as an int of Java; None for all else. Raises NotAnInteger for other texts."""
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value) or not INTEGER_MIN <= int(value) <= INTEGER_MAX:
            raise NotAnInteger(node.id, value)
        return int(value)
    if isinstance(value, float):
        return saturated(value, INTEGER_MIN, INTEGER_MAX)
    return wrapped(to_big_integer(value), 32) if is_number(value) else None


def _elements(movement: Movement, node: Node, loop: Loop, body: Activity) -> Sequence[object]:
    """The collection, which is asked for where it says how many instances there are, or what each works on.

    All that is a java.util.Collection will do.
    """
    if loop.collection is None or (loop.cardinality is not None and loop.element is None):
        return ()
    if isinstance(loop.collection, str):
        holder = scopes.holding(movement.instance, body, movement, loop.collection)
        value = None if holder is None else holder.seen(loop.collection)
        fault = _NO_COLLECTION_IN.format(loop.collection)
    else:
        movement.spend_on(loop.collection)
        value = loop.collection.evaluate(movement.resolver(node, body))
        fault = _NO_COLLECTION_BY.format(loop.collection.text)
    if isinstance(value, list) and not isinstance(value, Array):
        return value
    if loop.cardinality is not None:
        raise CannotCast(f"class {java_class(value)} cannot be cast to class java.util.Collection")
    raise ExpressionError(fault)


def _element(body: Activity, name: str, elements: Sequence[object], index: int) -> Variable:
    if index >= len(elements):
        raise TooFewElements(body.node_id)
    return from_expression(elements[index], name)


def _count(body: Activity, name: str, number: int) -> None:
    body.variables.set(name, Variable("Integer", number))


def _counted(movement: Movement, body: Activity, name: str) -> int:
    found = body.variables.get(name)
    if found is None or not isinstance(found.value, int):
        raise ExpressionError(_NO_COUNTER.format(name, movement.shown.execution(body.id)))
    return found.value


# read


def with_body(reading: Reading, element: XmlElement, activity: Node) -> list[Node]:
    """The nodes of an activity: with its body before it where it is carried out several times."""
    several = child(element, _ELEMENT)
    loop = None if several is None else _read(reading.source, several, activity)
    if several is None or loop is None:
        return [activity]
    if activity.outputs:
        reading.source.refuse(element, _OUTPUTS)
    of_instances = job_settings(reading.source, several)
    own = () if loop.sequential else (COUNTER, *([loop.element] if loop.element is not None else []))
    inner = replace(
        activity,
        scope=f"{activity.id}#{BODY}",
        job=_with_priority(of_instances, activity.job),
        outputs=(),
        loop_variables=own,
    )
    inner = replace(inner, input_scope=_input_scope(inner, loop))
    body = Node(
        f"{activity.id}#{BODY}",
        MULTI_INSTANCE,
        BODY,
        None,
        activity.scope,
        settings=replace(loop, activity=inner),
        job=None if activity.job is None else replace(activity.job, priority=None),
    )
    return [body, inner]


def _input_scope(activity: Node, loop: Loop) -> InputScope:
    """Where input parameters are computed: around the execution that receives them, which some activities share."""
    if activity.behaviour.has_execution(activity):
        return InputScope.AROUND if loop.sequential else InputScope.OWN
    return InputScope.BEYOND if loop.sequential else InputScope.AROUND


def _with_priority(own: JobSettings | None, outer: JobSettings | None) -> JobSettings | None:
    """The jobs of the instances: their own settings, with the priority of the activity."""
    priority = None if outer is None else outer.priority
    if own is None:
        return None if priority is None else JobSettings(priority=priority)
    return replace(own, priority=priority)


def _read(source: Source, element: XmlElement, activity: Node) -> Loop | None:
    check(source, element, _VOCABULARY)
    cardinality, completion = child(element, "loopCardinality"), child(element, "completionCondition")
    item = child(element, "inputDataItem")
    loop = Loop(
        activity,
        flag(element.get("isSequential"), default=False),
        None if cardinality is None else expression(source, element, cardinality.text or ""),
        _collection(source, element),
        vendor(element, "elementVariable") if item is None else item.get("name"),
        None if completion is None else expression(source, element, completion.text or ""),
    )
    return loop if _is_sound(source, element, loop) else None


def _collection(source: Source, element: XmlElement) -> Expression | str | None:
    """What stands in BPMN's own element counts before the vendor's attribute."""
    reference = child(element, "loopDataInputRef")
    found = vendor(element, "collection") if reference is None else text(reference)
    return expression(source, element, found) if found is not None and "{" in found else found


def _is_sound(source: Source, element: XmlElement, loop: Loop) -> bool:
    """Whether the vendor's parser would take it."""
    faults = []
    if loop.cardinality is not None and not loop.cardinality.text:
        faults.append(_NO_CARDINALITY)
    if loop.cardinality is None and loop.collection is None:
        faults.append(_NO_NUMBER)
    if loop.collection is None and loop.element is not None:
        faults.append(_NO_COLLECTION)
    for fault in faults:
        source.refuse(element, fault)
    return not faults
