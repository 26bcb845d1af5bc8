"""Work that goes on beside the requests while the program runs. A database that is away for a while is waited for."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from taskbridge.clock import Clock
from taskbridge.store.errors import DatabaseUnavailable, StoreError

log = logging.getLogger("taskbridge.background")

_PAUSE = 1_000  # milliseconds before the next try after the database failed


@contextlib.asynccontextmanager
async def repeating(name: str, clock: Clock, step: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Repeat a step for as long as the block lasts. A step waits by itself until there is something to do."""
    task = asyncio.create_task(_repeat(name, clock, step), name=name)
    task.add_done_callback(_tell)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _tell(task: asyncio.Task[None]) -> None:
    """A step that fails for a reason nobody foresaw ends the repetition; that must not go unheard."""
    if not task.cancelled() and (error := task.exception()):
        log.error("%s has stopped", task.get_name(), exc_info=error)


async def _repeat(name: str, clock: Clock, step: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await step()
        except DatabaseUnavailable:  # the store says so
            await sleep_until(clock, clock.now() + _PAUSE)
        except StoreError as error:
            log.warning("%s has to wait: %s", name, error)
            await sleep_until(clock, clock.now() + _PAUSE)


async def sleep_until(clock: Clock, moment: int) -> None:
    """Return once the clock shows the moment."""
    due = asyncio.Event()
    alarm = clock.call_at(moment, due.set)
    try:
        await due.wait()
    finally:
        alarm.cancel()
