"""The view ``execution``: what expressions may ask of the execution that runs them, and do to its variables.

Which execution that is, is the vendor's rule: input parameters are computed in the scope around an activity, everything
else in the activity. Its ids are those that clients are shown (``Environment.shown``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from taskbridge.engine import scopes
from taskbridge.engine.expressions import ExpressionError, Integer, ObjectMap, View, ViewType, hash_set, to_string
from taskbridge.engine.graph import InputScope, Node, Process
from taskbridge.engine.state import Activity, Environment, Instance
from taskbridge.engine.variables import Variable, Variables, from_expression
from taskbridge.kinds import ActivityKind

_ENTITIES = "org.camunda.bpm.engine.impl.persistence.entity"
_VARIABLE_MAP = {"objectTypeName": "org.camunda.bpm.engine.variable.impl.VariableMapImpl"}


class At(Enum):
    """Where an expression stands."""

    AROUND = "around"  # in the scope around the node: its input parameters
    NODE = "node"  # in the node
    LEFT = "left"  # in the node once its activity instance is over: its output parameters


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a listener is evaluated for."""

    event: str  # start, end or take
    flow_id: str | None = None  # the flow that is taken
    cancelled: bool = False  # whether what ends is cancelled
    over: bool = False  # whether the instance ends


@dataclass(slots=True)
class Execution:
    """One execution, as its view sees it. ``place`` None is the process instance; ``node`` None stands at no node."""

    process: Process
    instance: Instance
    place: Activity | None
    environment: Environment
    node: Node | None
    at: At = At.NODE
    occasion: Occasion | None = None  # None where no listener asks

    @property
    def own(self) -> Activity | None:
        """The activity that the execution belongs to alone; None where it is that of the scope."""
        return self.place if self.place is not None and self._in_node else None

    @property
    def _in_node(self) -> bool:
        return self.place is not None and self.node is not None and self.place.node_id == self.node.id

    def number(self) -> int:
        """The integer of the execution; one that has no row gets an id of its own, for the length of the command."""
        if self.place is None:
            return self.instance.id
        self.place.id = self.place.id or self.environment.new_id()
        return self.place.id

    def around(self) -> "Execution":
        """The execution of the scope around."""
        place = None if self.place is None else scopes.around(self.instance, self.place, self.environment)
        return Execution(self.process, self.instance, place, self.environment, None)

    def top(self) -> "Execution":
        """The execution of the process instance."""
        return Execution(self.process, self.instance, None, self.environment, None)

    # variables

    def find(self, name: object) -> Variable | None:
        """The nearest variable of that name."""
        return scopes.get_variable(self.instance, self.place, self.environment, to_string(name))

    def value(self, name: object) -> object:
        """What the nearest variable of that name holds, None where there is none."""
        text = to_string(name)
        return _seen(scopes.holding(self.instance, self.place, self.environment, text), text)

    def local(self) -> Variables:
        """The variables of this execution alone."""
        if self.place is None:
            return self.instance.variables
        return self.around().local() if self._shares_scope(self.place) else self.place.variables

    def _shares_scope(self, place: Activity) -> bool:
        # The vendor gives no execution of its own to what is passed, or to a user task, that keeps nothing in it.
        node = self.process.nodes[place.node_id]
        if node.input_scope is InputScope.BEYOND:  # one of a sequence, in the execution of the body
            return True
        passes = place.kind is ActivityKind.SCOPE and not node.behaviour.has_execution(node)
        if not (passes or place.kind is ActivityKind.USER) or node.own_names or node.outputs or node.boundaries:
            return False
        return self.instance.tokens.count(place.scope_id) == 1

    def put(self, name: object, value: object) -> None:
        """Write a variable where its name is, else into the process instance."""
        text = to_string(name)
        scopes.set_variable(self.instance, self.place, self.environment, text, _made(value, text))

    def put_local(self, name: object, value: object) -> None:
        """Write a variable of this execution."""
        text = to_string(name)
        scopes.set_own(self.local(), text, _made(value, text))

    def set_business_key(self, key: object) -> None:
        """Give the process instance another business key."""
        self.instance.business_key = None if key is None else to_string(key)

    def remove(self, name: object) -> None:
        """Take the nearest variable of that name away."""
        scopes.remove_variable(self.instance, self.place, self.environment, to_string(name))


def _made(value: object, name: str) -> Variable:
    try:
        return from_expression(value, name)
    except ExpressionError as error:
        raise ExpressionError(f"org.camunda.bpm.engine.ProcessEngineException: {error}") from error


