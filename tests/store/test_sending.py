"""Statements that are sent with the next one: values arrive as they do elsewhere, rows and errors find their place."""

from enum import IntEnum

import psycopg
import pytest
from sqlalchemy import Text, bindparam, cast, insert, select

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.errors import Duplicate, LockTimeout
from taskbridge.store.statements import Statement
from taskbridge.store.tables import Blob, ProcessDefinition, table_of
from taskbridge.store.transaction import Transaction
from tests.store import groups

pytestmark = pytest.mark.anyio

DEFINITION = table_of(ProcessDefinition)
BLOB = table_of(Blob)
_INSERT = Statement(insert(DEFINITION).values({column.name: bindparam(column.name) for column in DEFINITION.columns}))
_BLOB = Statement(insert(BLOB).values({column.name: bindparam(column.name) for column in BLOB.columns}))
_ALL = Statement(select(DEFINITION.c.name, DEFINITION.c.suspended, DEFINITION.c.version, DEFINITION.c.description))
_BLOBS = Statement(select(BLOB.c.content))
_ONE = Statement(select(cast(bindparam("told"), Text).label("told")))


class Number(IntEnum):
    SEVEN = 7


def definition(number: int, name: str | None, suspended: bool = False, version: int = 1) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys((column.name for column in DEFINITION.columns), None)
    given = {"name": name, "suspended": suspended, "startable_in_tasklist": True, "version": version}
    fixed = {"id": number, "key": f"k{number}", "tenant": "", "resource_name": "r"}
    return row | given | fixed | {"deployment_id": 1, "resource_id": 1}


HARD = [None, "", "it's", 'a "b" \\ %s %(id)s ; -- ?', "line\nfeed", "日本語 🦀", "$$ $1 :id"]


@pytest.mark.parametrize("name", HARD)
async def test_texts_arrive_as_they_are(database: Database, name: str | None) -> None:
    def work(tx: Transaction) -> list[tuple[object, ...]]:
        tx.send(_INSERT, definition(1, name))
        return tx.rows(_ALL)

    assert await database.run(work) == [(name, 0, 1, None)]
    await database.run(lambda tx: tx.send(_INSERT, definition(2, name)))
    assert await database.run(lambda tx: tx.rows(_ALL)) == [(name, 0, 1, None)] * 2


@pytest.mark.parametrize("version", [0, -1, 2**62, -(2**62), Number.SEVEN])
async def test_numbers_and_truth_values_arrive_as_numbers(database: Database, version: int) -> None:
    await database.run(lambda tx: tx.send(_INSERT, definition(1, None, suspended=True, version=version)))
    assert await database.run(lambda tx: tx.rows(_ALL)) == [(None, 1, version, None)]


async def test_bytes_arrive_as_they_are(database: Database) -> None:
    content = bytes(range(256))
    await database.run(lambda tx: tx.send(_BLOB, {"id": 1, "instance_id": 1, "content": content}))
    assert await database.run(lambda tx: [bytes(row[0]) for row in tx.rows(_BLOBS)]) == [content]


async def test_rows_are_those_of_the_statement_that_asks(database: Database) -> None:
    def work(tx: Transaction) -> list[tuple[object, ...]]:
        tx.send(_ALL)
        tx.send(_INSERT, definition(1, "one"))
        return tx.rows(_ONE, {"told": "mine"})

    assert await database.run(work) == [("mine",)]


async def test_what_was_sent_last_is_committed_with_the_work_or_not_at_all(database: Database) -> None:
    def work(tx: Transaction) -> None:
        groups.add(tx, "a")
        tx.send(_INSERT, definition(1, "one"))
        tx.send(_INSERT, definition(1, "again"))

    with pytest.raises(Duplicate):
        await database.run(work)
    assert await database.run(groups.names) == []
    assert await database.run(lambda tx: tx.rows(_ALL)) == []


async def test_a_lock_that_is_not_to_be_had_fails_the_work_also_when_it_was_sent_along(
    postgresql_url: str, clock: ManualClock
) -> None:
    lock = Statement(select(DEFINITION.c.id).where(DEFINITION.c.id == bindparam("id")).with_for_update())
    opened = await Database.open(postgresql_url, clock, lock_timeout_ms=50)
    await opened.run(lambda tx: tx.send(_INSERT, definition(1, "one")))

    def work(tx: Transaction) -> list[tuple[object, ...]]:
        tx.send(lock, {"id": 1})
        return tx.rows(_ONE, {"told": "mine"})

    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as other:
        other.execute("SELECT id FROM process_definition WHERE id = 1 FOR UPDATE")
        with pytest.raises(LockTimeout):
            await opened.run(work)
    assert await opened.run(work) == [("mine",)]
    await opened.close()
