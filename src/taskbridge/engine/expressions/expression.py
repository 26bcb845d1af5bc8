"""Expressions: the compiled form of plain text, `${...}`, `#{...}` and mixtures of them (UEL, as Camunda 7 reads it).

Compiling is pure and cached; evaluating asks a resolver for names and touches nothing else.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from taskbridge.engine.expressions import effort
from taskbridge.engine.expressions.closures import Resolver, Run, constant
from taskbridge.engine.expressions.errors import ExpressionError, ExpressionSyntaxError, Fault
from taskbridge.engine.expressions.grammar import Node, SyntaxFault, parse
from taskbridge.engine.expressions.template import Piece, split
from taskbridge.engine.expressions.texts import joined, to_string, whole_text
from taskbridge.engine.expressions.uses import Use
from taskbridge.engine.expressions.values import java_class

MAX_CHARS = 10_000


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    `text` is what it was compiled from, `literal` tells that there is nothing in it to evaluate, `names`
    are the variables it may read (functions such as `now()` are not among them), and `uses` the members it asks for.
    """

    text: str
    literal: bool
    names: frozenset[str]
    _run: Run = field(repr=False, compare=False)
    uses: tuple[Use, ...] = field(default=(), repr=False, compare=False)

    def evaluate(self, resolve: Resolver) -> object:
        """Give the value.

        `resolve` gives the value of a name and raises KeyError for an unknown one; functions are names with
        "()". Raises UnknownProperty and ExpressionError.
        """
        effort.begin()
        try:
            result = self._run(resolve)
            return result if type(result) is not str or result.isprintable() else whole_text(result)
        except Fault as fault:
            raise fault.named(self.text) from fault
        except RecursionError as error:
            raise ExpressionError(f"Error while evaluating expression: {self.text}. Cause: nested too deep") from error

    def condition(self, resolve: Resolver) -> bool:
        """Give the value of a condition; raises ExpressionError when it is no boolean, and what evaluate raises."""
        result = self.evaluate(resolve)
        if result is None:
            raise ExpressionError("condition expression returns null: result is null")
        if not isinstance(result, bool):
            raise ExpressionError(
                f"condition expression returns non-Boolean: result has class {java_class(result)}"
                " and not java.lang.Boolean"
            )
        return result


@lru_cache(maxsize=2048)
def compile_expression(text: str) -> Expression:
    """Compile plain text with any number of `${...}` or `#{...}` in it.

    A text that is one such expression keeps the type of its value, every mixture gives a text.
    Raises ExpressionSyntaxError.
    """
    _check_length(text)
    pieces = split(text)
    nodes = [_compiled(piece, text) for piece in pieces if piece.is_expression]
    names = frozenset().union(*(node.names for node in nodes))
    uses = tuple(use for node in nodes for use in node.uses)
    if len(pieces) == len(nodes) == 1:
        return Expression(text, False, names, nodes[0].run, uses)
    if not nodes:
        return Expression(text, True, names, constant("".join(piece.text for piece in pieces)))
    return Expression(text, False, names, _composite(pieces, nodes), uses)


def literal(text: str) -> Expression:
    """An expression that yields the text as it is, whatever stands in it."""
    return Expression(text, True, frozenset(), constant(text))


@lru_cache(maxsize=2048)
def compile_bare(text: str) -> Expression:
    """Compile an expression that stands without braces; raises ExpressionSyntaxError."""
    _check_length(text)
    node = _compiled(Piece(text, True, 0), text)
    return Expression(text, False, node.names, node.run, node.uses)


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise ExpressionSyntaxError(f"Error parsing '{text[:100]}...': longer than {MAX_CHARS} characters")


def _compiled(piece: Piece, whole: str) -> Node:
    try:
        return parse(piece.text)
    except SyntaxFault as fault:
        place = "" if fault.position is None else f"syntax error at position {piece.start + fault.position}, "
        raise ExpressionSyntaxError(f"Error parsing '{whole}': {place}{fault}") from None


def _composite(pieces: list[Piece], nodes: list[Node]) -> Run:
    compiled = iter(nodes)
    runs = [next(compiled).run if piece.is_expression else constant(piece.text) for piece in pieces]
    return lambda resolve: joined([to_string(run(resolve)) for run in runs])
