"""Connections to a SQLite file: how each is set up, and the two ways in which one is used.

BEGIN and COMMIT are sent by hand, because the driver's own transaction control begins too late: a SELECT would run
outside and two requests could read the same free task.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Engine, NullPool, create_engine, event

from taskbridge.store.errors import DatabaseUnavailable, InvalidUrl
from taskbridge.store.ids import Ids
from taskbridge.store.sqlite_errors import is_busy
from taskbridge.store.transaction import Line

#: How long a connection waits for the lock of another one, unless it belongs to the event loop, which never waits.
LOCK_TIMEOUT_MS = 5000
_PAUSE_MS = 10
#: Pages in the write-ahead log before it is copied into the file. Larger means rarer and longer pauses.
CHECKPOINT_PAGES = 4000


def sqlite_engine(url: URL, *, synchronous: str = "FULL") -> Engine:
    """An engine whose connections never begin or commit by themselves. SQLite makes a file that does not exist.

    Raises InvalidUrl for a database in memory (a second connection would see another database), DatabaseUnavailable
    where there is no such folder: it is not made, since its name may be a typing error.
    """
    file = file_of(url)
    if file is not None and not file.parent.is_dir():
        raise DatabaseUnavailable(f"the folder of {file} does not exist")
    # Values are business data: an error that is logged tells the statement without them. A connection is used by one
    # thread at a time, but not always by the same one.
    engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        _log_ahead(connection)
        connection.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT_MS}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys = ON")
        # Patterns mean the same on both databases.
        connection.execute("PRAGMA case_sensitive_like = ON")

    return engine


def file_of(url: URL) -> Path | None:
    """The database's file; None where the URL names it in SQLite's own way (file:…). Raises as ``sqlite_engine``."""
    if not url.database or url.database == ":memory:":
        raise InvalidUrl("SQLite needs a file, for example sqlite:///taskbridge.db")
    return None if url.database.startswith("file:") else Path(url.database)


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Write ahead. SQLite does not always wait, whatever its timeout, when several connections switch a new file."""
    connection.execute("PRAGMA busy_timeout = 0")
    for attempts_left in reversed(range(LOCK_TIMEOUT_MS // _PAUSE_MS)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The file may be busy for several reasons, recovery after a crash among them.
            if not is_busy(error) or not attempts_left:
                raise
        time.sleep(_PAUSE_MS / 1000)


class SqliteConnection:
    """One open connection, the driver's and SQLAlchemy's around it."""

    def __init__(self, engine: Engine) -> None:
        """Connect; may wait for locks. Raises what the driver raises."""
        self.connection = engine.connect()
        self.driver: sqlite3.Connection = self.connection.connection.driver_connection  # type: ignore[assignment]
        self.cursor = self.driver.cursor()

    def line(self, ids: Ids, *, on_event_loop: bool, next_block: Callable[[], int] | None = None) -> Line:
        """What transactions on this connection are given; ``next_block`` for ids that come in blocks."""
        return Line(
            "sqlite",
            self.cursor,
            self.connection,
            ids,
            next_block=next_block or _no_blocks,
            send=self.cursor.execute,
            flush=_nothing_waits,
            on_event_loop=on_event_loop,
        )

    def wait_for_locks(self, milliseconds: int) -> None:
        """How long to sleep while another connection holds a lock; with 0 it is an error at once."""
        self.driver.execute(f"PRAGMA busy_timeout = {milliseconds}")

    def only_read(self) -> None:
        """Refuse to write from now on: an attempt fails with the driver's error for a read-only file."""
        self.driver.execute("PRAGMA query_only = ON")

    def file_name(self) -> str:
        """The path of the database, absolute, as SQLite opened it."""
        name: str = self.driver.execute("PRAGMA database_list").fetchone()[2]
        return name

    def roll_back(self) -> None:
        """End the transaction that may be open."""
        if self.driver.in_transaction:
            self.driver.rollback()

    def close(self) -> None:
        """Close it; the last connection to a file copies the log into it."""
        self.cursor.close()
        self.connection.close()


def _no_blocks() -> int:
    raise AssertionError("ids are counted in memory")


def _nothing_waits() -> None:
    """Statements are run at once: there is no way to the database that could be saved."""
