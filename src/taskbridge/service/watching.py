"""What is asked about the program itself by whoever watches it: whether it can do its work, and how much waits.

Both questions go through the store and end within a bound. All who ask at the same moment share one look.
"""

import asyncio
from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import Any, Generic, TypeVar

from taskbridge.service.unit import Services
from taskbridge.store import waiting_work
from taskbridge.store.errors import StoreError
from taskbridge.store.waiting_work import WaitingWork

T = TypeVar("T")

#: Milliseconds that the store may take to answer.
BOUND = 1_000
#: Milliseconds for which counts are not taken again.
_FRESH = 1_000


class DatabaseState(StrEnum):
    """What the last look at the database found."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    SLOW = "slow"


class Watch:
    """Looks at the store. Belongs to one event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._touching: _Shared[DatabaseState] = _Shared(self._touch)
        self._counting: _Shared[WaitingWork | None] = _Shared(self._count)
        self._counted: WaitingWork | None = None
        self._counted_at: int | None = None

    async def database(self) -> DatabaseState:
        """Whether the store does the works that requests are made of, looked at now."""
        return await self._touching.result()

    async def waiting_work(self) -> WaitingWork | None:
        """How much work waits, as of a second ago at most; None when the store does not tell in time."""
        now = self._services.clock.elapsed()
        if self._counted_at is None or now - self._counted_at >= _FRESH:
            self._counted = await self._counting.result()
            self._counted_at = now if self._counted is not None else None
        return self._counted

    async def _touch(self) -> DatabaseState:
        try:
            await self._bounded(lambda: self._services.run(lambda unit: waiting_work.touch(unit.tx)))
        except TimeoutError:
            return DatabaseState.SLOW
        except StoreError:
            return DatabaseState.UNAVAILABLE
        return DatabaseState.AVAILABLE

    async def _count(self) -> WaitingWork | None:
        try:
            return await self._bounded(lambda: self._services.read(lambda unit: waiting_work.count(unit.tx)))
        except (TimeoutError, StoreError):
            return None

    async def _bounded(self, asked: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What the store answers within the bound. Raises TimeoutError, and what the store raises."""
        work = asyncio.ensure_future(asked())

        def give_up() -> None:
            work.cancel()

        alarm = self._services.clock.call_after(BOUND, give_up)
        try:
            await asyncio.wait([work])
        finally:
            alarm.cancel()
            work.cancel()
        if work.cancelled():
            raise TimeoutError
        return work.result()


class _Shared(Generic[T]):
    """A look that everybody waits for who asks while it goes on."""

    def __init__(self, look: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._look = look
        self._task: asyncio.Task[T] | None = None

    async def result(self) -> T:
        """What the look finds that goes on now, or else a new one."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        return await asyncio.shield(self._task)
