"""Work on large bodies, kept away from the event loop: a few at a time in threads, so that other callers are answered.

Parsers hold Python's lock for most of their time. A thread gives it up every few milliseconds, a C parser only at its
end; so the size of a body and the number of its values are bounded as well (`limits`).
"""

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

T = TypeVar("T")

LARGE = 100_000
"""Bytes above which JSON is parsed in a thread. Below, the change of threads costs more than it gains."""

LARGE_FOR_PYTHON = 16 << 10
"""The same for formats that Python code reads, value by value."""

_AT_ONCE = 2
_LIMITERS: RunVar[CapacityLimiter] = RunVar("taskbridge.large_bodies")


async def read_in_thread(read: Callable[[], T]) -> T:
    """What `read` returns or raises; it runs in a thread, when fewer than two others do."""
    return await anyio.to_thread.run_sync(read, limiter=_limiter())


def _limiter() -> CapacityLimiter:
    """The limit of the running event loop."""
    try:
        return _LIMITERS.get()
    except LookupError:
        made = CapacityLimiter(_AT_ONCE)
        _LIMITERS.set(made)
        return made
