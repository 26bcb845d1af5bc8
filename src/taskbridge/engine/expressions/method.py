"""What a method of the tables is: the function of the base and its arguments, and what these are converted to.

Calls `errors`, `java_types`, `texts` and `values`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from taskbridge.engine.expressions.errors import Fault, Thrown
from taskbridge.engine.expressions.java_types import Integer, JodaMoment
from taskbridge.engine.expressions.texts import to_string
from taskbridge.engine.expressions.values import is_number, to_integer

Convert = Callable[[object], object]


class NotConvertible(Exception):
    """An argument is of a type that the method does not take."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method, with what each argument is converted to before it runs."""

    run: Callable[..., object]
    parameters: tuple[Convert, ...] = ()

    def apply(self, base: object, arguments: Sequence[object]) -> object:
        """Convert the arguments and run; raises Fault, and NotConvertible for an argument of a wrong type."""
        try:
            converted = [convert(value) for convert, value in zip(self.parameters, arguments, strict=True)]
        except Thrown:
            raise
        except Fault as fault:
            raise NotConvertible from fault
        return self.run(base, *converted)


#: By name and number of arguments.
Methods = Mapping[tuple[str, int], Method]


def itself(value: object) -> object:
    """Take the value as it is."""
    return value


def chars(value: object) -> str:
    """Take a text; raises NotConvertible for all else, for nothing is made a CharSequence."""
    if isinstance(value, str):
        return to_string(value)
    raise NotConvertible


def date(value: object) -> datetime:
    """Take a java.util.Date; raises Thrown for null and NotConvertible for all else."""
    if value is None:
        raise Thrown("java.lang.NullPointerException")
    if isinstance(value, datetime) and not isinstance(value, JodaMoment):
        return value
    raise NotConvertible


def joda(value: object) -> JodaMoment:
    """Take a DateTime; raises NotConvertible for all else."""
    if isinstance(value, JodaMoment):
        return value
    raise NotConvertible


def text_or_unit(value: object) -> str:
    """Take a text, or the number of a character."""
    return chr(to_integer(value)) if is_number(value) else to_string(value)


def counted(function: Callable[..., int]) -> Callable[..., object]:
    """Make the function's result an Integer."""
    return lambda *arguments: Integer(function(*arguments))


def sign_of(less: bool, greater: bool) -> Integer:
    """What compareTo gives of two values."""
    return Integer(-1 if less else 1 if greater else 0)
