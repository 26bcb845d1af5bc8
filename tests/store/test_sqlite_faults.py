"""SQLite on a disk that is full, cannot be written, or has lost the file; and what each of its errors means."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.errors import (
    DatabaseBusy,
    DatabaseUnavailable,
    Duplicate,
    MissingReference,
    ReadTimeout,
    StoreError,
)
from taskbridge.store.sqlite_errors import translate
from taskbridge.store.transaction import Transaction
from tests.store import groups

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sqlite(sqlite_url: str, clock: ManualClock, anyio_backend: str) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_url, clock)
    yield opened
    await opened.close()


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(make_url(sqlite_url).database or "")


@pytest.fixture
def pragma(sqlite: Database) -> Callable[[str], object]:
    """Sets something of the connection that writes."""
    driver: sqlite3.Connection = sqlite._backend._driver  # type: ignore[attr-defined]
    return lambda text: driver.execute(f"PRAGMA {text}").fetchone()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR_WRITE, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR_FSYNC, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR_READ, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR_SHMSIZE, DatabaseUnavailable),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, DatabaseUnavailable),
        (sqlite3.SQLITE_READONLY_DBMOVED, DatabaseUnavailable),
        (sqlite3.SQLITE_READONLY_CANTLOCK, DatabaseUnavailable),
        (sqlite3.SQLITE_CORRUPT_INDEX, DatabaseUnavailable),
        (sqlite3.SQLITE_NOTADB, DatabaseUnavailable),
        (sqlite3.SQLITE_BUSY_RECOVERY, DatabaseBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, DatabaseBusy),
        (sqlite3.SQLITE_LOCKED_SHAREDCACHE, DatabaseBusy),
        (sqlite3.SQLITE_INTERRUPT, ReadTimeout),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, Duplicate),
        (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, Duplicate),
        (sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, MissingReference),
    ],
)
def test_an_extended_code_is_judged_by_its_kind_and_a_constraint_by_its_own(code: int, kind: type[StoreError]) -> None:
    error = sqlite3.OperationalError("from the driver")
    error.sqlite_errorcode = code
    translated = translate(error)
    assert type(translated) is kind
    assert translated.__cause__ is error


@pytest.mark.parametrize("code", [sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT_NOTNULL, sqlite3.SQLITE_MISUSE])
def test_a_mistake_of_the_program_is_no_state_of_the_database(code: int) -> None:
    error = sqlite3.OperationalError("from the driver")
    error.sqlite_errorcode = code
    assert translate(error) is error


async def test_a_full_disk_loses_the_works_that_met_it_and_nothing_else(
    sqlite: Database, pragma: Callable[[str], object]
) -> None:
    await sqlite.run(groups.adding("before"))
    pages = pragma("page_count")
    pragma(f"max_page_count = {pages[0]}")  # type: ignore[index]
    large = "x" * 100_000
    works = [sqlite.run(groups.adding(f"{number} {large}")) for number in range(3)]
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 3
    assert await sqlite.run(groups.names) == await sqlite.read(groups.names) == ["before"]
    pragma("max_page_count = 1000000")
    await sqlite.run(groups.adding(large))
    assert await sqlite.run(groups.names) == ["before", large]


async def test_a_file_that_cannot_be_written_is_unavailable_for_writes_only(
    sqlite: Database, pragma: Callable[[str], object]
) -> None:
    pragma("query_only = ON")
    with pytest.raises(DatabaseUnavailable, match="cannot be written"):
        await sqlite.run(groups.adding("a"))
    assert await sqlite.run(groups.names) == []
    pragma("query_only = OFF")
    await sqlite.run(groups.adding("a"))
    assert await sqlite.run(groups.names) == ["a"]


@pytest.mark.parametrize("ending", ["", "-wal"])
async def test_nothing_is_acknowledged_once_a_file_has_lost_its_name(
    sqlite: Database, file: Path, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    await sqlite.run(groups.adding("before"))
    name, moved = Path(f"{file}{ending}"), Path(f"{file}.moved")
    name.rename(moved)
    for number in range(3):
        with pytest.raises(DatabaseUnavailable, match="deleted, moved or replaced"):
            await sqlite.run(groups.adding(f"{number}"))
        with pytest.raises(DatabaseUnavailable, match="deleted, moved or replaced"):
            await sqlite.read(groups.names)
    # How often it is logged is the affair of ``outages``.
    assert {(record.levelno, str(name) in record.getMessage()) for record in caplog.records} == {(logging.ERROR, True)}
    moved.rename(name)
    await sqlite.run(groups.adding("after"))
    # The first work was committed before it was noticed, and its caller knows nothing of its outcome.
    assert await sqlite.read(groups.names) == ["0", "after", "before"]


async def test_another_file_of_the_same_name_is_not_the_database(sqlite: Database, file: Path) -> None:
    other = file.with_name("other.db")
    other.write_bytes(file.read_bytes())
    other.rename(file)
    with pytest.raises(DatabaseUnavailable, match="deleted, moved or replaced"):
        await sqlite.run(groups.adding("a"))


async def test_what_was_acknowledged_before_the_log_was_deleted_is_in_the_file_after_a_stop(
    sqlite_url: str, file: Path, clock: ManualClock
) -> None:
    database = await Database.open(sqlite_url, clock)
    await database.run(groups.adding("before"))
    Path(f"{file}-wal").unlink()
    with suppress(DatabaseUnavailable):
        await database.run(groups.adding("a"))
    await database.close()
    again = await Database.open(sqlite_url, clock)
    assert "before" in await again.run(groups.names)
    await again.close()


async def test_no_reference_is_checked_at_the_end_where_it_would_fail_works_that_share_the_commit(
    sqlite: Database,
) -> None:
    def definitions(tx: Transaction) -> list[str]:
        return [row.sql for row in tx.select(text("SELECT sql FROM sqlite_master WHERE type = 'table'"))]

    tables = await sqlite.read(definitions)
    assert any("REFERENCES" in table for table in tables)
    assert not [table for table in tables if "DEFERR" in table.upper()]
