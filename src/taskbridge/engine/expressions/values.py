"""Conversion of values between types, as JUEL's type converter does it (EL 2.1, section 1.17).

Python values stand for Java ones, as `java_types` says; Decimal for BigDecimal. Calls nothing but `contents`, `errors`
and `java_types`.
"""

import math
import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import TypeGuard

from taskbridge.engine.expressions.contents import ByteArray, Stream
from taskbridge.engine.expressions.errors import Fault
from taskbridge.engine.expressions.java_types import Character, Float, Integer, JodaMoment, ObjectList, ObjectMap, Short

Number = int | float | Decimal

LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1
INTEGER_MIN, INTEGER_MAX = -(2**31), 2**31 - 1

# Enough digits for the exact value of every double; results beyond it are rounded instead of eating memory.
DECIMALS = Context(prec=1_100, rounding=ROUND_HALF_UP, Emin=-9_999, Emax=9_999)
_MAX_BIG_BITS = 10_000
_MAX_BIG_DIGITS = 3_000

_WHOLE = re.compile(r"[+-]?\d+")
_PLAIN_DECIMAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_DECIMAL = re.compile(_PLAIN_DECIMAL)
_DOUBLE = re.compile(rf"({_PLAIN_DECIMAL})[fFdD]?|([+-]?(?:NaN|Infinity))")
_HEX_DOUBLE = re.compile(r"([+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+)[fFdD]?")
_TRIMMED_BY_JAVA = "".join(map(chr, range(0x21)))

_CLASSES: dict[type, str] = {
    bool: "java.lang.Boolean",
    float: "java.lang.Double",
    str: "java.lang.String",
    list: "java.util.ArrayList",
    dict: "java.util.LinkedHashMap",
    datetime: "java.util.Date",
    Decimal: "java.math.BigDecimal",
    Integer: "java.lang.Integer",
    Short: "java.lang.Short",
    Float: "java.lang.Float",
    Character: "java.lang.Character",
    JodaMoment: "org.joda.time.DateTime",
    **{content: content.java_class for content in (Stream, ByteArray, ObjectList, ObjectMap)},
}
#: Types of whole numbers; a boolean is none, other than in Python.
WHOLE_NUMBERS = frozenset({int, Integer, Short})


def java_class(value: object) -> str:
    """Name the Java class that the value stands for."""
    if type(value) is int:
        return "java.math.BigInteger" if is_big_integer(value) else "java.lang.Long"
    return _CLASSES.get(type(value)) or str(getattr(value, "java_class", "java.lang.Object"))


def is_number(value: object) -> TypeGuard[Number]:
    """Tell numbers from all else; a boolean is not one, other than in Python."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def is_big_integer(value: object) -> bool:
    """Tell whether the value is a whole number beyond 64 bits."""
    return isinstance(value, int) and not LONG_MIN <= value <= LONG_MAX


def to_boolean(value: object) -> bool:
    """Convert to Boolean: null and '' are false, text is true only if it says so; raises Fault for all else."""
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if isinstance(value, str):
        return value.lower() == "true"
    raise _wrong_type(value, "java.lang.Boolean")


def to_long(value: object, target: str = "java.lang.Long") -> int:
    """Convert to Long, cutting off a fraction; raises Fault for text that is no whole number of 64 bits."""
    if value is None or value == "":
        return 0
    if isinstance(value, Character):
        return ord(value)
    if isinstance(value, str):
        return _parse_long(value, target)
    if is_number(value):
        return saturated(value) if isinstance(value, float) else wrapped(to_big_integer(value))
    raise _wrong_type(value, target)


def to_integer(value: object) -> Integer:
    """Convert to Integer (32 bits); raises Fault as to_long does."""
    whole = to_long(value, "java.lang.Integer")
    if INTEGER_MIN <= whole <= INTEGER_MAX:
        return Integer(whole)
    if isinstance(value, str):
        raise _wrong_value(value, "java.lang.Integer")
    return Integer(saturated(value, INTEGER_MIN, INTEGER_MAX) if isinstance(value, float) else wrapped(whole, 32))


def to_short(value: object) -> Short:
    """Convert to Short (16 bits); raises Fault as to_long does."""
    return Short(wrapped(to_integer(value), 16))


def to_double(value: object) -> float:
    """Convert to Double; raises Fault for text that Java's Double.valueOf refuses."""
    if isinstance(value, float):
        return float(value)
    if value is None or value == "":
        return 0.0
    if isinstance(value, str):
        return _parse_double(value)
    if is_number(value):
        return _nearest_double(value)
    raise _wrong_type(value, "java.lang.Double")


