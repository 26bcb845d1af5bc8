"""The grammar of expressions: what may stand between the braces, and how it becomes closures.

`parse` gives a Node whose `run` evaluates the text with a resolver of names. Calls `closures`, `uses`
and `values`.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from taskbridge.engine.expressions import closures
from taskbridge.engine.expressions.closures import Run, Step
from taskbridge.engine.expressions.uses import Use
from taskbridge.engine.expressions.values import LONG_MAX

MAX_DEPTH = 100
_LONG_DIGITS = 19
FUNCTIONS = frozenset({"now", "dateTime", "currentUser", "currentUserGroups"})

_GRAMMAR = r"""
?expr: either | either "?" expr ":" expr -> choice
?either: both (("||" | "or") both)*
?both: equality (("&&" | "and") equality)*
?equality: relation ((EQ | EQ_WORD | NE | NE_WORD) relation)*
?relation: sum ((LT | LT_WORD | LE | LE_WORD | GT | GT_WORD | GE | GE_WORD) sum)*
?sum: product ((PLUS | MINUS) product)*
?product: unary ((TIMES | DIV | DIV_WORD | MOD | MOD_WORD) unary)*
?unary: ("!" | "not") unary -> negation
    | MINUS unary -> minus
    | "empty" unary -> empty
    | value
?value: primary | primary suffix+ -> path
suffix: "." IDENTIFIER -> dot
    | "." IDENTIFIER arguments -> method
    | "[" expr "]" -> bracket
    | "[" expr "]" arguments -> bracket_method
arguments: "(" ")" | "(" expr ("," expr)* ")"
?primary: IDENTIFIER -> variable
    | IDENTIFIER arguments -> function
    | "(" expr ")" -> nested
    | STRING -> text
    | INTEGER -> integer
    | FLOAT -> double
    | "true" -> true
    | "false" -> false
    | "null" -> null

EQ: "=="
EQ_WORD: "eq"
NE: "!="
NE_WORD: "ne"
LT: "<"
LT_WORD: "lt"
LE: "<="
LE_WORD: "le"
GT: ">"
GT_WORD: "gt"
GE: ">="
GE_WORD: "ge"
PLUS: "+"
MINUS: "-"
TIMES: "*"
DIV: "/"
DIV_WORD: "div"
MOD: "%"
MOD_WORD: "mod"

