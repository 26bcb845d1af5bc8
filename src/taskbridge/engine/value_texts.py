"""What a setting makes of the value of its expression: a text, names, a whole number. Pure; called by elements.

Nothing is converted that the vendor does not convert: a list is no assignee, and its text is none either.
"""

import re

from taskbridge.engine.expressions import (
    CannotCast,
    Character,
    Collected,
    Expression,
    ExpressionError,
    Resolver,
    java_class,
)

_WHOLE = re.compile(r"[+-]?\d{1,10}")


def text(expression: Expression | None, resolve: Resolver) -> str | None:
    """The text of a setting; None where it is absent or null. Raises ExpressionError for what is no String."""
    value = None if expression is None else expression.evaluate(resolve)
    return None if value is None else _string(value)


def names(expressions: tuple[Expression, ...], resolve: Resolver) -> tuple[str, ...]:
    """Names: a text of names with commas between, or a collection of names. Raises ExpressionError.

    One that comes twice is there twice, as at the vendor's.
    """
    found: list[str] = []
    for expression in expressions:
        value = expression.evaluate(resolve)
        if isinstance(value, str) and not isinstance(value, Character):
            parts = value.split(",")
        elif isinstance(value, Collected) or java_class(value).endswith("List"):
            parts = [_string(part) for part in value]  # type: ignore[attr-defined]  # a list, by its class
        else:
            raise ExpressionError("Expression did not resolve to a string or collection of strings")
        found += [name for part in parts if (name := part.strip())]
    return tuple(found)


def whole(value: object) -> int | None:
    """The whole number that a number or the text of one means, a fraction cut off; None for all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if abs(value) < 2**31 else None
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else None


def _string(value: object) -> str:
    if isinstance(value, str) and not isinstance(value, Character):
        return value
    raise CannotCast(f"class {java_class(value)} cannot be cast to class java.lang.String")