# ids


def _id(one: Execution) -> str:
    shown = one.environment.shown
    return shown.process_instance(one.number()) if one.place is None else shown.execution(one.number())


def _process_instance_id(one: Execution) -> str:
    return one.environment.shown.process_instance(one.instance.id)


def _root_process_instance_id(one: Execution) -> str:
    return one.environment.shown.process_instance(one.environment.root_id)


def _super_execution(one: Execution) -> View | None:
    """The execution that has called the instance, asked of any execution in it."""
    caller = one.environment.caller()
    if caller is None:
        return None
    node = caller.process.nodes[caller.activity.node_id]
    return _view(Execution(caller.process, caller.instance, caller.activity, caller.environment, node))


def _activity_instance_id(one: Execution) -> str | None:
    if one.occasion is not None and one.own is None and not one.occasion.over:
        return None  # between activities, and before the first one
    if one.at is At.LEFT:
        return _activity_instance_id(one.around())
    shown = one.environment.shown
    if one.place is not None and (one.node is None or one.place.node_id == one.node.id):
        return shown.activity_instance(one.place.node_id, one.number())
    if one.node is not None and one.occasion is None:
        return shown.activity_instance(one.node.id, one.environment.new_id())
    return shown.process_instance(one.instance.id)


def _parent_activity_instance_id(one: Execution) -> str | None:
    inner = one.own is None and one.node is not None
    parent = Execution(one.process, one.instance, one.place, one.environment, None) if inner else one.around()
    return _activity_instance_id(parent)


def _parent_id(one: Execution) -> str | None:
    return None if one.place is None else _id(one.around())


def _shown_as(one: Execution) -> str:
    kind = "ProcessInstance" if one.place is None else "ScopeExecution"
    return f"{kind}[{_id(one)}]"


def _view(one: Execution) -> View:
    return View(EXECUTION, one)


def _parent(one: Execution) -> View | None:
    return None if one.place is None else _view(one.around())


def _of_node(read: Callable[[Node], object]) -> Callable[[Execution], object]:
    return lambda one: None if one.node is None else read(one.node)


def _ends(one: Execution) -> bool:
    """Whether its path ends."""
    if one.occasion is None or one.node is None:
        return one.occasion is not None
    return one.occasion.over or (one.occasion.event == "end" and one.node.behaviour.is_end)


def _definition(one: Execution) -> View:
    return View(DEFINITION, one)


def _activity(node: Node) -> View:
    return View(ACTIVITY, node)


def _nothing(_one: object) -> None:
    return None


def _always(answer: bool) -> Callable[[Execution], object]:
    return lambda _one: answer


# variables


def _seen(holder: Variables | None, name: str) -> object:
    return None if holder is None or name not in holder else holder.seen(name)


def _typed(variable: Variable | None) -> View | None:
    return None if variable is None else View(TYPED_VALUE, variable)


def _map(variables: Mapping[str, Variable]) -> ObjectMap:
    return ObjectMap({name: variables[str(name)].python() for name in hash_set(list(variables))}, _VARIABLE_MAP)


def _all(one: Execution) -> dict[str, Variable]:
    return scopes.visible_variables(one.instance, one.place, one.environment)


def _put_all(put: Callable[[object, object], None], values: object) -> None:
    if isinstance(values, Mapping):
        for name, value in values.items():
            put(name, value)


def _remove_own(one: Execution, names: object = None) -> None:
    for name in list(one.local() if names is None else map(to_string, names if isinstance(names, Iterable) else ())):
        one.local().remove(name)


def _remove_each(one: Execution, names: object) -> None:
    for name in names if isinstance(names, Iterable) else ():
        one.remove(name)


