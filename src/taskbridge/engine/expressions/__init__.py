"""Expressions: UEL as Camunda 7 evaluates it (JUEL), with an own typed evaluation and without eval.

The engine compiles texts with `compile_expression` and evaluates them with a resolver of names.
"""

from taskbridge.engine.expressions.closures import Resolver
from taskbridge.engine.expressions.contents import ByteArray, Content, Stream
from taskbridge.engine.expressions.errors import ExpressionError, ExpressionSyntaxError, UnknownProperty
from taskbridge.engine.expressions.expression import Expression, compile_bare, compile_expression
from taskbridge.engine.expressions.views import View

__all__ = [
    "ByteArray",
    "Content",
    "Expression",
    "ExpressionError",
    "ExpressionSyntaxError",
    "Resolver",
    "Stream",
    "UnknownProperty",
    "View",
    "compile_bare",
    "compile_expression",
]