IDENTIFIER: /(?!instanceof\b)(?:[^\W\d]|[$\xa2-\xa5\u20ac])[\w$\xa2-\xa5\u20ac\u0300-\u036f]*/
STRING: /'(?:[^'\\]|\\['\\])*+'|"(?:[^"\\]|\\["\\])*+"/
FLOAT.2: /[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+/
INTEGER: /[0-9]+/
SPACE: /[^\S\x85\xa0\u2007\u202f]+/
%ignore SPACE
"""


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class SyntaxFault(Exception):
    """The text is not an expression; `position` is where in the text that shows, if anywhere."""

    def __init__(self, reason: str, position: int | None = None) -> None:
        super().__init__(reason)
        self.position = position


class Node(NamedTuple):
    """A compiled piece of an expression: what evaluates it, how deep it nests, which names and members it reads.

    `label` is how messages call the piece. `base` is the name of the variable or function that it is, if it is one,
    and `constant` the text that it is.
    """

    run: Run
    depth: int
    names: frozenset[str]
    label: str
    uses: tuple[Use, ...] = ()
    base: str | None = None
    constant: str | None = None


class Suffix(NamedTuple):
    """A compiled member access: the step from a value to its member, and the rest as in a Node."""

    step: Step
    depth: int
    names: frozenset[str]
    label: str
    uses: tuple[Use, ...] = ()
    own: Use | None = None


def parse(source: str) -> Node:
    """Compile the text between the braces; raises SyntaxFault."""
    try:
        return _parser().parse(source)  # type: ignore[return-value]  # the compiler makes the tree a Node
    except UnexpectedInput as error:
        raise _unexpected(error, len(source)) from None


def _unexpected(error: UnexpectedInput, length: int) -> SyntaxFault:
    token = getattr(error, "token", None)
    if token is not None and token.type != "$END":
        return SyntaxFault(f"encountered '{token}'", error.pos_in_stream)
    character = getattr(error, "char", None)
    if character is not None:
        return SyntaxFault(f"encountered '{character}'", error.pos_in_stream)
    return SyntaxFault("encountered the end", length)


Part = Node | Suffix


def _above(parts: Sequence[Part]) -> tuple[int, frozenset[str]]:
    """Give depth and names of what is made of the parts; raises SyntaxFault when it nests too deep."""
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise SyntaxFault(f"nested deeper than {MAX_DEPTH}")
    return depth, frozenset().union(*(part.names for part in parts))


def _node(run: Run, *parts: Part, label: str = "...") -> Node:
    return Node(run, *_above(parts), label, _uses(parts))


def _uses(parts: Sequence[Part]) -> tuple[Use, ...]:
    return tuple(use for part in parts for use in part.uses)


def _leaf(value: object, label: str) -> Node:
    return Node(closures.constant(value), 0, frozenset(), label)


def _unquoted(token: Token) -> str:
    body = token[1:-1]
    return _ESCAPED.sub(r"\1", body) if "\\" in body else body


class _Compiler(Transformer[Token, Node]):
    """Makes Nodes, from the leaves upwards; the methods are named after the rules."""

    def _chain(self, parts: list[Node | Token]) -> Node:
        nodes = [part for part in parts if isinstance(part, Node)]
        symbols = [str(part) for part in parts if isinstance(part, Token)]
        first, *operands = (node.run for node in nodes)
        if len(operands) == 1:
            return _node(closures.operation(symbols[0], first, operands[0]), *nodes)
        return _node(closures.chain(first, list(zip(symbols, operands, strict=True))), *nodes)

    equality = relation = sum = product = _chain

    def either(self, parts: list[Node]) -> Node:
        return _node(closures.until(True, [part.run for part in parts]), *parts)

    def both(self, parts: list[Node]) -> Node:
        return _node(closures.until(False, [part.run for part in parts]), *parts)

    def choice(self, parts: list[Node]) -> Node:
        condition, yes, no = parts
        return _node(closures.choice(condition.run, yes.run, no.run), *parts)

    def negation(self, parts: list[Node]) -> Node:
        return _node(closures.negation(parts[0].run), *parts)

    def minus(self, parts: tuple[Token, Node]) -> Node:
        _, operand = parts
        return _node(closures.minus(operand.run), operand)

    def empty(self, parts: list[Node]) -> Node:
        return _node(closures.empty(parts[0].run), *parts)

    def nested(self, parts: list[Node]) -> Node:
        return _node(parts[0].run, *parts, label="(...)")

    def path(self, parts: tuple[Node, *tuple[Suffix, ...]]) -> Node:
        first, *suffixes = parts
        steps = [(suffix.step, suffix.label) for suffix in suffixes]
        node = _node(closures.path(first.run, first.label, steps), *parts, label=suffixes[-1].label)
        bases = [first.base, *(None for _ in suffixes)]
        own = [
            suffix.own._replace(base=base)
            for suffix, base in zip(suffixes, bases, strict=False)
            if suffix.own is not None
        ]
        return node._replace(uses=(*node.uses, *own))

    def dot(self, parts: tuple[Token]) -> Suffix:
        name = str(parts[0])
        return Suffix(closures.reading(closures.constant(name)), 0, frozenset(), f". {name}", own=Use(None, name, None))

    def bracket(self, parts: tuple[Node]) -> Suffix:
        return Suffix(closures.reading(parts[0].run), *_above(parts), "[...]", _uses(parts))

    def method(self, parts: tuple[Token, list[Node]]) -> Suffix:
        name, arguments = parts
        return self._call(_leaf(str(name), ""), arguments)._replace(own=Use(None, str(name), len(arguments)))

    def bracket_method(self, parts: tuple[Node, list[Node]]) -> Suffix:
        name, arguments = parts
        return self._call(name, arguments)._replace(own=Use(None, name.constant, len(arguments)))

    def _call(self, name: Node, arguments: list[Node]) -> Suffix:
        step = closures.calling(name.run, [argument.run for argument in arguments])
        return Suffix(step, *_above([name, *arguments]), "<method>", _uses([name, *arguments]))

    def arguments(self, parts: list[Node]) -> list[Node]:
        return parts

    def variable(self, parts: tuple[Token]) -> Node:
        name = str(parts[0])
        return Node(closures.variable(name), 0, frozenset({name}), name, base=name)

    def function(self, parts: tuple[Token, list[Node]]) -> Node:
        name, arguments = str(parts[0]), parts[1]
        if name in closures.READERS and len(arguments) == 1:
            made = _node(closures.reader(name, arguments[0].run), *arguments, label=f"{name}(...)")
            return made._replace(base=f"{name}()")
        if name not in FUNCTIONS and name not in closures.READERS:
            raise SyntaxFault(f"Could not resolve function '{name}'")
        if arguments or name in closures.READERS:
            raise SyntaxFault(f"Parameters for function '{name}' do not match")
        return Node(closures.function(name), 0, frozenset(), f"{name}(...)", base=f"{name}()")

    def text(self, parts: tuple[Token]) -> Node:
        text = _unquoted(parts[0])
        return _leaf(text, str(parts[0]))._replace(constant=text)

    def integer(self, parts: tuple[Token]) -> Node:
        token = parts[0]
        # The length is checked first because int() refuses thousands of digits.
        if len(token.lstrip("0")) > _LONG_DIGITS or int(token) > LONG_MAX:
            raise SyntaxFault(f"encountered '{token}', expected a whole number of 64 bits", token.start_pos)
        return _leaf(int(token), str(token))

    def double(self, parts: tuple[Token]) -> Node:
        return _leaf(float(parts[0]), str(parts[0]))

    def true(self, _parts: list[Node]) -> Node:
        return _leaf(True, "true")

    def false(self, _parts: list[Node]) -> Node:
        return _leaf(False, "false")

    def null(self, _parts: list[Node]) -> Node:
        return _leaf(None, "null")


@cache
def _parser() -> Lark:
    """The parser; made when the first expression is read, which many a command never does."""
    return Lark(_GRAMMAR, start="expr", parser="lalr", lexer="basic", transformer=_Compiler())
