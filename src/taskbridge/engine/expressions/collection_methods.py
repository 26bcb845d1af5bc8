"""Methods of lists and maps, as those of java.util.

What they hold is never changed: a model that calls `add` or `put` is refused. Calls `comparison`, `effort`,
`errors`, `java_types`, `method` and `values`.
"""

from taskbridge.engine.expressions.comparison import same
from taskbridge.engine.expressions.effort import take
from taskbridge.engine.expressions.errors import Thrown
from taskbridge.engine.expressions.java_types import Array, Collected, Integer, Short
from taskbridge.engine.expressions.method import Method, Methods, NotConvertible, counted, itself
from taskbridge.engine.expressions.values import to_integer

# Types of values that are equal only to values of the same type, and whose hashes agree with that.
_SIMPLE = (str, bool, int, Integer, Short, type(None))


def _element(base: list[object], index: int) -> object:
    if not 0 <= index < len(base):
        raise Thrown(f"java.lang.IndexOutOfBoundsException: Index {index} out of bounds for length {len(base)}")
    return base[index]


def _has_item(base: list[object], wanted: object) -> bool:
    return any(same(item, wanted) for item in base)


def _index_of_item(base: list[object], wanted: object) -> Integer:
    return Integer(next((index for index, item in enumerate(base) if same(item, wanted)), -1))


def _last_index_of_item(base: list[object], wanted: object) -> Integer:
    found = next((index for index, item in enumerate(reversed(base)) if same(item, wanted)), None)
    return Integer(-1 if found is None else len(base) - 1 - found)


def _has_all(base: list[object], wanted: list[object]) -> bool:
    # Texts and whole numbers are looked up; every other value is compared with all, which is counted.
    simple = {(type(item), item) for item in base if type(item) in _SIMPLE}
    others = [item for item in base if type(item) not in _SIMPLE]
    for item in wanted:
        if type(item) in _SIMPLE:
            found = (type(item), item) in simple
        else:
            take(len(others))
            found = _has_item(others, item)
        if not found:
            return False
    return True


def _collection(value: object) -> list[object]:
    if isinstance(value, list) and not isinstance(value, Array):
        return value
    raise NotConvertible


def _sub_list(base: list[object], start: int, end: int) -> list[object]:
    if start < 0 or end > len(base) or start > end:
        raise Thrown(f"java.lang.IndexOutOfBoundsException: fromIndex: {start}, toIndex: {end}, size: {len(base)}")
    return base[start:end]


def _keys(base: dict[object, object]) -> Collected:
    return Collected(list(base), "java.util.LinkedHashMap$LinkedKeySet")


def _values(base: dict[object, object]) -> Collected:
    return Collected(list(base.values()), "java.util.LinkedHashMap$LinkedValues")


def _value(base: dict[object, object], key: object) -> object:
    return base.get(key) if isinstance(key, str) else None


def _value_or(base: dict[object, object], key: object, other: object) -> object:
    return base[key] if isinstance(key, str) and key in base else other


COLLECTIONS: Methods = {
    ("isEmpty", 0): Method(lambda base: not base),
    ("size", 0): Method(counted(len)),
    ("contains", 1): Method(_has_item, (itself,)),
    ("containsAll", 1): Method(_has_all, (_collection,)),
    ("toArray", 0): Method(lambda base: Array(list(base), "[Ljava.lang.Object;")),
}
LISTS: Methods = {
    **COLLECTIONS,
    ("indexOf", 1): Method(_index_of_item, (itself,)),
    ("lastIndexOf", 1): Method(_last_index_of_item, (itself,)),
    ("get", 1): Method(_element, (to_integer,)),
    ("subList", 2): Method(_sub_list, (to_integer, to_integer)),
}
MAPS: Methods = {
    ("isEmpty", 0): Method(lambda base: not base),
    ("size", 0): Method(counted(len)),
    ("containsKey", 1): Method(lambda base, key: isinstance(key, str) and key in base, (itself,)),
    ("containsValue", 1): Method(lambda base, value: _has_item(list(base.values()), value), (itself,)),
    ("get", 1): Method(_value, (itself,)),
    ("getOrDefault", 2): Method(_value_or, (itself, itself)),
    ("keySet", 0): Method(_keys),
    ("values", 0): Method(_values),
}
