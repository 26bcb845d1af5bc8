"""Methods of numbers and truth values, as those of java.lang. Calls `errors`, `java_types`, `method` and `values`."""

import math

from taskbridge.engine.expressions.errors import Thrown
from taskbridge.engine.expressions.java_types import Float, Integer
from taskbridge.engine.expressions.method import Method, Methods, itself, sign_of
from taskbridge.engine.expressions.values import java_class, to_double, to_integer, to_long, to_short


def _compared(base: float, other: object) -> Integer:
    if other is None:
        raise Thrown("java.lang.NullPointerException")
    if not isinstance(other, int | float) or type(base) is not type(other):
        raise Thrown(
            f"java.lang.ClassCastException: class {java_class(other)} cannot be cast to class {java_class(base)}"
        )
    return sign_of(base < other, base > other)


def _hash_of_long(base: int) -> Integer:
    low = (base ^ (base >> 32)) & 0xFFFFFFFF
    return Integer(low - (1 << 32) if low >= 1 << 31 else low)


NUMBERS: Methods = {
    ("intValue", 0): Method(to_integer),
    ("longValue", 0): Method(to_long),
    ("shortValue", 0): Method(to_short),
    ("doubleValue", 0): Method(to_double),
    ("floatValue", 0): Method(lambda base: Float(to_double(base))),
    ("compareTo", 1): Method(_compared, (itself,)),
}
INTEGERS: Methods = {
    **NUMBERS,
    ("hashCode", 0): Method(Integer),
    ("valueOf", 1): Method(lambda _base, value: value, (to_integer,)),
    ("parseInt", 1): Method(lambda _base, value: value, (to_integer,)),
    ("max", 2): Method(lambda _base, one, two: max(one, two), (to_integer, to_integer)),
    ("min", 2): Method(lambda _base, one, two: min(one, two), (to_integer, to_integer)),
}
SHORTS: Methods = {**NUMBERS, ("hashCode", 0): Method(Integer)}
LONGS: Methods = {
    **NUMBERS,
    ("hashCode", 0): Method(_hash_of_long),
    ("valueOf", 1): Method(lambda _base, value: value, (to_long,)),
    ("parseLong", 1): Method(lambda _base, value: value, (to_long,)),
    ("max", 2): Method(lambda _base, one, two: max(one, two), (to_long, to_long)),
    ("min", 2): Method(lambda _base, one, two: min(one, two), (to_long, to_long)),
}
DOUBLES: Methods = {
    **NUMBERS,
    ("isNaN", 0): Method(math.isnan),
    ("isInfinite", 0): Method(math.isinf),
    ("valueOf", 1): Method(lambda _base, value: value, (to_double,)),
    ("parseDouble", 1): Method(lambda _base, value: value, (to_double,)),
}
BOOLEANS: Methods = {
    ("booleanValue", 0): Method(itself),
    ("compareTo", 1): Method(_compared, (itself,)),
    ("hashCode", 0): Method(lambda base: Integer(1231 if base else 1237)),
}
