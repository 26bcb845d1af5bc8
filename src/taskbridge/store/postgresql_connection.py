"""One connection to PostgreSQL, used by one thread: begins, commits, sends statements together, is mended.

Made and used by the PostgreSQL backend only. A round trip costs more than most statements, so statements whose outcome
nobody needs at once travel with the next one, and the COMMIT of one work with the BEGIN of the next.
"""

import contextlib
from collections.abc import Sequence
from typing import Any, cast

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int2BinaryDumper, Int8BinaryDumper
from sqlalchemy import URL, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from taskbridge.store.errors import Conflict, DatabaseUnavailable, Duplicate, LockTimeout, MissingReference, StoreError
from taskbridge.store.ids import BlockIds
from taskbridge.store.statements import Params
from taskbridge.store.transaction import Line

#: Executions of a text on a connection before the server keeps its plan.
PREPARE_THRESHOLD = 2
PREPARED_MAX = 500
_BEGIN = b"BEGIN ISOLATION LEVEL READ COMMITTED"
_COMMIT_AND_BEGIN = b"COMMIT; " + _BEGIN


def postgresql_engine(url: URL, *, lock_timeout_ms: int) -> Engine:
    """An engine whose connections never begin or commit by themselves."""
    # Values are business data: an error that is logged tells the statement without them.
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.prepare_threshold = PREPARE_THRESHOLD
        connection.prepared_max = PREPARED_MAX
        # Columns hold 0 and 1 for truth values, as SQLite does; and one width for all numbers keeps the number of
        # prepared plans small (the driver would choose the smallest type that holds the value).
        connection.adapters.register_dumper(bool, Int2BinaryDumper)
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {int(lock_timeout_ms)}".encode())

    return engine


class OutcomeUnknown(DatabaseUnavailable):
    """The connection broke during COMMIT, so the work may have been committed and must not be run again."""


class _Cursor:
    """The driver's cursor, and the statements that wait to be sent before its next one."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._cursor = driver.cursor()
        # Results of what was sent with it must not come before those of the statement that is asked for.
        self._aside = driver.cursor()
        self.waiting: list[tuple[str, Params]] = []

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def execute(self, text: str, params: Params) -> None:
        if not self.waiting:
            self._cursor.execute(text.encode(), params)
            return
        with self._driver.pipeline():
            self._send_waiting()
            self._cursor.execute(text.encode(), params)

    def executemany(self, text: str, params: Sequence[Params]) -> None:
        if self.waiting:
            self.flush()
        self._cursor.executemany(text.encode(), params)

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    def send(self, text: str, params: Params) -> None:
        self.waiting.append((text, params))

    def flush(self, *closing: bytes) -> None:
        """Send what waits, and then closing commands, in one round trip."""
        with self._driver.pipeline():
            self._send_waiting()
            for command in closing:
                self._cursor.execute(command)

    def _send_waiting(self) -> None:
        waiting, self.waiting = self.waiting, []
        for text, params in waiting:
            self._aside.execute(text.encode(), params)

    def control(self, command: bytes) -> None:
        """Run BEGIN, COMMIT or ROLLBACK, as it is."""
        self._cursor.execute(command, prepare=False)


class PostgresqlConnection:
    """The connection of one thread. Its ``line`` is what transactions work on."""

    def __init__(self, engine: Engine, ids: BlockIds) -> None:
        self._engine = engine
        self._ids = ids
        self._begun = False
        self._open()

    def close(self) -> None:
        """Close it, broken or not."""
        self._driver.close()
        self._connection.invalidate()
        self._connection.close()

    @property
    def broken(self) -> bool:
        """Whether it must be mended before the next work."""
        return self._driver.closed

    def mend(self) -> None:
        """Open a new connection in place of a broken one. Raises DatabaseUnavailable."""
        self.close()
        try:
            self._open()
        except DBAPIError as error:
            raise DatabaseUnavailable(str(error.orig)) from error

    def begin(self) -> None:
        """Begin a transaction, unless the last commit did so already."""
        if not self._begun:
            self._cursor.control(_BEGIN)
        self._begun = False

    def commit(self, *, and_begin: bool) -> None:
        """Commit, and begin the next transaction in the same round trip. Raises OutcomeUnknown."""
        # Asked to commit a transaction in which a statement failed, the server rolls back and calls that a success.
        if self._driver.info.transaction_status == TransactionStatus.INERROR:
            raise StoreError("a statement failed and the work went on as if it had not")
        try:
            if self._cursor.waiting:
                self._cursor.flush(b"COMMIT", *([_BEGIN] if and_begin else []))
            else:
                self._cursor.control(_COMMIT_AND_BEGIN if and_begin else b"COMMIT")
        except psycopg.OperationalError as error:
            if self.broken:
                raise OutcomeUnknown("the connection broke during COMMIT; whether it took place is unknown") from error
            raise
        self._begun = and_begin

    def roll_back(self) -> None:
        """End the transaction without a trace; a transaction that was only begun ends, too."""
        self._cursor.waiting.clear()
        self._begun = False
        # A broken connection has nothing left to roll back.
        with contextlib.suppress(psycopg.OperationalError):
            self._cursor.control(b"ROLLBACK")

    def rest(self) -> None:
        """No work is there: leave no transaction open."""
        if self._begun:
            self.roll_back()

    def _open(self) -> None:
        self._begun = False
        self._connection = self._engine.connect()
        self._driver = cast(psycopg.Connection[Any], self._connection.connection.driver_connection)
        self._cursor = _Cursor(self._driver)
        self.line = Line(
            "postgresql",
            self._cursor,
            self._connection,
            self._ids,
            next_block=self._next_block,
            send=self._cursor.send,
            flush=self._flush,
        )

    def _flush(self) -> None:
        if self._cursor.waiting:
            self._cursor.flush()

    def _next_block(self) -> int:
        row = self._driver.execute(b"SELECT nextval('taskbridge_id')").fetchone()
        assert row is not None
        return int(row[0])


#: First match counts: the driver's special errors are kinds of its general ones.
_MEANINGS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], type[StoreError]], ...] = (
    ((errors.SerializationFailure, errors.DeadlockDetected), Conflict),
    (errors.LockNotAvailable, LockTimeout),
    (errors.UniqueViolation, Duplicate),
    (errors.ForeignKeyViolation, MissingReference),
    (psycopg.OperationalError, DatabaseUnavailable),
)


def translate(error: BaseException) -> BaseException:
    """The store's own error for what the driver said; anything else is left as it is."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    for kinds, meaning in _MEANINGS:
        if isinstance(cause, kinds):
            translated = meaning(str(cause))
            translated.__cause__ = cause
            return translated
    return error
