"""Views: named read-only objects such as `execution`, `task` and `externalTask`.

Whoever evaluates an expression builds views and hands them out by name; expressions read them through
`read` and `call`, which follow the rule of Java beans: getX() and isX() are the property x.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence

from taskbridge.engine.expressions.errors import MethodNotFound, PropertyNotFound

_GETTER_PREFIXES = ("get", "is")


class View:
    """A read-only object of given properties and methods; nothing else of it can be reached."""

    __slots__ = ("_methods", "_properties")

    def __init__(
        self, properties: Mapping[str, Callable[[], object]], methods: Mapping[str, Callable[..., object]]
    ) -> None:
        self._properties = properties
        self._methods = methods

    def __str__(self) -> str:
        return str(self._methods["toString"]()) if "toString" in self._methods else "View"

    def read(self, name: str) -> object:
        """Read a property; raises PropertyNotFound."""
        getter = self._properties.get(name) or self._bean_method(name)
        if getter is None:
            raise PropertyNotFound(f"Could not find property {name} in {self}")
        return getter()

    def call(self, name: str, arguments: Sequence[object]) -> object:
        """Call a method, or the getter of a property; raises MethodNotFound, also for a wrong number of arguments."""
        method = self._methods.get(name) or self._bean_property(name)
        if method is None or not _accepts(method, arguments):
            raise MethodNotFound(f"Cannot find method {name} with {len(arguments)} parameters in {self}")
        return method(*arguments)

    def _bean_method(self, name: str) -> Callable[..., object] | None:
        capital = name[:1].upper() + name[1:]
        found = (self._methods.get(prefix + capital) for prefix in _GETTER_PREFIXES)
        return next((method for method in found if method is not None and _accepts(method, ())), None)

    def _bean_property(self, name: str) -> Callable[[], object] | None:
        prefix = next((prefix for prefix in _GETTER_PREFIXES if name.startswith(prefix)), None)
        if prefix is None:
            return None
        rest = name[len(prefix) :]
        return self._properties.get(rest[:1].lower() + rest[1:]) if rest[:1].isupper() else None


def _accepts(function: Callable[..., object], arguments: Sequence[object]) -> bool:
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return False
    return True
