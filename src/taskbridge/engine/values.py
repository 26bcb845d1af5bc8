"""Values that the settings of nodes yield: texts, names, whole numbers and dates, computed when the node is reached.

Called after the input mappings ran, so expressions see them (contract 3.1).
"""

import re

from taskbridge.engine.dates import moment
from taskbridge.engine.errors import InvalidDate, NotANumber
from taskbridge.engine.expressions import Expression, ExpressionError, Resolver
from taskbridge.engine.graph import Node

_BITS = 63
_WHOLE = re.compile(r"[+-]?\d{1,10}")


def text_of(expression: Expression | None, resolve: Resolver) -> str | None:
    """The text that an expression yields; None where it yields nothing, or where there is none."""
    if expression is None:
        return None
    value = expression.evaluate(resolve)
    return None if value is None else _shown(value)


def names_of(expressions: tuple[Expression, ...], resolve: Resolver) -> tuple[str, ...]:
    """The names that expressions yield, each once: texts with commas between them, or lists."""
    found: dict[str, None] = {}
    for expression in expressions:
        value = expression.evaluate(resolve)
        parts = value if isinstance(value, list) else ([] if value is None else _shown(value).split(","))
        found |= dict.fromkeys(name for part in parts if (name := _shown(part).strip()))
    return tuple(found)


def whole_number(node: Node, value: object, *, texts: bool) -> int:
    """A value as a whole number of 64 bits; ``texts`` tells whether digits will do. Raises NotANumber."""
    if texts and isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value.bit_length() > _BITS:
        raise NotANumber(node.id)
    return value


def date_of(node: Node, expression: Expression | None, resolve: Resolver, now: int) -> int | None:
    """The moment (epoch milliseconds) that an expression yields; None for nothing. Raises InvalidDate."""
    if expression is None:
        return None
    value = expression.evaluate(resolve)
    if value is None:
        return None
    found = moment(value, now)
    if found is None:
        raise InvalidDate(node.id, _shown(value))
    return found


def job_priority(node: Node, expression: Expression, resolve: Resolver) -> int:
    """The priority of a job; digits will do. One that fails is 0, as at the vendor's. Raises NotANumber."""
    try:
        value = expression.evaluate(resolve)
    except ExpressionError:
        return 0
    return whole_number(node, value, texts=True)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
