"""Long polling for external tasks: a fetch that waits until there is something, woken by event, never by sleeping.

Woken are the polls of a topic when a task of it is created, unlocked, resumed or given retries, and when a lock or a
retry time of it runs out. A caller that has gone gets nothing locked; what was locked in the moment in which it went is
given back.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from taskbridge.service import external_tasks
from taskbridge.service.errors import ShuttingDown, TooManyWaiting
from taskbridge.service.expiries import EXTERNAL_TASKS
from taskbridge.service.external_tasks import FetchRequest
from taskbridge.service.unit import Services, Unit
from taskbridge.store import external_tasks as store
from taskbridge.store.activities import ActivityRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who waits. ``departure`` returns once the caller has gone.

    ``still_known`` raises when the credentials of the request are not good any more; it is asked whenever the poll is
    woken, so that nothing is handed to somebody who was locked while he waited.
    """

    departure: Callable[[], Awaitable[None]]
    still_known: Callable[[], Awaitable[object]]
    user: str | None = None


async def fetch_and_lock(
    services: Services,
    request: FetchRequest,
    timeout: int,
    caller: Caller,
    view: Callable[[Unit, list[ActivityRow]], T],
) -> T | None:
    """Fetch, and wait up to ``timeout`` milliseconds while there is nothing. ``view`` turns the rows into the answer.

    Returns None once the caller has gone; nothing stays locked for it then. Raises TooManyWaiting, ShuttingDown while
    the program ends, and what ``still_known`` raises.
    """
    if services.waiting >= services.most_waiting:
        raise TooManyWaiting("no more requests can wait")
    deadline = services.clock.elapsed() + timeout
    user = caller.user
    topics = {topic.criteria.topic for topic in request.topics}
    with services.database.signals.wait_for(EXTERNAL_TASKS, topics) as waiter:
        async with _watched(services, timeout, caller, waiter.wake) as gone:
            while True:
                began = services.clock.elapsed()  # before the transaction's own moment: rather too early than too late
                attempt = await services.run(lambda unit: _attempt(unit, request, sorted(topics), gone, view), user)
                if attempt.rows:
                    await asyncio.sleep(0)  # the caller may have gone while the transaction was committed
                if gone.is_set():
                    await give_back(services, attempt.rows, user)
                    return None
                if attempt.rows or services.clock.elapsed() >= deadline:
                    return attempt.result
                if services.stopping:
                    raise ShuttingDown
                for topic, remaining in attempt.expiries:
                    services.expiries.note(topic, began + remaining)
                await waiter.wait()
                if not gone.is_set():
                    await caller.still_known()


async def give_back(services: Services, rows: Sequence[ActivityRow], user: str | None) -> None:
    """Unlock what was fetched for a caller that has gone before it could be answered, and wake others for it."""
    if rows:
        await services.run(lambda unit: external_tasks.give_back(unit, rows), user)


@dataclass(frozen=True, slots=True)
class _Attempt(Generic[T]):
    rows: Sequence[ActivityRow]
    result: T
    expiries: list[tuple[str, int]]


def _attempt(
    unit: Unit,
    request: FetchRequest,
    topics: list[str],
    gone: asyncio.Event,
    view: Callable[[Unit, list[ActivityRow]], T],
) -> "_Attempt[T]":
    rows = [] if gone.is_set() else external_tasks.fetch_and_lock(unit, request)
    return _Attempt(rows, view(unit, rows), [] if rows else _expiries(unit, topics))


def _expiries(unit: Unit, topics: list[str]) -> list[tuple[str, int]]:
    """In how many milliseconds the next lock of each topic runs out."""
    now = unit.tx.now
    return [(topic, moment - now) for topic, moment in store.next_expiries(unit.tx, topics, now)]


@contextlib.asynccontextmanager
async def _watched(
    services: Services, timeout: int, caller: Caller, wake: Callable[[], None]
) -> AsyncIterator[asyncio.Event]:
    """Wake after ``timeout`` milliseconds, and when the caller goes; the event tells the latter."""
    gone = asyncio.Event()

    async def watch() -> None:
        await caller.departure()
        gone.set()
        wake()

    alarm = services.clock.call_after(timeout, wake)
    task = asyncio.create_task(watch())
    services.waiting += 1
    try:
        yield gone
    finally:
        services.waiting -= 1
        alarm.cancel()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
