"""Service, send and business rule tasks, and message events, whose work is an expression of the model."""

from dataclasses import dataclass

from taskbridge.engine import scopes
from taskbridge.engine.bpmn_values import attribute
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import vendor
from taskbridge.engine.elements.base import Behaviour, fleeting, leave_with_mappings
from taskbridge.engine.elements.service_types import type_of_service
from taskbridge.engine.expressions import Expression
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import from_expression
from taskbridge.kinds import ActivityState


@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """What is evaluated, and the variable that receives the value."""

    expression: Expression
    result_variable: str | None


class ExpressionTask(Behaviour):
    """A task that is done by evaluating an expression; a token passes it."""

    hosts_boundaries = True

    def type_of(self, node: Node) -> str:
        """A message event stays an event to the vendor's API."""
        return type_of_service(node)

    def enter(self, movement: Movement, token: Token) -> None:
        """The expression is evaluated. Raises ExpressionError."""
        place = fleeting(movement, token)
        if place.state < ActivityState.DONE:
            _carry_out(movement, token.node, place)
        leave_with_mappings(movement, token, place)


EXPRESSION_TASK = ExpressionTask()


def read_expression(reading: Reading, element: XmlElement) -> ExpressionSettings | None:
    """The settings of work that ``element`` describes by an expression; None where it is done in another way."""
    found = attribute(reading.source, element, "expression")
    return None if found is None else ExpressionSettings(found, vendor(element, "resultVariable"))


def _carry_out(movement: Movement, node: Node, place: Activity) -> None:
    settings = node.settings
    if not isinstance(settings, ExpressionSettings):
        return
    movement.spend_on(settings.expression)
    value = settings.expression.evaluate(movement.resolver(node, place))
    if settings.result_variable is not None:
        name = settings.result_variable
        scopes.set_variable(movement.instance, place, movement, name, from_expression(value, name))
