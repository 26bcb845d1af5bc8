"""What an event hands on to those who get it: variables and a business key, by the ``camunda:in`` of its definition.

Read by the modules of events. The rules, and which attribute counts where several stand, are the vendor's parser's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from taskbridge.engine import scopes
from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import Element, Source, extensions
from taskbridge.engine.expressions import CannotCast, Expression, Resolver
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, around
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import Variable, from_expression

_NO_SOURCE = "Missing parameter 'source' or 'sourceExpression' when passing variables"
_EMPTY_SOURCE = "Empty attribute '{}' when passing variables"
_NO_TARGET = "Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set"
_EMPTY_TARGET = "Empty attribute 'target' when attribute 'source' or 'sourceExpression' is set"
#: Types that take the vendor's own form on the way.
_WRITTEN_ANEW = frozenset({"Json", "Xml"})


@dataclass(frozen=True, slots=True)
class Passed:
    """One variable, taken over or computed; without a target all variables."""

    target: str | None = None
    source: str | Expression | None = None
    local: bool = False  # whether only the event's own variables count


@dataclass(frozen=True, slots=True)
class Payload:
    """Everything that an event hands on."""

    passed: tuple[Passed, ...] = ()
    business_key: Expression | None = None


def read_payload(source: Source, definition: Element) -> Payload:
    """What the ``in`` elements of an event definition say; an element with a business key says nothing else."""
    found = list(extensions(definition, "in"))
    keys = [element for element in found if element.get("businessKey")]
    passed = [_read(source, element) for element in found if not element.get("businessKey")]
    business_key = expression(source, keys[-1], keys[-1].get("businessKey")) if keys else None
    return Payload(tuple(one for one in passed if one is not None), business_key)


def read_passed(source: Source, holder: Element, name: str) -> tuple[Passed, ...]:
    """What the elements of a name among the extensions of ``holder`` pass on."""
    found = (_read(source, element) for element in extensions(holder, name))
    return tuple(one for one in found if one is not None)


def _read(source: Source, element: Element) -> Passed | None:
    local = element.get("local") == "true"
    if element.get("variables") == "all":
        return Passed(local=local)
    name = next((one for one in ("source", "sourceExpression") if element.get(one) is not None), None)
    if name is None:
        source.complain(element, _NO_SOURCE)
    elif not element.get(name):
        source.complain(element, _EMPTY_SOURCE.format(name))
    target = element.get("target")
    if not target:
        source.complain(element, _NO_TARGET if target is None else _EMPTY_TARGET)
    if name is None or not target:
        return None
    value = element.get(name)
    return Passed(target, value if name == "source" else expression(source, element, value), local)


def variables_of(payload: Payload, movement: Movement, node: Node, place: Activity) -> dict[str, Variable]:
    """The variables that an event hands on; what comes later goes before. Raises ExpressionError.

    ``place`` is the event's activity. Where it has no mappings, its own variables are those of the scope around it, as
    at the vendor's.
    """
    own = place if node.inputs or node.outputs else around(movement, place)
    return handed_on(
        payload.passed,
        movement,
        movement.resolver(node, place),
        lambda local: _seen(movement, own, local=local),
    )


def handed_on(
    passed: Iterable[Passed], movement: Movement, resolve: Resolver, seen: Callable[[bool], Mapping[str, Variable]]
) -> dict[str, Variable]:
    """Variables by what is to be passed; ``seen`` gives those that there are, or only local ones.

    What comes later goes before. Raises ExpressionError.
    """
    found: dict[str, Variable] = {}

    def resolve_local(name: str) -> object:
        if name in seen(False) and name not in seen(True):
            raise KeyError(name)
        return resolve(name)

    for one in passed:
        if one.target is None:
            found |= {name: _taken(name, variable) for name, variable in seen(one.local).items()}
        elif isinstance(one.source, Expression):
            movement.spend_on(one.source)
            value = one.source.evaluate(resolve_local if one.local else resolve)
            found[one.target] = from_expression(value, one.target)
        else:
            variable = seen(one.local).get(one.source or "")
            found[one.target] = Variable("Null", None) if variable is None else _taken(one.target, variable)
    return found


def business_key_of(payload: Payload, movement: Movement, node: Node, place: Activity) -> str | None:
    """The business key for what is started. Raises ExpressionError, and CannotCast for what is no text."""
    if payload.business_key is None:
        return None
    movement.spend_on(payload.business_key)
    value = payload.business_key.evaluate(movement.resolver(node, place))
    if value is not None and not isinstance(value, str):
        raise CannotCast(f"Cannot cast '{value}' to String")
    return value


def _seen(movement: Movement, place: Activity | None, *, local: bool) -> Mapping[str, Variable]:
    if not local:
        return scopes.visible_variables(movement.instance, place, movement)
    own = movement.instance.variables if place is None else place.variables
    return dict(own.items())


def _taken(name: str, variable: Variable) -> Variable:
    return from_expression(variable.python(), name) if variable.type in _WRITTEN_ANEW else variable
