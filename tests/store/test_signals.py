"""Wake-ups: who is woken, and that none is lost."""

import asyncio

import pytest
from sqlalchemy import text

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.signals import Signals
from taskbridge.store.transaction import Transaction

pytestmark = pytest.mark.anyio

LISTENERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = :query"
)


def _cut_listeners(tx: Transaction) -> None:
    assert len(tx.select(text(LISTENERS).bindparams(query="LISTEN taskbridge"))) == 2


async def test_only_waiters_of_the_key_are_woken() -> None:
    signals = Signals()
    with signals.wait_for("task", {"a", "b"}) as wanted, signals.wait_for("task", {"c"}) as other:
        signals.deliver("task", "b")
        assert await wanted.wait(5)
        assert not await other.wait(0)


async def test_a_signal_between_looking_and_waiting_is_not_lost() -> None:
    signals = Signals()
    with signals.wait_for("task", {"a"}) as waiter:
        signals.deliver("task", "a")
        assert await waiter.wait(5)
        assert not await waiter.wait(0)


async def test_a_wait_ends_when_the_signal_comes() -> None:
    signals = Signals()
    with signals.wait_for("task", {"a"}) as waiter:
        asyncio.get_running_loop().call_soon(signals.deliver, "task", "a")
        assert await waiter.wait(60)


async def test_a_waiter_without_keys_hears_every_payload_of_its_channel() -> None:
    signals = Signals()
    with signals.wait_for("task") as waiter:
        signals.deliver("other", "a")
        assert not await waiter.wait(0)
        signals.deliver("task", "whatever")
        assert await waiter.wait(5)


async def test_a_whole_channel_or_everybody_can_be_woken() -> None:
    signals = Signals()
    with signals.wait_for("task", {"a"}) as task, signals.wait_for("job", {"a"}) as job:
        signals.wake_channel("task")
        assert await task.wait(5)
        assert not await job.wait(0)
        signals.wake_all()
        assert await job.wait(5)


async def test_nothing_is_left_of_waiters_that_have_gone() -> None:
    signals = Signals()
    with signals.wait_for("task", {"a", "b"}), signals.wait_for("task"):
        assert len(signals) == 2
    assert len(signals) == 0
    signals.deliver("task", "a")


async def test_a_cancelled_waiter_can_wait_again() -> None:
    signals = Signals()
    with signals.wait_for("task", {"a"}) as waiter:
        task = asyncio.ensure_future(waiter.wait(60))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        signals.deliver("task", "a")
        assert await waiter.wait(5)


async def test_another_node_hears_it(postgresql_url: str, clock: ManualClock) -> None:
    here, there = await Database.open(postgresql_url, clock), await Database.open(postgresql_url, clock)
    long = "ü" * 5000
    with (
        there.signals.wait_for("task", {"topic with spaces"}) as waiter,
        there.signals.wait_for("task", {"another"}) as other,
    ):
        await here.run(lambda tx: tx.signal("task", "topic with spaces"))
        assert await waiter.wait(10)
        assert not await other.wait(0)
        # Too long for a notice: everybody on the channel is woken instead.
        await here.run(lambda tx: tx.signal("task", long))
        assert await waiter.wait(10)
    await here.close()
    await there.close()


async def test_a_node_that_lost_its_connection_hears_again(postgresql_url: str, clock: ManualClock) -> None:
    here, there = await Database.open(postgresql_url, clock), await Database.open(postgresql_url, clock)
    with there.signals.wait_for("task", {"a"}) as waiter:
        await here.run(_cut_listeners)
        # What may have been missed meanwhile wakes everybody.
        assert await waiter.wait(10)
        await here.run(lambda tx: tx.signal("task", "a"))
        assert await waiter.wait(10)
    await here.close()
    await there.close()


async def test_a_payload_that_cannot_be_sent_wakes_the_whole_channel(postgresql_url: str, clock: ManualClock) -> None:
    here, there = await Database.open(postgresql_url, clock), await Database.open(postgresql_url, clock)
    with there.signals.wait_for("task", {"a"}) as waiter:
        for payload in ("half a letter: \ud800", "a"):
            await here.run(lambda tx, payload=payload: tx.signal("task", payload))  # type: ignore[misc]  # a default
            assert await waiter.wait(60)
    await here.close()
    await there.close()


async def test_a_node_hears_and_is_heard_whatever_went_wrong(
    postgresql_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = await Database.open(postgresql_url, clock), await Database.open(postgresql_url, clock)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with there.signals.wait_for("task", {"a"}) as waiter:
        with monkeypatch.context() as patch:
            patch.setattr(there.signals, "deliver", fail)
            await here.run(lambda tx: tx.signal("task", "a"))
            # It listens anew, and wakes everybody.
            assert await waiter.wait(60)
        await here.run(lambda tx: tx.signal("task", "a"))
        assert await waiter.wait(60)
    assert "notices between nodes failed" in {record.getMessage() for record in caplog.records}
    await here.close()
    await there.close()
