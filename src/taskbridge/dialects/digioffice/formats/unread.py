"""Values that are read only once it is known what they shall be: ServiceStack's readers go by the type of the member.

Made by the formats whose text alone does not say what a value is; asked by the binding.
"""

from abc import abstractmethod
from typing import Any


class Unread:
    """A value in a text. Each way to read it raises ValueError where the text is nothing of that kind."""

    __slots__ = ()

    @abstractmethod
    def text(self) -> str | None:
        """The value as a text; None for null."""

    @abstractmethod
    def elements(self) -> list[Any]:
        """The value as a list."""

    @abstractmethod
    def members(self) -> dict[str, Any]:
        """The value as an object."""


class Records(list[Any]):
    """Several objects, one after the other: a list of them; the one, where a single one is wanted."""


class NotAnObject(ValueError):
    """A text that begins with something else than an object. ``beginning`` is its beginning."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not an object: {text[:50]}")
        self.beginning = text[:50]
