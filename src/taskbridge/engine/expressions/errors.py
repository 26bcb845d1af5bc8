"""What can go wrong with an expression.

The public exceptions are for callers of the package. A Fault is for the modules inside it: it knows
only its cause, and Expression turns it into the public exception that also names the expression.
"""

from typing import ClassVar

from taskbridge.engine.errors import EngineError


class ExpressionSyntaxError(ValueError):
    """The text is not an expression; raised by compiling, its text is fit for a deployment error."""


class ExpressionError(EngineError):
    """The evaluation failed; its text is the message the Camunda engine gives."""


class CannotCast(ExpressionError):
    """A value is of a class that the setting cannot have; the Camunda engine lets Java's ClassCastException pass."""


class UnknownProperty(ExpressionError):
    """A variable or property that the expression reads does not exist."""


class Fault(Exception):
    """A failed evaluation, as seen from inside the expression."""

    headline: ClassVar[str] = "Error while evaluating expression"
    public: ClassVar[type[ExpressionError]] = ExpressionError

    def named(self, text: str) -> ExpressionError:
        """Give the public exception, which names the whole expression `text`."""
        return self.public(f"{self.headline}: {text}. Cause: {self}")


class PropertyNotFound(Fault):
    """A name, a property or the base of a method call that is not there."""

    headline = "Unknown property used in expression"
    public = UnknownProperty


class Thrown(Fault):
    """What a method threw; the message names the Java exception, and not the expression."""

    def named(self, text: str) -> ExpressionError:
        """Give the public exception, whose text is that of the Java exception."""
        del text
        return self.public(str(self))


class MethodNotFound(Fault):
    """A method that the value does not offer."""

    headline = "Unknown method used in expression"
