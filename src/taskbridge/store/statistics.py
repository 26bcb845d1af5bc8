"""The counts of a backend, for metrics."""

from typing import NamedTuple


class Statistics(NamedTuple):
    """``commits`` and the ``works`` in them since the start; works ``waiting`` for their turn now; connections now.

    Works that failed count where others of the same batch were committed. ``broken`` connections are opened again when
    the next work comes to them.
    """

    commits: int
    works: int
    waiting: int
    connections: int
    broken: int
