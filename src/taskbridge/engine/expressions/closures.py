"""Closures: the pieces an expression is compiled to, each a function of the resolver of names.

Chains of operators and of members are loops, not nests, so that a long expression is not a deep one.
Calls `arithmetic`, `comparison`, `errors`, `members`, `spin_methods` and `values`.
"""

from collections.abc import Callable, Sequence

from taskbridge.engine.expressions import arithmetic, comparison
from taskbridge.engine.expressions.errors import Fault, PropertyNotFound
from taskbridge.engine.expressions.members import call, read
from taskbridge.engine.expressions.spin_methods import json_of, spin, xml_of
from taskbridge.engine.expressions.values import to_boolean

# A resolver gives the value of a name and raises KeyError for an unknown one.
Resolver = Callable[[str], object]
Run = Callable[[Resolver], object]

# A step goes from a value to a member of it; the text is how messages call the value.
Step = Callable[[object, str, Resolver], object]

OPERATIONS: dict[str, arithmetic.Operation] = {
    "==": comparison.equal,
    "eq": comparison.equal,
    "!=": comparison.unequal,
    "ne": comparison.unequal,
    "<": comparison.less,
    "lt": comparison.less,
    "<=": comparison.less_or_equal,
    "le": comparison.less_or_equal,
    ">": comparison.greater,
    "gt": comparison.greater,
    ">=": comparison.greater_or_equal,
    "ge": comparison.greater_or_equal,
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "div": arithmetic.divide,
    "%": arithmetic.remainder,
    "mod": arithmetic.remainder,
}


def constant(value: object) -> Run:
    """Make the Run that gives the value."""
    return lambda _resolve: value


def variable(name: str) -> Run:
    """Make the Run that reads a name; raises PropertyNotFound."""

    def run(resolve: Resolver) -> object:
        try:
            return resolve(name)
        except KeyError:
            raise PropertyNotFound(f"Cannot resolve identifier '{name}'") from None

    return run


#: Functions of one argument, which need nothing from outside.
READERS: dict[str, Callable[[object], object]] = {"S": spin, "JSON": json_of, "XML": xml_of}


def reader(name: str, argument: Run) -> Run:
    """Make the Run of a function of one argument, name being one of READERS."""
    apply = READERS[name]
    return lambda resolve: apply(argument(resolve))


def function(name: str) -> Run:
    """Make the Run that asks the resolver for `name()`, so that clock and user stay outside; raises Fault."""

    def run(resolve: Resolver) -> object:
        try:
            return resolve(f"{name}()")
        except KeyError:
            raise Fault(f"Could not resolve function '{name}'") from None

    return run


def operation(symbol: str, left: Run, right: Run) -> Run:
    """Make the Run of `left symbol right`, symbol being one of OPERATIONS."""
    apply = OPERATIONS[symbol]
    return lambda resolve: apply(left(resolve), right(resolve))


def chain(first: Run, steps: Sequence[tuple[str, Run]]) -> Run:
    """Make the Run of `first symbol a symbol b ...`, from left to right."""
    applied = [(OPERATIONS[symbol], operand) for symbol, operand in steps]

    def run(resolve: Resolver) -> object:
        result = first(resolve)
        for apply, operand in applied:
            result = apply(result, operand(resolve))
        return result

    return run


def until(decisive: bool, operands: Sequence[Run]) -> Run:
    """Make the Run of && (decided by false) or || (decided by true), which reads no further than it must."""

    def run(resolve: Resolver) -> object:
        for operand in operands:
            if to_boolean(operand(resolve)) is decisive:
                return decisive
        return not decisive

    return run


def choice(condition: Run, yes: Run, no: Run) -> Run:
    """Make the Run of `condition ? yes : no`."""
    return lambda resolve: yes(resolve) if to_boolean(condition(resolve)) else no(resolve)


def negation(operand: Run) -> Run:
    """Make the Run of `!operand`."""
    return lambda resolve: not to_boolean(operand(resolve))


def minus(operand: Run) -> Run:
    """Make the Run of `-operand`."""
    return lambda resolve: arithmetic.negate(operand(resolve))


def empty(operand: Run) -> Run:
    """Make the Run of `empty operand`."""
    return lambda resolve: comparison.empty(operand(resolve))


def path(first: Run, label: str, steps: Sequence[tuple[Step, str]]) -> Run:
    """Make the Run of a value and the members that follow it, each with the label of what it leads to."""
    labels = [label, *(reached for _, reached in steps)]
    labelled = [(step, base) for (step, _), base in zip(steps, labels, strict=False)]

    def run(resolve: Resolver) -> object:
        value = first(resolve)
        for step, base_label in labelled:
            value = step(value, base_label, resolve)
        return value

    return run


def reading(key: Run) -> Step:
    """Make the step to the property `key`; null has every property, with the value null."""
    return lambda base, _label, resolve: None if base is None else read(base, key(resolve))


def calling(name: Run, arguments: Sequence[Run]) -> Step:
    """Make the step that calls a method; raises PropertyNotFound when there is nothing to call it on."""

    def step(base: object, label: str, resolve: Resolver) -> object:
        if base is None:
            raise PropertyNotFound(f"Target unreachable, base expression '{label}' resolved to null")
        return call(base, name(resolve), [argument(resolve) for argument in arguments])

    return step
