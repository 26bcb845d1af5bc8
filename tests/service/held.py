"""Transactions that stay open while other requests go on: only PostgreSQL has several at once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any, TypeVar

import pytest
from sqlalchemy import text

from taskbridge.service.unit import Services, Unit
from taskbridge.store.database import Transaction

T = TypeVar("T")
#: Generous, because other programs may keep the machine busy; nothing waits for it when all is well.
LIMIT = 60
_OF_REQUEST = ContextVar("of_request", default=False)
_WAITING = text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1"
)


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


@asynccontextmanager
async def held_request(
    services: Services, request: Coroutine[Any, Any, T], *, transaction: int = 1
) -> AsyncIterator["asyncio.Task[T]"]:
    """Send a request to an application in this process, and hold its transaction until the block ends.

    ``transaction`` says which of the request's transactions is held. The task has the answer after the block.
    """
    done, release, numbers = threading.Event(), threading.Event(), count(1)
    original = services.database.run

    def run(work: Callable[[Transaction], object]) -> Coroutine[Any, Any, object]:
        if not _OF_REQUEST.get() or next(numbers) != transaction:
            return original(work)

        def hold(tx: Transaction) -> object:
            result = work(tx)
            done.set()
            assert release.wait(LIMIT)
            return result

        return original(hold)

    async def sent() -> T:
        _OF_REQUEST.set(True)
        return await request

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services.database, "run", run)
        running = asyncio.ensure_future(sent())
        try:
            reached = asyncio.ensure_future(asyncio.to_thread(done.wait, LIMIT))
            await asyncio.wait([running, reached], return_when=asyncio.FIRST_COMPLETED)
            assert not running.done(), running
            yield running
        finally:
            done.set()
            release.set()
            await asyncio.gather(running, return_exceptions=True)


async def until_one_waits(services: Services, *others: "asyncio.Future[Any]") -> None:
    """Return once a transaction of the database waits for a lock; the others are not to be done before that."""
    async with asyncio.timeout(LIMIT):
        while not await services.run(lambda unit: unit.tx.select(_WAITING)):
            assert not any(one.done() for one in others), others
            await asyncio.sleep(0.01)