#: What every scope of variables offers, executions and tasks alike.
VARIABLE_PROPERTIES: Mapping[str, Callable[[Any], object]] = {
    "variables": lambda one: _map(_all(one)),
    "variablesLocal": lambda one: _map(dict(one.local().items())),
    "variableNames": lambda one: hash_set(list(_all(one))),
    "variableNamesLocal": lambda one: hash_set(list(one.local())),
}
VARIABLE_METHODS: Mapping[tuple[str, int], Callable[..., object]] = {
    ("getVariable", 1): lambda one, name: one.value(name),
    ("getVariableLocal", 1): lambda one, name: _seen(one.local(), to_string(name)),
    ("getVariableTyped", 1): lambda one, name: _typed(one.find(name)),
    ("getVariableTyped", 2): lambda one, name, _deserialized: _typed(one.find(name)),
    ("getVariableLocalTyped", 1): lambda one, name: _typed(one.local().get(to_string(name))),
    ("hasVariable", 1): lambda one, name: one.find(name) is not None,
    ("hasVariableLocal", 1): lambda one, name: to_string(name) in one.local(),
    ("hasVariables", 0): lambda one: bool(_all(one)),
    ("hasVariablesLocal", 0): lambda one: bool(one.local()),
    ("setVariable", 2): Execution.put,
    ("setVariableLocal", 2): Execution.put_local,
    ("setVariables", 1): lambda one, values: _put_all(one.put, values),
    ("setVariablesLocal", 1): lambda one, values: _put_all(one.put_local, values),
    ("removeVariable", 1): Execution.remove,
    ("removeVariableLocal", 1): lambda one, name: _remove_own(one, [name]),
    ("removeVariables", 0): _remove_own,
    ("removeVariables", 1): _remove_each,
    ("removeVariablesLocal", 0): _remove_own,
    ("removeVariablesLocal", 1): _remove_own,
}
EXECUTION = ViewType(
    f"{_ENTITIES}.ExecutionEntity",
    {
        "id": _id,
        "processInstanceId": _process_instance_id,
        "rootProcessInstanceId": _root_process_instance_id,
        "processBusinessKey": lambda one: one.instance.business_key,
        "businessKey": lambda one: one.instance.business_key,
        "processDefinitionId": lambda one: one.environment.shown.definition_id,
        "processDefinitionKey": lambda one: one.process.key,
        "processDefinition": _definition,
        "activityInstanceId": _activity_instance_id,
        "parentActivityInstanceId": _parent_activity_instance_id,
        "parentId": _parent_id,
        "parent": _parent,
        "processInstance": lambda one: _view(one.top()),
        "currentActivityId": _of_node(lambda node: node.id),
        "currentActivityName": _of_node(lambda node: node.name),
        "activityId": _of_node(lambda node: node.id),
        "activity": _of_node(_activity),
        "currentTransitionId": lambda one: None if one.occasion is None else one.occasion.flow_id,
        "eventName": lambda one: None if one.occasion is None else one.occasion.event,
        "tenantId": lambda one: one.environment.shown.tenant,
        "superExecution": _super_execution,
        "superCaseExecution": _nothing,
        "caseInstanceId": _nothing,
        **VARIABLE_PROPERTIES,
        "variableScopeKey": lambda _one: "execution",
        "active": lambda one: one.node is not None and not _ends(one),
        "ended": _ends,
        "suspended": _always(False),
        "canceled": lambda one: one.occasion is not None and one.occasion.cancelled,
        "scope": _always(True),
        "processInstanceExecution": lambda one: one.place is None,
    },
    {
        **VARIABLE_METHODS,
        ("setProcessBusinessKey", 1): Execution.set_business_key,
        ("setBusinessKey", 1): Execution.set_business_key,
        ("toString", 0): _shown_as,
    },
)
DEFINITION = ViewType(
    f"{_ENTITIES}.ProcessDefinitionEntity",
    {
        "id": lambda one: one.environment.shown.definition_id,
        "key": lambda one: one.process.key,
        "name": lambda one: one.process.name,
        "version": lambda one: Integer(one.environment.shown.definition_version),
        "versionTag": lambda one: one.process.version_tag,
        "category": lambda one: one.process.category,
        "description": lambda one: one.process.description,
        "tenantId": lambda one: one.environment.shown.tenant,
    },
)
ACTIVITY = ViewType(
    "org.camunda.bpm.engine.impl.pvm.process.ActivityImpl",
    {"id": lambda node: node.id, "activityId": lambda node: node.id, "name": lambda node: node.name},
)
TYPED_VALUE = ViewType(
    "org.camunda.bpm.engine.variable.value.TypedValue",
    {"value": Variable.python, "transient": lambda variable: variable.transient},
)
#: What the view of an execution leads to.
PARTS = (EXECUTION, DEFINITION, ACTIVITY, TYPED_VALUE)


def execution_view(
    process: Process,
    instance: Instance,
    place: Activity | None,
    environment: Environment,
    node: Node | None,
    at: At = At.NODE,
    *,
    occasion: Occasion | None = None,
) -> View:
    """The view of the execution in which an expression of ``node`` is evaluated."""
    standing = None if at is At.AROUND else node
    return View(EXECUTION, Execution(process, instance, place, environment, standing, at, occasion))
