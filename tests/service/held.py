"""Transactions that stay open while other requests go on: only PostgreSQL has several at once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from taskbridge.service.unit import Services, Unit

T = TypeVar("T")
#: Generous, because other programs may keep the machine busy; nothing waits for it when all is well.
LIMIT = 60


@asynccontextmanager
async def held(services: Services, work: Callable[[Unit], T]) -> AsyncIterator["asyncio.Future[T]"]:
    """Do some work in a transaction that is not committed before the block ends; the future then has its result."""
    done, release = threading.Event(), threading.Event()

    def hold(unit: Unit) -> T:
        result = work(unit)
        done.set()
        assert release.wait(LIMIT)
        return result

    running = asyncio.ensure_future(services.run(hold))
    try:
        finished = asyncio.ensure_future(asyncio.to_thread(done.wait, LIMIT))
        await asyncio.wait([running, finished], return_when=asyncio.FIRST_COMPLETED)
        yield running
    finally:
        done.set()
        release.set()
        await asyncio.gather(running, return_exceptions=True)
