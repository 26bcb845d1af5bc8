"""Long works on SQLite: they compute beside the works of others, and have the lock only to write."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import select

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database, Transaction
from taskbridge.store.errors import Duplicate
from tests.patience import SECONDS
from tests.store import groups

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sqlite(sqlite_url: str, clock: ManualClock) -> AsyncIterator[Database]:
    database = await Database.open(sqlite_url, clock)
    yield database
    await database.close()


class Long:
    """A work that reads, waits until the test lets it go on, and then writes."""

    def __init__(
        self, read: Callable[[Transaction], object], write: Callable[[Transaction, object], None], database: Database
    ) -> None:
        self.read, self.write = read, write
        self.attempts = 0
        self.database = database
        self._read, self._go_on = threading.Event(), threading.Event()

    async def begin(self) -> None:
        """Run it until it has read."""
        self.outcome = asyncio.ensure_future(self.database.run(self))
        assert await asyncio.to_thread(self._read.wait, SECONDS)

    async def end(self) -> None:
        """Let it write, and wait until that is committed."""
        self._go_on.set()
        async with asyncio.timeout(SECONDS):
            await self.outcome

    def __call__(self, tx: Transaction) -> None:
        tx.expect_long_work()
        self.attempts += 1
        found = self.read(tx)
        self._read.set()
        assert self._go_on.wait(SECONDS)
        self.write(tx, found)


def _send(tx: Transaction, name: str) -> None:
    """Send the row of a group, as processes write their activities."""
    tx.send(groups.INSERT, {"name": name, "label": None, "type": None})


async def test_others_write_while_a_long_work_computes(sqlite: Database) -> None:
    await sqlite.run(groups.adding("a"))
    long = Long(
        lambda tx: tx.rows(groups.BY_NAME, {"name": "a"}),
        lambda tx, found: groups.add(tx, f"long after {found}"),
        sqlite,
    )
    await long.begin()
    async with asyncio.timeout(SECONDS):
        await sqlite.run(groups.adding("b"))
    await long.end()
    assert long.attempts == 1
    assert len(await sqlite.run(groups.names)) == 3


@pytest.mark.parametrize("read", [groups.names, lambda tx: [one[0] for one in tx.select(select(groups.GROUP.c.name))]])
async def test_a_long_work_is_run_again_when_others_have_changed_what_it_has_read(
    sqlite: Database, read: Callable[[Transaction], list[str]]
) -> None:
    await sqlite.run(groups.adding("a"))
    long = Long(read, lambda tx, found: groups.add(tx, f"long after {found}"), sqlite)
    await long.begin()
    async with asyncio.timeout(SECONDS):
        await sqlite.run(groups.adding("b"))
    await long.end()
    assert long.attempts == 2
    assert await sqlite.run(groups.names) == ["a", "b", "long after ['a', 'b']"]


async def test_what_a_long_work_sends_is_read_by_it_and_written_once(sqlite: Database) -> None:
    def write(tx: Transaction, _: object) -> None:
        _send(tx, "sent")
        assert groups.names(tx) == ["sent"]
        with tx.part():
            _send(tx, "in a part")
        tx.send_many(groups.INSERT, [{"name": f"many {one}", "label": None, "type": None} for one in range(20)])

    long = Long(lambda _: None, write, sqlite)
    await long.begin()
    await long.end()
    assert len(await sqlite.run(groups.names)) == 22


async def test_an_error_of_what_a_long_work_has_sent_is_its_own(sqlite: Database) -> None:
    await sqlite.run(groups.adding("a"))
    long = Long(lambda _: None, lambda tx, _: _send(tx, "a"), sqlite)
    await long.begin()
    with pytest.raises(Duplicate):
        await long.end()
    await sqlite.run(groups.adding("c"))
    assert await sqlite.run(groups.names) == ["a", "c"]


async def test_ids_of_a_long_work_are_its_own_and_rise(sqlite: Database) -> None:
    taken: list[int] = []
    long = Long(
        lambda tx: taken.extend(tx.new_id() for _ in range(1_500)),
        lambda tx, _: taken.extend(tx.new_id() for _ in range(1_500)),
        sqlite,
    )
    await long.begin()
    others = [await sqlite.run(lambda tx: tx.new_id()) for _ in range(50)]
    await long.end()
    later = await sqlite.run(lambda tx: tx.new_id())
    assert taken == sorted(taken)
    assert len({*taken, *others, later}) == 3_051
    assert later > max(*taken, *others)
