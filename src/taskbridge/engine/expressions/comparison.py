"""Comparison: == != < > <= >= and empty over any two values, as JUEL's boolean operations do it.

The operands' types decide what they are compared as, in the order of EL 2.1, section 1.8.
Calls nothing but `errors`, `values` and `texts`.
"""

import math
import struct
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from taskbridge.engine.expressions.errors import Fault
from taskbridge.engine.expressions.java_types import Array, Float, Integer, Short
from taskbridge.engine.expressions.texts import precedes, to_string
from taskbridge.engine.expressions.values import (
    LONG_MAX,
    LONG_MIN,
    WHOLE_NUMBERS,
    is_number,
    java_class,
    to_big_decimal,
    to_big_integer,
    to_boolean,
    to_double,
    to_long,
)

# Either operand's rank decides what both are converted to: the higher one counts, 0 is no number at all.
_LONG, _BIG_INTEGER = 1, 2
_RANKS: dict[type, int] = {Integer: _LONG, Short: _LONG, float: 3, Float: 3, Decimal: 4}
_NUMERIC_FORMS: tuple[Callable[[object], int | float | Decimal] | None, ...] = (
    None,
    to_long,
    to_big_integer,
    to_double,
    to_big_decimal,
)


def equal(left: object, right: object) -> bool:
    """Tell whether two values are equal after conversion; null equals only null; raises Fault."""
    if left is right:
        return True
    if left is None or right is None:
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if type(left) in WHOLE_NUMBERS and type(right) in WHOLE_NUMBERS:
        return left == right
    convert = _numeric_form(left, right)
    if convert is not None:
        return _same_number(convert(left), convert(right))
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, str) or isinstance(right, str):
        return to_string(left) == to_string(right)
    return same(left, right)


def unequal(left: object, right: object) -> bool:
    """Tell whether two values differ after conversion; raises Fault."""
    return not equal(left, right)


def less(left: object, right: object) -> bool:
    """Tell whether left < right; false when either is null; raises Fault for what has no order."""
    if left is right or left is None or right is None:
        return False
    return _precedes(left, right)


def greater(left: object, right: object) -> bool:
    """Tell whether left > right; false when either is null; raises Fault for what has no order."""
    if left is right or left is None or right is None:
        return False
    return _precedes(right, left)


def less_or_equal(left: object, right: object) -> bool:
    """Tell whether left <= right, which is "not greater": true for null and null and for NaN; raises Fault."""
    if left is right:
        return True
    return left is not None and right is not None and not _precedes(right, left)


def greater_or_equal(left: object, right: object) -> bool:
    """Tell whether left >= right, which is "not less": true for null and null and for NaN; raises Fault."""
    if left is right:
        return True
    return left is not None and right is not None and not _precedes(left, right)


def empty(value: object) -> bool:
    """Tell whether a value is null, an empty text, list or map."""
    return value is None or (isinstance(value, str | list | dict) and not value)


def same(left: object, right: object) -> bool:
    """Tell whether two values are equal without conversion (Java's equals), lists and maps by their elements."""
    if is_number(left) and is_number(right):
        return type(left) is type(right) and _same_number(left, right)
    if isinstance(left, Array) or isinstance(right, Array):
        return left is right
    if isinstance(left, str | bool | datetime) and type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def _rank(value: object) -> int:
    if type(value) is int:
        return _LONG if LONG_MIN <= value <= LONG_MAX else _BIG_INTEGER
    return _RANKS.get(type(value), 0)


def _numeric_form(left: object, right: object) -> Callable[[object], int | float | Decimal] | None:
    return _NUMERIC_FORMS[max(_rank(left), _rank(right))]


def _same_number(left: object, right: object) -> bool:
    # Java's equals: NaN equals itself, 0.0 and -0.0 differ, and so do BigDecimals of different scale.
    if isinstance(left, float) and isinstance(right, float):
        return struct.pack(">d", left) == struct.pack(">d", right) or (math.isnan(left) and math.isnan(right))
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left.as_tuple() == right.as_tuple()
    return left == right


def _precedes(left: object, right: object) -> bool:
    if type(left) in WHOLE_NUMBERS and type(right) in WHOLE_NUMBERS:
        return bool(left < right)  # type: ignore[operator]  # whole numbers both
    convert = _numeric_form(left, right)
    if convert is not None:
        return convert(left) < convert(right)
    if isinstance(left, str) or isinstance(right, str):
        return precedes(to_string(left), to_string(right))
    if isinstance(left, bool) and isinstance(right, bool):
        return left < right
    if isinstance(left, datetime) and type(left) is type(right):
        return left < right
    raise Fault(f"Cannot compare 'class {java_class(left)}' and 'class {java_class(right)}'")
