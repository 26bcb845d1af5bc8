"""Methods: the table of methods that expressions may call on values, per type, name and number of arguments.

They behave as those of java.lang.String, java.util.List and Map, java.util.Date, Joda's DateTime and the JSON
nodes of Camunda Spin. Calls `comparison`, `errors`, `moments`, `texts` and `values`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from taskbridge.engine.expressions import moments
from taskbridge.engine.expressions.comparison import same
from taskbridge.engine.expressions.errors import Fault
from taskbridge.engine.expressions.texts import bounded, to_string
from taskbridge.engine.expressions.values import java_class, to_double, to_integer, to_long

Convert = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: the function of the base and its arguments, and what each argument is converted to before."""

    run: Callable[..., object]
    parameters: tuple[Convert, ...] = ()

    def apply(self, base: object, arguments: Sequence[object]) -> object:
        """Convert the arguments and run; raises Fault."""
        return self.run(base, *(convert(value) for convert, value in zip(self.parameters, arguments, strict=True)))


def find_method(kind: type, name: str, arity: int) -> Method | None:
    """Find a method of values of exactly this type by its name and number of arguments."""
    key = (name, arity)
    return _METHODS.get(kind, {}).get(key) or _OF_EVERY_VALUE.get(key)


def find_property(kind: type, name: str) -> Method | None:
    """Find the getter of a bean property: isEmpty() is the property `empty`."""
    capital = name[:1].upper() + name[1:]
    methods = _METHODS.get(kind, {})
    return methods.get((f"get{capital}", 0)) or methods.get((f"is{capital}", 0))


def _itself(value: object) -> object:
    return value


def _always(answer: bool) -> Method:
    return Method(lambda _base: answer)


def _equals_ignoring_case(base: str, other: object) -> bool:
    # Java compares character by character: a letter whose capital form is two letters is not those two.
    text = None if other is None else to_string(other)
    return text is not None and len(base) == len(text) and all(map(_same_letter, base, text))


def _same_letter(one: str, other: str) -> bool:
    return one == other or one.upper() == other.upper() or one.lower() == other.lower()


def _substring(base: str, start: int, end: int | None = None) -> str:
    stop = len(base) if end is None else end
    if not 0 <= start <= stop <= len(base):
        raise Fault(f"begin {start}, end {stop}, length {len(base)}")
    return base[start:stop]


def _replaced(base: str, old: str, new: str) -> str:
    bounded(len(base) + base.count(old) * (len(new) - len(old)))
    return base.replace(old, new)


def _element(base: list[object], index: int) -> object:
    if not 0 <= index < len(base):
        raise Fault(f"Index {index} out of bounds for length {len(base)}")
    return base[index]


def _has_item(base: list[object], wanted: object) -> bool:
    return any(same(item, wanted) for item in base)


def _index_of_item(base: list[object], wanted: object) -> int:
    return next((index for index, item in enumerate(base) if same(item, wanted)), -1)


def _json_member(base: dict[str, object], name: str) -> object:
    if name not in base:
        raise Fault(f"Unable to find '{name}'")
    return base[name]


def _elements(base: dict[str, object] | list[object]) -> list[object]:
    return list(base.values()) if isinstance(base, dict) else base


def _spin_misread(base: object) -> object:
    raise Fault(f"the value of class {java_class(base)} is of another type")


_Methods = dict[tuple[str, int], Method]

# Spin's typed readers: each answers for its own type and fails for every other.
_SPIN_READERS = ("stringValue", "numberValue", "boolValue")


def _spin(own_reader: str | None, tests: str) -> _Methods:
    """Give the methods every JSON node has; `tests` is the one isX() that is true of it."""
    readers = {(name, 0): Method(_itself if name == own_reader else _spin_misread) for name in _SPIN_READERS}
    kinds = ("isObject", "isArray", "isString", "isNumber", "isBoolean", "isNull")
    return readers | {(name, 0): _always(name == tests) for name in kinds} | {("value", 0): Method(_itself)}


_OF_EVERY_VALUE: _Methods = {
    ("equals", 1): Method(same, (_itself,)),
    ("toString", 0): Method(to_string),
    ("exists", 0): _always(True),
}
_OF_NUMBERS: _Methods = {
    ("intValue", 0): Method(to_integer),
    ("longValue", 0): Method(to_long),
    ("doubleValue", 0): Method(to_double),
} | _spin("numberValue", "isNumber")
_OF_TEXTS: _Methods = {
    ("equalsIgnoreCase", 1): Method(_equals_ignoring_case, (_itself,)),
    ("isEmpty", 0): Method(lambda base: not base),
    ("length", 0): Method(len),
    ("contains", 1): Method(lambda base, part: part in base, (to_string,)),
    ("startsWith", 1): Method(str.startswith, (to_string,)),
    ("endsWith", 1): Method(str.endswith, (to_string,)),
    ("toLowerCase", 0): Method(str.lower),
    ("toUpperCase", 0): Method(str.upper),
    ("trim", 0): Method(lambda base: base.strip("".join(map(chr, range(0x21))))),
    ("substring", 1): Method(_substring, (to_integer,)),
    ("substring", 2): Method(_substring, (to_integer, to_integer)),
    ("indexOf", 1): Method(str.find, (to_string,)),
    ("replace", 2): Method(_replaced, (to_string, to_string)),
} | _spin("stringValue", "isString")
_OF_LISTS: _Methods = {
    ("isEmpty", 0): Method(lambda base: not base),
    ("size", 0): Method(len),
    ("contains", 1): Method(_has_item, (_itself,)),
    ("indexOf", 1): Method(_index_of_item, (_itself,)),
    ("get", 1): Method(_element, (to_integer,)),
    ("elements", 0): Method(_elements),
} | _spin(None, "isArray")
_OF_MAPS: _Methods = {
    ("isEmpty", 0): Method(lambda base: not base),
    ("size", 0): Method(len),
    ("containsKey", 1): Method(lambda base, key: isinstance(key, str) and key in base, (_itself,)),
    ("get", 1): Method(lambda base, key: base.get(key) if isinstance(key, str) else None, (_itself,)),
    ("prop", 1): Method(_json_member, (to_string,)),
    ("hasProp", 1): Method(lambda base, name: name in base, (to_string,)),
    ("elements", 0): Method(_elements),
} | _spin(None, "isObject")
_OF_MOMENTS: _Methods = {
    ("before", 1): Method(lambda base, other: base < moments.moment(other), (_itself,)),
    ("after", 1): Method(lambda base, other: base > moments.moment(other), (_itself,)),
    ("getTime", 0): Method(moments.milliseconds),
    ("getMillis", 0): Method(moments.milliseconds),
    ("toDate", 0): Method(_itself),
} | {
    (f"{word}{unit}", 1): Method(partial(moments.moved, unit=unit, sign=sign), (to_integer,))
    for unit in moments.UNITS
    for word, sign in (("plus", 1), ("minus", -1))
}

_METHODS: dict[type, _Methods] = {
    str: _OF_TEXTS,
    bool: _spin("boolValue", "isBoolean"),
    int: _OF_NUMBERS,
    float: _OF_NUMBERS,
    Decimal: _OF_NUMBERS,
    list: _OF_LISTS,
    dict: _OF_MAPS,
    datetime: _OF_MOMENTS,
}