def to_big_decimal(value: object) -> Decimal:
    """Convert to BigDecimal (a double by its exact binary value); raises Fault."""
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise _wrong_value(value, "java.math.BigDecimal")
    if isinstance(value, str) or is_number(value):
        return _exact_decimal(value)
    raise _wrong_type(value, "java.math.BigDecimal")


def to_big_integer(value: object) -> int:
    """Convert to BigInteger; raises Fault."""
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value) or len(value) > _MAX_BIG_DIGITS:
            raise _wrong_value(value, "java.math.BigInteger")
        return int(value)
    if isinstance(value, float):
        return saturated(value)
    if is_number(value):
        return int(value) if isinstance(value, int) else int(_exact_decimal(value))
    raise _wrong_type(value, "java.math.BigInteger")


def wrapped(value: int, bits: int = 64) -> int:
    """Keep the lowest bits, as Java's whole numbers do when they overflow."""
    half = 1 << (bits - 1)
    return value if -half <= value < half else ((value + half) & ((1 << bits) - 1)) - half


def saturated(value: float, lowest: int = LONG_MIN, highest: int = LONG_MAX) -> int:
    """Cut off a double's fraction and stop at the bounds, as Java's narrowing does; NaN is 0."""
    if math.isnan(value):
        return 0
    return lowest if value <= lowest else highest if value >= highest else int(value)


def sized(value: int) -> int:
    """Pass a BigInteger on, but raise Fault when repeated multiplication has made it too big to handle."""
    if value.bit_length() > _MAX_BIG_BITS:
        raise Fault("BigInteger would overflow supported range")
    return value


def _exact_decimal(value: str | Number) -> Decimal:
    try:
        exact = DECIMALS.create_decimal(value)
    except DecimalException as error:
        raise Fault("the number is outside the range of BigDecimal") from error
    if not exact.is_finite():
        raise Fault("Infinite or NaN")
    return exact


def _parse_long(text: str, target: str) -> int:
    # The length is checked first because int() is slow, and in the end refuses, on thousands of digits.
    if not _WHOLE.fullmatch(text) or len(text) > _MAX_BIG_DIGITS:
        raise _wrong_value(text, target)
    whole = int(text)
    if not LONG_MIN <= whole <= LONG_MAX:
        raise _wrong_value(text, target)
    return whole


def _parse_double(text: str) -> float:
    trimmed = text.strip(_TRIMMED_BY_JAVA)
    if match := _DOUBLE.fullmatch(trimmed):
        return float(match[1] or match[2])
    if match := _HEX_DOUBLE.fullmatch(trimmed):
        return _parse_hex_double(match[1])
    raise _wrong_value(text, "java.lang.Double")


def _parse_hex_double(text: str) -> float:
    try:
        return float.fromhex(text)
    except OverflowError:
        return -math.inf if text.startswith("-") else math.inf


def _nearest_double(value: Number) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _wrong_type(value: object, target: str) -> Fault:
    return Fault(f"Cannot coerce from class {java_class(value)} to class {target}")


def _wrong_value(text: str, target: str) -> Fault:
    return Fault(f"Cannot coerce '{text[:200]}' to class {target}")
