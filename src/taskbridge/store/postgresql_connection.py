"""One connection to PostgreSQL, used by one thread: begins, commits, sends statements together, is mended.

Made and used by the PostgreSQL backend only. A round trip costs more than most statements, so statements whose outcome
nobody needs at once travel with the next one, and the COMMIT of one work with the BEGIN of the next. For the same
reason no connection is asked whether it is alive before it is used: BEGIN finds out, and nothing is lost if it fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int2BinaryDumper, Int8BinaryDumper
from sqlalchemy import URL, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from taskbridge.store.availability import Availability
from taskbridge.store.database_clock import DatabaseClock
from taskbridge.store.errors import (
    Conflict,
    DatabaseUnavailable,
    Duplicate,
    LockTimeout,
    MissingReference,
    ReadTimeout,
    StatementFailed,
    StoreError,
    WriteTimeout,
)
from taskbridge.store.ids import BlockIds
from taskbridge.store.postgresql_driver import BoundedConnection, Patience
from taskbridge.store.postgresql_url import connection_arguments
from taskbridge.store.statements import Params
from taskbridge.store.transaction import Line

#: Executions of a text on a connection before the server keeps its plan.
PREPARE_THRESHOLD = 2
PREPARED_MAX = 500
_COMMIT = b"COMMIT"
_SET_UP = (
    b"SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false),"
    b" set_config('enable_seqscan', %s, false), set_config('jit', %s, false)"
)
_CLOCK = b"SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
#: Seconds that an answer may be late after the time-out that the server itself enforces.
_GRACE_SECONDS = 5.0
#: Seconds within which a new connection must be prepared.
_PREPARING_SECONDS = 10.0


def postgresql_engine(url: URL, *, lock_timeout_ms: int, availability: Availability | None = None) -> Engine:
    """An engine whose connections never begin or commit by themselves. Raises InvalidUrl.

    With ``availability`` they wait for no answer without bound; migrations, which may take long, go without.
    """
    arguments = connection_arguments(url)
    # Values are business data: an error that is logged tells the statement without them.
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )

    @event.listens_for(engine, "do_connect")
    def connect(*_: object) -> BoundedConnection:
        connection = BoundedConnection.connect(**arguments, autocommit=True, prepare_threshold=PREPARE_THRESHOLD)
        connection.patience = Patience(availability, _PREPARING_SECONDS) if availability else None
        return connection

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.prepared_max = PREPARED_MAX
        # Columns hold 0 and 1 for truth values, as SQLite does; and one width for all numbers keeps the number of
        # prepared plans small (the driver would choose the smallest type that holds the value).
        connection.adapters.register_dumper(bool, Int2BinaryDumper)
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        connection.execute(f"SET lock_timeout = {int(lock_timeout_ms)}".encode())

    return engine


@dataclass(frozen=True, slots=True)
class Session:
    """What the transactions of a connection may do, and how long a statement of theirs may take (milliseconds)."""

    statement_timeout: int
    lock_timeout: int = 0  # 0: only the statement's time-out counts
    read_only: bool = False

    @property
    def begin(self) -> bytes:
        """The command that begins a transaction."""
        if self.read_only:  # all its statements see one moment, as on SQLite
            return b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        return b"BEGIN ISOLATION LEVEL READ COMMITTED"


class Server(NamedTuple):
    """What all connections of this process to one database share. ``clock`` is None where another one rules."""

    engine: Engine
    ids: BlockIds
    availability: Availability
    clock: DatabaseClock | None


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

    def __init__(self, server: Server, session: Session) -> None:
        """Connect. Raises DatabaseUnavailable."""
        self._server = server
        self._session = session
        self._begun = False
        self.commits = 0  # of the thread that uses it, so it needs no lock
        self._begin_command = session.begin
        self._commit_and_begin = _COMMIT + b"; " + session.begin
        self._connect()

    def close(self) -> None:
        """Close it, broken or not."""
        self._driver.close()
        if not self._connection.closed:
            self._connection.invalidate()
            self._connection.close()

    @property
    def broken(self) -> bool:
        """Whether it must be mended before the next work."""
        return self._driver.closed

    def mend(self) -> None:
        """Open a new connection in place of a broken one. Raises DatabaseUnavailable, at once during an outage."""
        self.close()
        self._server.availability.admit()
        self._connect()

    def translate(self, error: BaseException) -> BaseException:
        """The store's own error for what the driver said; anything else is left as it is.

        A connection whose server turns out to be no primary (any more) is closed, so that the primary is looked for.
        """
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, psycopg.Error):
            return error
        if isinstance(cause, errors.ReadOnlySqlTransaction) and not self._session.read_only:
            self.close()
        translated = _meaning(cause, broken=self.broken, read_only=self._session.read_only)
        translated.__cause__ = cause
        return translated

    def measure_clock(self) -> None:
        """Compare the server's clock with this machine's."""
        clock = self._server.clock
        if clock is None:
            return
        before = clock.elapsed()
        row = self._driver.execute(_CLOCK).fetchone()
        assert row is not None
        clock.sample(before, row[0], clock.elapsed())

    def begin(self) -> None:
        """Begin a transaction, unless the last commit did so already."""
        if not self._begun:
            self._cursor.control(self._begin_command)
        self._begun = False
        if self._server.clock is not None and self._server.clock.due():
            self.measure_clock()

    def commit(self, *, and_begin: bool) -> None:
        """Commit, and begin the next transaction in the same round trip. Raises OutcomeUnknown."""
        # Asked to commit a transaction in which a statement failed, the server rolls back and calls that a success.
        if self._driver.info.transaction_status == TransactionStatus.INERROR:
            raise StoreError("a statement failed and the work went on as if it had not")
        try:
            if self._cursor.waiting:
                self._cursor.flush(_COMMIT, *([self._begin_command] if and_begin else []))
            else:
                self._cursor.control(self._commit_and_begin if and_begin else _COMMIT)
        except psycopg.OperationalError as error:
            if self.broken:
                raise OutcomeUnknown("the connection broke during COMMIT; whether it took place is unknown") from error
            raise
        self._begun = and_begin
        self.commits += 1

    def roll_back(self) -> None:
        """End the transaction without a trace; a transaction that was only begun ends, too."""
        self._cursor.waiting.clear()
        self._begun = False
        if self.broken:  # nothing is left to roll back
            return
        try:
            self._cursor.control(b"ROLLBACK")
        except psycopg.Error:
            self._driver.close()

    def rest(self) -> None:
        """No work is there: leave no transaction open."""
        if self._begun:
            self.roll_back()

    def _connect(self) -> None:
        """Open the connection, and tell the others how that went."""
        availability = self._server.availability
        try:
            self._open()
        except (DBAPIError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            availability.failed(str(cause), hangs=isinstance(cause, errors.ConnectionTimeout))
            raise DatabaseUnavailable(str(cause)) from error
        except BaseException as error:
            availability.failed(type(error).__name__)  # nobody may be kept from the next try
            raise
        availability.succeeded()

    def _open(self) -> None:
        self._begun = False
        self._connection = self._server.engine.connect()
        self._driver = cast(BoundedConnection, self._connection.connection.driver_connection)
        try:
            self._set_up()
        except BaseException:
            self.close()
            raise

    def _set_up(self) -> None:
        session = self._session
        # The server keeps the plans of the hot statements, and of its foreign key checks. One that was made while a
        # table was empty reads it from end to end, and goes on doing so while the table grows.
        scans = "on" if session.read_only else "off"
        # Before PostgreSQL 18 a scan that is off adds a cost beyond jit_above_cost: each statement that has no index to
        # use would be compiled. None is the server's own default.
        compiling = None if session.read_only else "off"
        settings = (str(session.lock_timeout), str(session.statement_timeout), scans, compiling)
        self._driver.execute(_SET_UP, settings)
        self.measure_clock()
        seconds = session.statement_timeout / 1000 + _GRACE_SECONDS
        self._driver.patience = Patience(self._server.availability, seconds)
        self._cursor = _Cursor(self._driver)
        self.line = Line(
            "postgresql",
            self._cursor,
            self._connection,
            self._server.ids,
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
)
#: Classes of SQLSTATE that tell of the server, not of the statement: connection, resources, shutdown, its system.
_OF_THE_SERVER = ("08", "53", "57", "58")


def _meaning(cause: psycopg.Error, *, broken: bool, read_only: bool) -> StoreError:
    """An error without SQLSTATE on a connection that is not broken (too many parameters) is the statement's own."""
    for kinds, meaning in _MEANINGS:
        if isinstance(cause, kinds):
            return meaning(str(cause))
    if isinstance(cause, errors.QueryCanceled):
        return (ReadTimeout if read_only else WriteTimeout)(str(cause))
    if broken or (cause.sqlstate or "").startswith(_OF_THE_SERVER):
        return DatabaseUnavailable(str(cause))
    return StatementFailed(f"the database refused a statement: {cause.sqlstate or type(cause).__name__}")
