"""Parts of a work that fail by themselves."""

import pytest

from taskbridge.store.database import Database
from taskbridge.store.transaction import Transaction
from tests.store.groups import ALL, INSERT

pytestmark = pytest.mark.anyio


def insert(tx: Transaction, name: str) -> None:
    tx.send(INSERT, {"name": name, "label": None, "type": None})


def lose(tx: Transaction, heard: list[str]) -> None:
    """Write, signal and promise something in a part that fails."""
    with tx.part():
        insert(tx, "lost")
        tx.after_commit(lambda: heard.append("lost"))
        tx.signal("groups", "lost")
        raise LookupError


async def test_a_part_that_fails_leaves_nothing_and_the_rest_stays(database: Database) -> None:
    heard: list[str] = []

    def work(tx: Transaction) -> None:
        insert(tx, "before")
        with tx.part():
            insert(tx, "kept")
            tx.after_commit(lambda: heard.append("kept"))
        with pytest.raises(LookupError):
            lose(tx, heard)
        assert tx.signals == []
        insert(tx, "after")

    await database.run(work)
    assert [row.name for row in await database.run(lambda tx: tx.rows(ALL))] == ["after", "before", "kept"]
    assert heard == ["kept"]


async def test_parts_may_lie_in_parts(database: Database) -> None:
    def work(tx: Transaction) -> None:
        with tx.part():
            insert(tx, "outer")
            with pytest.raises(LookupError):
                lose(tx, [])

    await database.run(work)
    assert [row.name for row in await database.run(lambda tx: tx.rows(ALL))] == ["outer"]


async def test_an_error_of_the_database_ends_its_part_only(database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.write(INSERT, {"name": "there", "label": None, "type": None})
        with pytest.raises(Exception, match=r"(?i)unique"):
            twice(tx)
        insert(tx, "after")

    await database.run(work)
    assert [row.name for row in await database.run(lambda tx: tx.rows(ALL))] == ["after", "there"]


def twice(tx: Transaction) -> None:
    """Write what is there already."""
    with tx.part():
        tx.write(INSERT, {"name": "there", "label": None, "type": None})
