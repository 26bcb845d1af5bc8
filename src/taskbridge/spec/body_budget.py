"""A bound over all bodies that a process holds at the same time: each of them is in memory until its request ends.

Asked by `bodies` for what a body has beyond its first megabyte; small bodies never meet it.
"""

from taskbridge.spec.failures import TooManyBodies

FREE = 1 << 20
"""Bytes of each body that are not counted."""


class BodyBudget:
    """How many bytes of large bodies a process may hold. On the event loop."""

    def __init__(self, total: int = 200_000_000) -> None:
        self.total = total
        self.taken = 0


class Reservation:
    """The part of a budget that one request holds."""

    __slots__ = ("_budget", "_size")

    def __init__(self, budget: BodyBudget) -> None:
        self._budget = budget
        self._size = 0

    def extend(self, size: int) -> None:
        """Holds `size` bytes in all. Raises TooManyBodies where the budget has no more."""
        more = size - self._size
        if self._budget.taken + more > self._budget.total:
            raise TooManyBodies
        self._budget.taken += more
        self._size = size

    def release(self) -> None:
        """Gives all of it back."""
        self._budget.taken -= self._size
        self._size = 0
