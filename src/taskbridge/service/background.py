"""Work that goes on beside the requests while the program runs. Nothing but the end of the program ends it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from taskbridge.clock import Clock
from taskbridge.store.errors import DatabaseUnavailable, TooSlow

log = logging.getLogger("taskbridge.background")

_PAUSE = 1_000  # milliseconds before the next try after the database failed
_LONGEST_PAUSE = 60_000  # milliseconds; the pause doubles with each failure for another reason


@contextlib.asynccontextmanager
async def repeating(name: str, clock: Clock, step: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Repeat a step for as long as the block lasts. A step waits by itself until there is something to do."""
    task = asyncio.create_task(_repeat(name, clock, step), name=name)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _repeat(name: str, clock: Clock, step: Callable[[], Awaitable[None]]) -> None:
    pause = _PAUSE
    while True:
        try:
            await step()
            pause = _PAUSE
        except DatabaseUnavailable as error:  # the store logs that the database is away
            if isinstance(error, TooSlow):
                log.warning("%s failed: %s; next try in %s ms", name, error, _PAUSE)
            await sleep_for(clock, _PAUSE)
        except asyncio.CancelledError:
            if _ends():
                raise
            log.exception("a step of %s was cancelled from within; next try in %s ms", name, pause)
            pause = await _paused(clock, pause)
        except Exception:
            log.exception("%s failed; next try in %s ms", name, pause)
            pause = await _paused(clock, pause)


def _ends() -> bool:
    """Whether it is this very task that is cancelled, and not something that its step waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


async def _paused(clock: Clock, pause: int) -> int:
    """Wait; the pause of the next time, in milliseconds."""
    await sleep_for(clock, pause)
    return min(pause * 2, _LONGEST_PAUSE)


async def sleep_for(clock: Clock, milliseconds: int) -> None:
    """Return once so much time has passed."""
    over = asyncio.Event()
    alarm = clock.call_after(milliseconds, over.set)
    try:
        await over.wait()
    finally:
        alarm.cancel()
