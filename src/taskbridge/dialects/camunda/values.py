"""Camunda's scalars: dates as Java's lenient format reads and writes them, and values as Java turns them into text.

Called by the binding, the variables and the views; moments are epoch milliseconds on our side.
"""

import struct
from collections.abc import Sequence
from functools import reduce

from taskbridge.dialects.java_values import EARLIEST, LATEST, format_date, java_text, parse_date

__all__ = ["EARLIEST", "LATEST", "LONGEST", "format_date", "java_map_order", "java_text", "parse_date"]

#: Durations are cut to this many milliseconds (7900 years), so that now plus a duration can be written.
LONGEST = 250_000_000_000_000


def java_map_order(names: Sequence[str]) -> list[str]:
    """Texts in the order in which Java's ``HashMap`` gives those that were put into it in this order."""
    size = 16
    while len(names) > size * 3 // 4:
        size *= 2
    return sorted(names, key=lambda name: _spread(name) % size)


def _spread(text: str) -> int:
    units = struct.iter_unpack("<H", text.encode("utf-16-le", "surrogatepass"))
    code = reduce(lambda so_far, unit: (so_far * 31 + unit[0]) & 0xFFFFFFFF, units, 0)
    return code ^ code >> 16
