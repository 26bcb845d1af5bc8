"""Views: named objects such as `execution` and `externalTask`, which are not values of variables.

Whoever evaluates an expression hands views out by name; expressions read them through `read` and `call`, which follow
the rule of Java beans: getX() and isX() are the property x. Calls `errors`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from taskbridge.engine.expressions.errors import MethodNotFound, PropertyNotFound

_GETTER_PREFIXES = ("get", "is")


@dataclass(frozen=True, slots=True)
class ViewType:
    """What all views of one kind offer: functions of the subject, which is what a view is a view of.

    ``properties`` by name; ``methods`` by name and number of arguments. A method without arguments that is called like
    a getter is a property too, and a property has its getter.
    """

    java_class: str
    properties: Mapping[str, Callable[[Any], object]]
    methods: Mapping[tuple[str, int], Callable[..., object]] = field(default_factory=dict)

    def callables(self) -> Iterator[tuple[str, int]]:
        """Name and number of arguments of everything that can be called."""
        yield from self.methods
        for name in self.properties:
            yield from ((f"{prefix}{name[:1].upper()}{name[1:]}", 0) for prefix in _GETTER_PREFIXES)

    def property_named(self, name: str) -> Callable[[Any], object] | None:
        """The function that reads a property; None for an unknown one."""
        found = self.properties.get(name)
        if found is None:
            capital = name[:1].upper() + name[1:]
            found = self.methods.get((f"get{capital}", 0)) or self.methods.get((f"is{capital}", 0))
        return found

    def method_named(self, name: str, arity: int) -> Callable[..., object] | None:
        """The function that a method is; None for an unknown one."""
        found = self.methods.get((name, arity))
        if found is None and arity == 0:
            prefix = next((prefix for prefix in _GETTER_PREFIXES if name.startswith(prefix)), "")
            rest = name[len(prefix) :]
            if prefix and rest[:1].isupper():
                found = self.properties.get(rest[:1].lower() + rest[1:])
        return found


class View:
    """An object of given properties and methods; nothing else of it can be reached."""

    __slots__ = ("_subject", "_type")

    def __init__(self, type_: ViewType, subject: object) -> None:
        self._type = type_
        self._subject = subject

    @property
    def subject(self) -> object:
        """What it is a view of; expressions cannot reach it."""
        return self._subject

    @property
    def java_class(self) -> str:
        """The Java class that the view stands for."""
        return self._type.java_class

    def __str__(self) -> str:
        shown = self._type.methods.get(("toString", 0))
        return self.java_class if shown is None else str(shown(self._subject))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self._type is other._type and self._subject is other._subject

    def __hash__(self) -> int:
        return hash((id(self._type), id(self._subject)))

    def has_method(self, name: str) -> bool:
        """Whether a method of that name can be called, with whatever arguments."""
        return self._type.method_named(name, 0) is not None or any(name == known for known, _ in self._type.methods)

    def read(self, name: str) -> object:
        """Read a property; raises PropertyNotFound."""
        getter = self._type.property_named(name)
        if getter is None:
            raise PropertyNotFound(f"The class '{self.java_class}' does not have the property '{name}'.")
        return getter(self._subject)

    def call(self, name: str, arguments: Sequence[object]) -> object:
        """Call a method, or the getter of a property; raises MethodNotFound, also for a wrong number of arguments."""
        method = self._type.method_named(name, len(arguments))
        if method is not None:
            return method(self._subject, *arguments)
        if (name, len(arguments)) == ("equals", 1):
            return self == arguments[0]
        raise MethodNotFound(f"Method not found: class {self.java_class}.{name}({', '.join('?' * len(arguments))})")
