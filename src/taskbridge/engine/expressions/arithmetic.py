"""Arithmetic: + - * / % and the unary minus over any two values, as JUEL's number operations do it.

Which numbers an operation works on is decided by the operands' types, in the order of EL 2.1, section 1.7.
Calls nothing but `errors` and `values`.
"""

import math
import operator
from collections.abc import Callable
from decimal import Decimal, DecimalException

from taskbridge.engine.expressions.errors import Fault
from taskbridge.engine.expressions.java_types import Integer, Short
from taskbridge.engine.expressions.values import (
    DECIMALS,
    is_big_integer,
    java_class,
    sized,
    to_big_decimal,
    to_big_integer,
    to_double,
    to_long,
    wrapped,
)

Operation = Callable[[object, object], object]


def _looks_fractional(value: object) -> bool:
    # JUEL takes a text with one of these characters for a floating point number, whatever else is in it.
    return isinstance(value, str) and any(mark in value for mark in ".eE")


def _is_double(value: object) -> bool:
    return isinstance(value, float) or _looks_fractional(value)


def _on_decimals(operation: Callable[[Decimal, Decimal], Decimal], left: object, right: object) -> Decimal:
    try:
        return operation(to_big_decimal(left), to_big_decimal(right))
    except DecimalException as error:
        raise Fault("the number is outside the range of BigDecimal") from error


def _operation(
    on_numbers: Callable[[int, int], int],
    on_doubles: Callable[[float, float], float],
    on_decimals: Callable[[Decimal, Decimal], Decimal],
) -> Operation:
    """Make one of + - * out of its three forms."""

    def apply(left: object, right: object) -> object:
        if left is None and right is None:
            return 0
        big = is_big_integer(left) or is_big_integer(right)
        doubles = _is_double(left) or _is_double(right)
        if isinstance(left, Decimal) or isinstance(right, Decimal) or (big and doubles):
            return _on_decimals(on_decimals, left, right)
        if doubles:
            return on_doubles(to_double(left), to_double(right))
        if big:
            return sized(on_numbers(to_big_integer(left), to_big_integer(right)))
        return wrapped(on_numbers(to_long(left), to_long(right)))

    return apply


add = _operation(operator.add, operator.add, DECIMALS.add)
subtract = _operation(operator.sub, operator.sub, DECIMALS.subtract)
multiply = _operation(operator.mul, operator.mul, DECIMALS.multiply)


def divide(left: object, right: object) -> object:
    """Divide; always on doubles (7 / 0 is Infinity) unless a big number takes part; raises Fault."""
    if left is None and right is None:
        return 0
    if any(isinstance(value, Decimal) or is_big_integer(value) for value in (left, right)):
        return _on_decimals(_divide_decimals, left, right)
    return _divide_doubles(to_double(left), to_double(right))


def remainder(left: object, right: object) -> object:
    """Give what division leaves, with the dividend's sign; raises Fault for whole numbers modulo 0."""
    if left is None and right is None:
        return 0
    if any(isinstance(value, Decimal) or _is_double(value) for value in (left, right)):
        return _double_remainder(to_double(left), to_double(right))
    if is_big_integer(left) or is_big_integer(right):
        return _whole_remainder(to_big_integer(left), to_big_integer(right))
    return _whole_remainder(to_long(left), to_long(right))


def negate(value: object) -> object:
    """Change the sign; text is read as a number first; raises Fault for what is no number."""
    if value is None:
        return 0
    if isinstance(value, str):
        return -to_double(value) if _looks_fractional(value) else wrapped(-to_long(value))
    if isinstance(value, Decimal):
        return DECIMALS.minus(value)
    if isinstance(value, float):
        return -value
    if isinstance(value, Integer):  # the class stays
        return Integer(wrapped(-value, 32))
    if isinstance(value, Short):
        return Short(wrapped(-value, 16))
    if type(value) is int:
        return -value if is_big_integer(value) else wrapped(-value)
    raise Fault(f"Cannot negate 'class {java_class(value)}'")


def _divide_decimals(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise Fault("/ by zero")
    # BigDecimal.divide(divisor, rounding) keeps the scale of the dividend.
    return DECIMALS.quantize(DECIMALS.divide(left, right), Decimal(1).scaleb(int(left.as_tuple().exponent)))


def _divide_doubles(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _double_remainder(left: float, right: float) -> float:
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def _whole_remainder(left: int, right: int) -> int:
    if right == 0:
        raise Fault("/ by zero")
    return int(math.copysign(1, left)) * (abs(left) % abs(right))
