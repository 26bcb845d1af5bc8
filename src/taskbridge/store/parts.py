"""Long lists in parts: the drivers take some ten thousand parameters for a statement at most."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
#: So many values of a list stand in one statement.
SIZE = 10_000


def parts(values: Sequence[T]) -> Iterator[list[T]]:
    """The values in lists of at most ``SIZE``; none where there are none."""
    for start in range(0, len(values), SIZE):
        yield list(values[start : start + SIZE])
