"""Uses: which members an expression asks for, so that what is missing is found before it runs. Calls nothing."""

from typing import NamedTuple


class Use(NamedTuple):
    """A property (``arity`` None) or a method that the expression asks for; ``member`` None for a computed name.

    ``base`` is the name of the variable, or of the function with "()", whose own member it is; None for a member of
    anything else.
    """

    base: str | None
    member: str | None
    arity: int | None
