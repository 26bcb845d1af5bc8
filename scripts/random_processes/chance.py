"""Randomness that is the same for a seed, whatever the version of Python: only ``Random.random`` is used."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

_Thing = TypeVar("_Thing")


class Chance:
    """Draws by a seed."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)

    def under(self, share: float) -> bool:
        """True in this share of all draws."""
        return self._random.random() < share

    def number(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included."""
        return lowest + int(self._random.random() * (highest - lowest + 1))

    def one_of(self, things: Sequence[_Thing]) -> _Thing:
        """One of them."""
        return things[int(self._random.random() * len(things))]

    def weighted(self, things: Mapping[_Thing, int]) -> _Thing:
        """One of them, by their weights."""
        at = self._random.random() * sum(things.values())
        for thing, weight in things.items():
            at -= weight
            if at < 0:
                return thing
        return list(things)[-1]

    def some(self, things: Sequence[_Thing], count: int) -> list[_Thing]:
        """So many different ones, in the order of a shuffle."""
        left = list(things)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(min(count, len(left)))]
