"""Members: what follows a value, `a.b`, `a[b]` and `a.b(c)`.

Only map keys, list items, the properties and methods of views and those of the table in `methods` can be
reached, whatever Python attributes a value has. Calls `errors`, `java_types`, `method`, `methods`, `texts`,
`values`, `contents` and `views`.
"""

import re
from collections.abc import Sequence
from contextlib import suppress

from taskbridge.engine.expressions.contents import ByteArray
from taskbridge.engine.expressions.errors import Fault, MethodNotFound, PropertyNotFound
from taskbridge.engine.expressions.java_types import Collected
from taskbridge.engine.expressions.method import NotConvertible
from taskbridge.engine.expressions.methods import find_method, find_property, method_names
from taskbridge.engine.expressions.texts import to_string
from taskbridge.engine.expressions.values import java_class, to_integer
from taskbridge.engine.expressions.views import View

_INDEX = re.compile(r"[+-]?[0-9]{1,18}")


def read(base: object, key: object) -> object:
    """Read `base.key` or `base[key]`; null for a missing map key, an index out of range and any key of null.

    Raises PropertyNotFound for a property that the base's type does not have, and Fault for an index that
    is no number (JUEL's map, list and bean resolvers).
    """
    if base is None or key is None:
        return None
    if isinstance(base, dict):
        return base.get(key) if isinstance(key, str) else None
    if isinstance(base, list) and not isinstance(base, Collected):
        return _item(base, key)
    if isinstance(base, ByteArray):
        raise Fault(f'For input string: "{to_string(key)[:200]}"')  # its bytes cannot be looked at
    return _property(base, to_string(key))


def call(base: object, name: object, arguments: Sequence[object]) -> object:
    """Call a method of a value that is not null; raises MethodNotFound and Fault (an argument of a wrong type)."""
    if isinstance(base, View):
        return base.call(to_string(name), arguments)
    method = find_method(type(base), to_string(name), len(arguments))
    if method is not None:
        with suppress(NotConvertible):
            return method.apply(base, arguments)
    given = ", ".join("null" if value is None else java_class(value) for value in arguments)
    raise MethodNotFound(f"Method not found: class {java_class(base)}.{to_string(name)}({given})")


def has_method(base: object, name: str) -> bool:
    """Whether a value has a method of that name, with whatever arguments."""
    return base.has_method(name) if isinstance(base, View) else name in method_names(type(base))


def _item(base: list[object], key: object) -> object:
    if isinstance(key, str) and not _INDEX.fullmatch(key):
        raise Fault(f'For input string: "{key[:200]}"')
    if isinstance(key, bool):
        raise Fault(f'For input string: "{to_string(key)}"')
    index = to_integer(key)
    return base[index] if 0 <= index < len(base) else None


def _property(base: object, name: str) -> object:
    if isinstance(base, View):
        return base.read(name)
    getter = find_property(type(base), name)
    if getter is None:
        raise PropertyNotFound(f"The class '{java_class(base)}' does not have the property '{name}'.")
    return getter.apply(base, ())
