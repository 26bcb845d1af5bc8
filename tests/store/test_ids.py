"""One id space: every id is handed out once, whatever is rolled back, closed or killed."""

import asyncio

import pytest

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.statements import Statement, insert_into
from taskbridge.store.tables import Blob
from taskbridge.store.transaction import Transaction

pytestmark = pytest.mark.anyio

INSERT = Statement(insert_into(Blob))


def _keep(tx: Transaction, number: int = 3) -> list[int]:
    ids = [tx.new_id() for _ in range(number)]
    tx.write_many(INSERT, [{"id": id_, "instance_id": None, "content": b""} for id_ in ids])
    return ids


def _keep_and_fail(tx: Transaction) -> None:
    _keep(tx, 1500)
    raise LookupError


async def test_ids_are_new_after_a_rollback_and_after_opening_again(database_url: str, clock: ManualClock) -> None:
    seen: list[int] = []
    for _ in range(3):
        database = await Database.open(database_url, clock)
        seen += await database.run(_keep)
        with pytest.raises(LookupError):
            await database.run(_keep_and_fail)
        seen += await database.run(lambda tx: _keep(tx, 2100))
        await database.close()
    assert len(set(seen)) == len(seen) == 3 * 2103
    assert min(seen) > 1000
    assert max(seen) < 2**60


async def test_ids_of_works_that_run_together_differ(database: Database) -> None:
    kept = await asyncio.gather(*(database.run(_keep) for _ in range(100)))
    assert len({id_ for ids in kept for id_ in ids}) == 300


async def test_two_databases_open_at_once_never_hand_out_the_same_id(database_url: str, clock: ManualClock) -> None:
    one, other = await Database.open(database_url, clock), await Database.open(database_url, clock)
    seen: list[int] = []
    for _ in range(3):
        for database in (one, other):
            seen += await database.run(lambda tx: _keep(tx, 700))
    await one.close()
    await other.close()
    assert len(set(seen)) == len(seen) == 4200


async def test_the_bound_on_disk_lies_above_every_committed_id(sqlite_url: str, clock: ManualClock) -> None:
    killed = await Database.open(sqlite_url, clock)
    kept = await killed.run(_keep)
    # A killed process writes nothing more: whoever opens the file now sees what was committed.
    heir = await Database.open(sqlite_url, clock)
    assert min(await heir.run(_keep)) > max(kept)
    await heir.close()
    await killed.close()
