"""Input and output mappings: values computed on the way into an activity and on the way out of it (contract 2.8, 7).

Called by the interpreter. Inputs are read outside and become local; outputs are read inside and written outside.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from taskbridge.engine import scopes
from taskbridge.engine.execution_view import At
from taskbridge.engine.expressions import Expression, Resolver, UnknownProperty
from taskbridge.engine.graph import InputScope, Node, Parameter, ParameterValue
from taskbridge.engine.movement import Movement
from taskbridge.engine.scripts.script import Script
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import CONTENT_TYPES, Variable, from_expression

#: Types of which an expression yields another form: a file becomes Bytes, and documents are written anew.
_REWRITTEN = CONTENT_TYPES | {"Json", "Xml"}
_COMPUTED = (Expression, Script)
_BARE_NAME = re.compile(r"\s*[$#]\{\s*(\w+)\s*\}\s*")


def run_inputs(movement: Movement, node: Node, activity: Activity) -> None:
    """Compute the input parameters of an activity; they become its own variables (exceptions: ``InputScope``)."""
    if not node.inputs or movement.unmapped:
        return
    place, own = scopes.around(movement.instance, activity, movement), activity.variables
    if node.input_scope is InputScope.OWN:
        place = activity
    elif node.input_scope is InputScope.BEYOND and place is not None:
        own, place = place.variables, scopes.around(movement.instance, place, movement)
    for parameter in node.inputs:
        own.set(parameter.name, _variable(movement, node, place, parameter, At.AROUND))


def run_fields(
    movement: Movement, node: Node, activity: Activity, fields: Sequence[Parameter], inputs: Sequence[Parameter]
) -> None:
    """Compute values inside of an activity that has its input parameters; they become its own variables too.

    None of them sees another one. Of the ``fields`` one that uses a name that is not there is left out: the vendor's
    engine computes a field when the code that has it asks for it.
    """
    found: dict[str, Variable] = {}
    for parameter in fields:
        with suppress(UnknownProperty):
            found[parameter.name] = _variable(movement, node, activity, parameter, At.NODE)
    for parameter in inputs:
        found[parameter.name] = _variable(movement, node, activity, parameter, At.NODE)
    for name, variable in found.items():
        activity.variables.set(name, variable)


def run_outputs(movement: Movement, node: Node, activity: Activity) -> None:
    """Compute the output parameters inside the activity and write them outside: where the name is, else at the top.

    They see what the process sees of the activity (``scopes.execution``).
    """
    if not node.outputs or movement.unmapped:
        return
    outside = scopes.around(movement.instance, activity, movement)
    inside = scopes.execution(node, activity)
    for parameter in node.outputs:
        variable = _variable(movement, node, inside, parameter, At.LEFT)
        scopes.set_variable(movement.instance, outside, movement, parameter.name, variable)


def _variable(movement: Movement, node: Node, place: Activity | None, parameter: Parameter, at: At) -> Variable:
    # A bare name hands the variable on as it is, unless its value takes another form on the way.
    value = parameter.value
    if isinstance(value, Expression) and len(value.names) == 1 and (matched := _BARE_NAME.fullmatch(value.text)):
        movement.spend_on(value)
        same = scopes.get_variable(movement.instance, place, movement, matched[1])
        if same is not None and same.type not in _REWRITTEN:
            return same._replace(transient=False)
    return from_expression(_evaluate(movement, value, movement.resolver(node, place, at)), parameter.name)


def _evaluate(movement: Movement, value: ParameterValue, resolve: Resolver) -> object:
    if isinstance(value, _COMPUTED):
        movement.spend_on(value)
        return value.evaluate(resolve)
    if isinstance(value, tuple):
        return [_evaluate(movement, item, resolve) for item in value]
    if isinstance(value, Mapping):
        return {key: _evaluate(movement, item, resolve) for key, item in value.items()}
    return None
