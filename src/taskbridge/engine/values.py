"""Numbers and dates that the settings of nodes yield, computed when the node is reached (contract 3.1).

Texts and names are the affair of ``value_texts``.
"""

import logging

from taskbridge.engine.dates import moment
from taskbridge.engine.errors import InvalidDate, NotANumber
from taskbridge.engine.expressions import Expression, ExpressionError, Resolver, to_string
from taskbridge.engine.graph import Node
from taskbridge.engine.value_texts import whole

log = logging.getLogger("taskbridge.engine")


def priority_of(node: Node, expression: Expression, resolve: Resolver) -> int:
    """The priority of an external task or a job; one that fails is 0, as at the vendor's. Raises NotANumber."""
    try:
        value = expression.evaluate(resolve)
    except ExpressionError as error:
        log.warning("a priority at %r is taken for 0: %s", node.id, error)
        return 0
    # Only a constant may be written as text; an expression must yield a whole number.
    return whole_number(node, value if expression.literal or isinstance(value, int) else None)


def whole_number(node: Node, value: object) -> int:
    """A number, or the text of one, as a whole number (``value_texts.whole``). Raises NotANumber."""
    found = whole(value)
    if found is None:
        raise NotANumber(node.id)
    return found


def date_of(node: Node, expression: Expression | None, resolve: Resolver, now: int) -> int | None:
    """The moment (epoch milliseconds) that an expression yields; None for nothing. Raises InvalidDate."""
    value = None if expression is None else expression.evaluate(resolve)
    if value is None:
        return None
    found = moment(value, now)
    if found is None:
        raise InvalidDate(node.id, to_string(value))
    return found
