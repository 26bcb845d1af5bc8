"""Places: where the tokens of one scope are, and how many of them can still reach the joins that ask for it.

Used by ``movement``, for scopes in which a token came to an inclusive join. A change costs as much as joins ask, not
as much as tokens there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping


class Places:
    """The nodes of one scope at which something is: a token that moves or waits at a join, or a living activity."""

    __slots__ = ("_awaited", "_counts", "_reach")

    def __init__(self, reach: Mapping[str, frozenset[str]], nodes: Iterable[str]) -> None:
        self._reach = reach
        self._counts = Counter(nodes)
        self._awaited: dict[str, int] = {}

    def change(self, node_id: str, number: int) -> int:
        """So many come to a node, or leave it; returns how many joins had to be looked at."""
        self._counts[node_id] += number
        if not self._counts[node_id]:
            del self._counts[node_id]
        for join_id in self._awaited:
            if join_id != node_id and node_id in self._reach[join_id]:
                self._awaited[join_id] += number
        return len(self._awaited)

    def at(self, node_id: str) -> int:
        """How many are at a node."""
        return self._counts[node_id]

    def awaited(self, join_id: str) -> int:
        """How many elsewhere can still reach a join."""
        found = self._awaited.get(join_id)
        if found is None:
            before = self._reach[join_id]
            found = sum(number for node_id, number in self._counts.items() if node_id != join_id and node_id in before)
            self._awaited[join_id] = found
        return found

    def size(self, join_id: str) -> int:
        """How much work it is to answer ``awaited``: the number of nodes where it was not asked before."""
        return 1 if join_id in self._awaited else len(self._counts)
