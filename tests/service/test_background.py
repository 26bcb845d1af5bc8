"""Work beside the requests: nothing ends it, it waits for a database that is away, and failures are logged."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service.background import repeating
from taskbridge.store.errors import DatabaseUnavailable, WriteTimeout

pytestmark = pytest.mark.anyio

Step = Callable[[], Awaitable[None]]


def failing(clock: ManualClock, failures: list[BaseException]) -> tuple[Step, "asyncio.Queue[int]"]:
    """A step that raises each of the failures in turn, then waits for ever; and the times at which it began."""
    begun = asyncio.Queue[int]()

    async def step() -> None:
        await begun.put(clock.elapsed())
        if failures:
            raise failures.pop(0)
        await asyncio.Event().wait()

    return step, begun


async def test_a_step_is_tried_again_a_second_after_the_database_failed(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    step, begun = failing(clock, [DatabaseUnavailable("away"), DatabaseUnavailable("away")])
    async with repeating("the step", clock, step):
        assert await begun.get() == 0
        for moment in (1_000, 2_000):
            await asyncio.sleep(0)
            assert begun.empty()
            clock.advance(1_000)
            assert await begun.get() == moment
    assert not caplog.records  # the store logs it


@pytest.mark.parametrize(
    "error", [KeyError("unknown kind of job"), asyncio.CancelledError()], ids=["an error", "a cancellation"]
)
async def test_a_step_that_fails_in_an_unforeseen_way_is_repeated_after_growing_pauses(
    clock: ManualClock, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    pauses = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]
    step, begun = failing(clock, [error] * len(pauses))
    async with repeating("the step", clock, step):
        expected = await begun.get()
        for pause in pauses:
            await asyncio.sleep(0)
            clock.advance(pause - 1)
            await asyncio.sleep(0)
            assert begun.empty()
            clock.advance(1)
            expected += pause
            assert await asyncio.wait_for(begun.get(), 60) == expected
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * len(pauses)
    assert all(record.exc_info for record in caplog.records)


async def test_a_step_that_took_too_long_is_logged(clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    step, begun = failing(clock, [WriteTimeout("slow")])
    async with repeating("the step", clock, step):
        await begun.get()
        await asyncio.sleep(0)
        clock.advance(1_000)
        assert await asyncio.wait_for(begun.get(), 60) == 1_000
    assert [(record.levelno, record.exc_info) for record in caplog.records] == [(logging.WARNING, None)]
    assert "the step failed: slow" in caplog.text


async def test_the_clock_that_is_set_back_prolongs_no_pause(clock: ManualClock) -> None:
    step, begun = failing(clock, [DatabaseUnavailable("away")])
    async with repeating("the step", clock, step):
        await begun.get()
        await asyncio.sleep(0)
        clock.set(clock.now() - 3_600_000)
        clock.advance(1_000)
        assert await asyncio.wait_for(begun.get(), 60) == 1_000
