"""Work beside the requests: it goes on, it waits for a database that is away, and it does not end unheard."""

import asyncio
import logging

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service.background import repeating
from taskbridge.store.errors import Conflict, DatabaseUnavailable, StoreError

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("failure", "logged"),
    [
        (Conflict("changed"), ["the step has to wait: changed"]),
        (DatabaseUnavailable("away"), []),  # the store says so by itself
    ],
)
async def test_a_step_is_tried_again_a_while_after_the_database_failed(
    clock: ManualClock, caplog: pytest.LogCaptureFixture, failure: StoreError, logged: list[str]
) -> None:
    tried = asyncio.Queue[int]()
    failures = [failure]

    async def step() -> None:
        await tried.put(clock.now())
        if failures:
            raise failures.pop()
        await asyncio.Event().wait()

    began = clock.now()
    async with repeating("the step", clock, step):
        assert await tried.get() == began
        await asyncio.sleep(0)
        assert tried.empty()
        clock.advance(1_000)
        assert await tried.get() == began + 1_000
    assert [record.getMessage() for record in caplog.records] == logged


async def test_a_step_that_fails_as_nobody_foresaw_is_told_at_once(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def step() -> None:
        raise KeyError("unknown kind of job")

    async def until_it_is_told() -> None:
        async with repeating("the step", clock, step):
            while not caplog.records:
                await asyncio.sleep(0)

    with pytest.raises(KeyError):
        await asyncio.wait_for(until_it_is_told(), 10)
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "the step has stopped")
    assert record.exc_info
