"""Work on large bodies, kept away from the event loop: a few at a time in threads, so that other callers are answered.

Parsers hold Python's lock for most of their time. A thread gives it up every few milliseconds, a C parser only at its
end; so the size of a body and the number of its values are bounded as well (`limits`).
"""

from collections.abc import Callable
from typing import TypeVar

from taskbridge.loop_limit import LoopLimit

T = TypeVar("T")

LARGE = 100_000
"""Bytes above which JSON is parsed in a thread. Below, the change of threads costs more than it gains."""

LARGE_FOR_PYTHON = 16 << 10
"""The same for formats that Python code reads, value by value."""

_LIMIT = LoopLimit("large_bodies", 2)


async def read_in_thread(read: Callable[[], T]) -> T:
    """What `read` returns or raises; it runs in a thread, when fewer than two others do."""
    return await _LIMIT.run(read)
