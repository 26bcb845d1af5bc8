"""The grammar of ``where`` (contract 5.2), and what a clause means to a list that tells what it can be filtered by.

Called for every request by the reader of its parameters; lists call ``filtered`` with their table of properties.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from taskbridge.dialects.alfresco.errors import AlfrescoError, invalid, invalid_property, invalid_query
from taskbridge.dialects.alfresco.select import NAME, position
from taskbridge.dialects.alfresco.where_variables import VariablePredicate, variable_predicate

T = TypeVar("T")

#: The signs of comparisons, and what errors call them.
COMPARISONS = {
    "=": "EQUALS",
    ">": "GREATERTHAN",
    ">=": "GREATERTHANOREQUALS",
    "<": "LESSTHAN",
    "<=": "LESSTHANOREQUALS",
}
MATCHES = "matches"
#: What is parsed and what no list of workflows can do.
_OTHERS = "other"

# Keywords are written in capitals or in small letters throughout. AND and OR have blanks on both sides. What follows
# the closing parenthesis is ignored: CLOSE eats it. A value within parentheses of its own has its own rule, so that the
# lexer can tell their end from it.
_GRAMMAR = rf"""
start: "(" _predicates CLOSE
_predicates: predicate | conjunction | disjunction
conjunction: predicate (_AND predicate)+
disjunction: predicate (_OR predicate)+
predicate: NOT? (comparison | matches | within | between | exists)
comparison: NAME SIGN value
matches: NAME _MATCHES inner _END
within: NAME _IN inner ("," inner)* _END
between: NAME _BETWEEN inner "," inner _END
exists: _EXISTS NAME _END
value: QUOTED | DIGITS | NAME
inner: QUOTED | DIGITS | NAME
SIGN: "<=" | ">=" | "=" | "<" | ">"
NOT.3: /(?:NOT|not)(?=\s)/
_AND.3: /\s+(?:AND|and)(?=\s)/
_OR.3: /\s+(?:OR|or)(?=\s)/
_MATCHES.3: /\s+(?:MATCHES|matches)\s*\(/
_IN.3: /\s+(?:IN|in)\s*\(/
_BETWEEN.3: /\s+(?:BETWEEN|between)\s*\(/
_EXISTS.3: /(?:EXISTS|exists)\s*\(/
_END: /\)/
CLOSE: /\)(?s:.*)/
NAME: /{NAME}/
QUOTED: /'(?:\\'|[^'])*'/
DIGITS: /[0-9]+/
SPACE: /\s+/
%ignore SPACE
"""


@dataclass(frozen=True, slots=True)
class Predicate:
    """One condition: a comparison, or ``matches``, or one that no list can do."""

    name: str
    operator: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A parsed clause: its predicates, and whether any of them is enough (else all must hold)."""

    predicates: tuple[Predicate, ...] = ()
    disjunction: bool = False


EVERYTHING = Clause()


class _Compiler(Transformer[Token, Clause]):
    """Makes a Clause, from the leaves upwards; the methods are named after the rules."""

    def value(self, parts: list[Token]) -> str:
        text = str(parts[0])
        return text[1:-1] if parts[0].type == "QUOTED" else text

    inner = value

    def comparison(self, parts: tuple[Token, Token, str]) -> Predicate:
        name, sign, value = parts
        return Predicate(str(name), str(sign), value)

    def matches(self, parts: tuple[Token, str]) -> Predicate:
        return Predicate(str(parts[0]), MATCHES, parts[1])

    def within(self, parts: list[str]) -> Predicate:
        return Predicate(str(parts[0]), _OTHERS, "")

    between = exists = within

    def predicate(self, parts: list[Any]) -> Predicate:
        *negation, inner = parts
        return Predicate(inner.name, inner.operator, inner.value, negated=bool(negation))

    def conjunction(self, parts: list[Predicate]) -> Clause:
        return Clause(tuple(parts))

    def disjunction(self, parts: list[Predicate]) -> Clause:
        return Clause(tuple(parts), disjunction=True)

    def start(self, parts: list[Any]) -> Clause:
        found = parts[0]
        return found if isinstance(found, Clause) else Clause((found,))


_PARSER = Lark(_GRAMMAR, parser="lalr", lexer="contextual", transformer=_Compiler())


def parse_where(text: str) -> Clause:
    """A clause from its text; raises AlfrescoError (InvalidQuery) with the position of the first fault."""
    try:
        return _PARSER.parse(text)  # type: ignore[return-value]  # the compiler makes the tree a Clause
    except UnexpectedInput as error:
        raise invalid_query(f"{text}, Error at char position {position(error, text)}") from error


def _same(value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class Property:
    """What a list can do with a property: the operators it knows, and how the value is read."""

    operators: tuple[str, ...] = ("=",)
    read: Callable[[str], Any] = _same


#: Operators of texts that can also be looked for by a pattern.
TEXT = Property(("=", MATCHES))
#: What ``filtered`` finds the conditions on variables under, whatever their names.
VARIABLES = "variables"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a clause asks of a list: values by property and operator, and the conditions on variables."""

    values: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    variables: tuple[VariablePredicate, ...] = ()

    def get(self, name: str, default: T, operator: str = "=") -> Any | T:  # noqa: ANN401 - what its reader made of it
        """The value a property is to be compared with, or the default where the clause does not say."""
        return self.values.get((name, operator), default)


def check_predicates(clause: Clause) -> None:
    """Refuse what can be parsed and what no list of workflows can do (contract 5.2)."""
    if clause.disjunction or any(predicate.operator == _OTHERS for predicate in clause.predicates):
        raise invalid_query("Unsupported Predicate")


def filtered(clause: Clause, properties: Mapping[str, Property]) -> Wanted:
    """What a clause asks of a list with these properties; raises AlfrescoError where the list cannot do it.

    The same property with the same operator may come twice: the last one counts.
    """
    check_predicates(clause)
    values: dict[tuple[str, str], Any] = {}
    variables: dict[tuple[str, str], VariablePredicate] = {}
    for predicate in clause.predicates:
        if VARIABLES in properties and predicate.name.startswith(f"{VARIABLES}/"):
            # A negation of these is overlooked, as the vendor does.
            variables[predicate.name, predicate.operator] = variable_predicate(
                predicate.name, predicate.operator, predicate.value
            )
            continue
        if refusal := _refusal(predicate, properties.get(predicate.name)):
            raise refusal
        values[predicate.name, predicate.operator] = properties[predicate.name].read(predicate.value)
    return Wanted(values, tuple(variables.values()))


def _refusal(predicate: Predicate, known: Property | None) -> AlfrescoError | None:
    supported = known is not None and predicate.operator in known.operators
    if predicate.operator == MATCHES:
        if predicate.negated:
            return invalid(f"Cannot use negated matching for property: {predicate.name}")
        return None if supported else invalid(f"Cannot use matching for property: {predicate.name}")
    comparison = COMPARISONS[predicate.operator]
    if not supported:
        return invalid_property(predicate.name, predicate.value, comparison)
    return invalid(f"Cannot use NOT for {comparison} comparison.") if predicate.negated else None
