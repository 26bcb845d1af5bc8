"""A limit to what an event loop has going on in threads at the same time."""

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

T = TypeVar("T")


class LoopLimit:
    """Runs functions in threads, so many at a time; each event loop that uses it has a limit of its own."""

    def __init__(self, name: str, at_once: int) -> None:
        self._limiters: RunVar[CapacityLimiter] = RunVar(f"taskbridge.{name}")
        self._at_once = at_once

    async def run(self, function: Callable[[], T]) -> T:
        """What the function returns or raises; it waits while as many others run as may."""
        return await anyio.to_thread.run_sync(function, limiter=self._limiter())

    def _limiter(self) -> CapacityLimiter:
        try:
            return self._limiters.get()
        except LookupError:
            made = CapacityLimiter(self._at_once)
            self._limiters.set(made)
            return made
