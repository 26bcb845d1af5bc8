"""The database's clock: moments are its own, whatever the clocks of the nodes show."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from taskbridge.clock import ManualClock, SystemClock
from taskbridge.store.database import Database
from taskbridge.store.database_clock import DatabaseClock
from taskbridge.store.transaction import Transaction

pytestmark = pytest.mark.anyio

HOUR = 3_600_000
NOW = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")


class WrongClock(SystemClock):
    """The clock of a machine on which it is later, or earlier, than it is."""

    def __init__(self, ahead: int) -> None:
        self.ahead = ahead

    def now(self) -> int:
        return super().now() + self.ahead


@pytest.fixture
async def nodes(postgresql_url: str, anyio_backend: str) -> AsyncIterator[list[Database]]:
    """A node whose clock is an hour ahead, and one whose clock is an hour behind."""
    opened = [await Database.open(postgresql_url, WrongClock(ahead)) for ahead in (HOUR, -HOUR)]
    yield opened
    for node in opened:
        await node.close()


def _difference(tx: Transaction) -> int:
    """By how many milliseconds the moment of a transaction precedes what the server shows within it."""
    return int(tx.select(NOW)[0][0]) - tx.now


async def test_moments_are_the_databases_on_nodes_with_wrong_clocks(nodes: list[Database]) -> None:
    for node in nodes:
        # The statement runs after the moment was taken: by as much as a busy machine makes of it.
        assert -1_000 < await node.run(_difference) < HOUR / 2
        assert -1_000 < await node.read(_difference) < HOUR / 2
        assert abs(node.clock.now() - SystemClock().now()) < HOUR / 2


async def test_a_manual_clock_is_not_corrected(database: Database, clock: ManualClock) -> None:
    clock.set(1_000)
    assert await database.run(lambda tx: tx.now) == 1_000
    assert database.clock is clock


def test_a_measurement_bounds_the_offset_on_both_sides() -> None:
    machine = ManualClock(0)
    clock = DatabaseClock(machine)
    clock.sample(0, 5_000, 1_000)  # a slow round trip: between 4 s and 5 s
    assert abs(clock.now() - 4_500) <= 3
    clock.sample(1_000, 5_910, 1_010)  # a fast one narrows it
    assert abs(clock.now() - 4_905) <= 3
    clock.sample(1_010, 6_500, 3_010)  # a slow one that contradicts nothing changes nothing
    assert abs(clock.now() - 4_905) <= 5


def test_a_server_whose_clock_was_set_is_believed() -> None:
    clock = DatabaseClock(ManualClock(0))
    clock.sample(0, 5_000, 10)
    clock.sample(20, 105_000, 30)
    assert abs(clock.now() - 104_975) <= 3
    clock.sample(40, 3_000, 50)
    assert abs(clock.now() - 2_955) <= 3


def test_a_clock_of_the_machine_that_is_set_moves_nothing() -> None:
    machine = ManualClock(0)
    clock = DatabaseClock(machine)
    clock.sample(0, 5_000, 10)
    before = clock.now()
    machine.set(HOUR)
    machine.advance(100)
    assert clock.now() == before + 100


def test_the_clock_is_measured_again_after_a_while() -> None:
    machine = ManualClock(0)
    clock = DatabaseClock(machine)
    assert clock.due()
    clock.sample(0, 0, 0)
    machine.advance(4_999)
    assert not clock.due()
    machine.advance(1)
    assert clock.due()


def test_a_difference_is_logged_once_until_it_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    clock = DatabaseClock(ManualClock(60_000))
    for moment in (0, 0, 0, 60_000, 0):
        clock.sample(0, moment, 0)
    assert [record.getMessage() for record in caplog.records] == [
        "the clock of this machine differs from the database's by 60.0 s; the database's is used"
    ] * 2
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
