"""The state of the program for health and metrics: whether the database answers, and how much work waits.

Both are read from the store within a bound of time. Callers that come at the same moment share one transaction.
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
    """The result of a read in the database."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    SLOW = "slow"


class Watch:
    """Reads the state of the store. Belongs to one event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._touching: _Shared[DatabaseState] = _Shared(self._touch)
        self._counting: _Shared[WaitingWork | None] = _Shared(self._count)
        self._counted: WaitingWork | None = None
        self._counted_at: int | None = None

    async def database(self) -> DatabaseState:
        """Whether the store carries out a transaction now."""
        return await self._touching.result()

    async def waiting_work(self) -> WaitingWork | None:
        """How much work waits, as of a second ago at most; None when the store does not answer in time."""
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
    """A read that all callers wait for that come while it goes on."""

    def __init__(self, look: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._look = look
        self._task: asyncio.Task[T] | None = None

    async def result(self) -> T:
        """The result of the read that goes on now, or else of a new one."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        return await asyncio.shield(self._task)
