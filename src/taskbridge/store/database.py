"""The door of the store: opens a database by its URL and runs works in transactions.

Made once by the composition root; handlers call ``run`` with a plain function that receives a ``Transaction``.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from taskbridge.clock import Clock
from taskbridge.store.errors import DatabaseUnavailable, InvalidUrl, TooSlow
from taskbridge.store.limits import Limits
from taskbridge.store.migrations import migrate as migrate_engine
from taskbridge.store.migrations import require_current
from taskbridge.store.outages import Outages
from taskbridge.store.signals import Signals
from taskbridge.store.sqlite import SqliteBackend
from taskbridge.store.sqlite_connection import file_of, sqlite_engine
from taskbridge.store.statistics import Statistics
from taskbridge.store.transaction import Transaction, Work

__all__ = ["Database", "Transaction", "migrate", "missing_file"]

T = TypeVar("T")


class _Backend(Protocol):
    @property
    def clock(self) -> Clock: ...
    def submit(self, work: Work[Any]) -> asyncio.Future[Any]: ...
    def read(self, work: Work[Any]) -> asyncio.Future[Any]: ...
    def others_wrote(self) -> bool: ...
    def other_processes(self) -> bool: ...
    def statistics(self) -> Statistics: ...
    async def close(self) -> None: ...


class Database:
    """An open database. Belongs to the event loop it was opened on.

    ``clock`` shows the moments that transactions have: on PostgreSQL the server's, unless the clock that the database
    was opened with rules alone.
    """

    def __init__(self, backend: _Backend, signals: Signals, dialect: str, outages: Outages) -> None:
        self._backend = backend
        self._outages = outages
        self.signals = signals
        self.dialect = dialect
        self.clock = backend.clock

    @classmethod
    async def open(
        cls,
        url: str,
        clock: Clock,
        *,
        threads: int = 4,
        migrate: bool = True,
        synchronous: str = "FULL",
        lock_timeout_ms: int = 10_000,
        read_timeout: float = 10.0,
        read_threads: int = 2,
        write_timeout: float = 30.0,
        queue_timeout: float = 10.0,
    ) -> "Database":
        """Open ``sqlite:///file.db`` or ``postgresql+psycopg://user@host/name``, and bring its schema up to date.

        ``threads`` and ``lock_timeout_ms`` are PostgreSQL's; ``synchronous`` (``FULL`` or ``NORMAL``) is SQLite's,
        where ``NORMAL`` may lose the last commits when the power fails. A work of ``read`` may take ``read_timeout``
        seconds. Without ``migrate`` the schema is only checked.

        On PostgreSQL works of ``read`` have ``read_threads`` connections of their own; a statement of theirs may take
        ``read_timeout`` seconds, one of ``run`` ``write_timeout`` seconds, and no work waits for a connection for
        longer than ``queue_timeout`` seconds.

        Raises SchemaTooNew, SchemaTooOld, DatabaseUnavailable, and InvalidUrl for a URL that names no known database.
        """
        engine = _engine(url, synchronous, lock_timeout_ms)
        signals, outages = Signals(), Outages()
        await asyncio.to_thread(_prepare, engine, upgrade=migrate)
        if engine.dialect.name == "sqlite":
            return cls(await SqliteBackend.open(engine, clock, signals, read_timeout), signals, "sqlite", outages)
        from taskbridge.store.postgresql import PostgresqlBackend  # noqa: PLC0415 - see _engine

        limits = Limits(
            threads=threads,
            read_threads=read_threads,
            lock_timeout=lock_timeout_ms,
            write_timeout=round(write_timeout * 1000),
            read_timeout=round(read_timeout * 1000),
            queue_timeout=queue_timeout,
        )
        backend = await PostgresqlBackend.open(engine.url, limits, clock, signals, outages)
        return cls(backend, signals, "postgresql", outages)

    def run(self, work: Work[T]) -> Coroutine[Any, Any, T]:
        """Run a work in one transaction; its result, once it is committed.

        What the work raises rolls back this work only and is raised here. A work may be run several times (after a
        ``Conflict``, a dead-lock, a broken connection), so it must keep its effects inside the transaction. When the
        caller is cancelled, a work that has not begun is not run, and one that has begun is committed.

        Raises Conflict, LockTimeout, Duplicate, MissingReference, StatementFailed, DatabaseUnavailable, DatabaseClosed
        beside the work's own errors.
        """
        return self._outcome(self._backend.submit(work))

    def read(self, work: Work[T]) -> Coroutine[Any, Any, T]:
        """Run a work that only reads, and may take its time; it keeps no work of ``run`` waiting.

        It sees everything that was committed before the call. Raises as ``run`` does, and ReadTimeout.
        """
        return self._outcome(self._backend.read(work))

    async def _outcome(self, future: asyncio.Future[Any]) -> Any:  # noqa: ANN401 - of any work
        try:
            result = await future
        except DatabaseUnavailable as error:
            if not isinstance(error, TooSlow):  # who asked for the work logs that
                self._outages.failed(error)
            raise
        if self._outages.away:
            self._outages.over()
        return result

    def others_wrote(self) -> bool:
        """Whether another process has changed this SQLite file since the last call; it cannot send signals.

        On PostgreSQL signals arrive from everywhere, and this is never so.
        """
        return self._backend.others_wrote()

    def other_processes(self) -> bool:
        """Whether another process has this SQLite file open, where the operating system lists its locks.

        On PostgreSQL never so: there, several servers are usual.
        """
        return self._backend.other_processes()

    def statistics(self) -> Statistics:
        """What this process has had the database do, and what waits."""
        return self._backend.statistics()

    @property
    def outages(self) -> int:
        """How often this process found the database away, the present outage included."""
        return self._outages.number

    async def close(self) -> None:
        """Run the works that wait, then close all connections."""
        await self._backend.close()


def migrate(url: str) -> None:
    """Create or upgrade the schema of the database at this URL. Raises as ``Database.open`` does."""
    _prepare(_engine(url, "FULL", 0), upgrade=True)


def missing_file(url: str) -> Path | None:
    """The SQLite file that this URL names, if it does not exist. Raises InvalidUrl for a URL that cannot be read."""
    read = _read(url)
    file = file_of(read) if read.get_backend_name() == "sqlite" else None
    return None if file is None or file.exists() else file


def _read(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:  # the latter for a port that is no number
        raise InvalidUrl(_hint(url)) from error


def _engine(text: str, synchronous: str, lock_timeout_ms: int) -> Engine:
    url = _read(text)
    kind = url.get_backend_name()
    if kind == "sqlite":
        return sqlite_engine(url, synchronous=synchronous)
    if kind == "postgresql":
        # The driver is loaded where it is used: it takes long, and those with SQLite have no use for it.
        from taskbridge.store.postgresql_connection import postgresql_engine  # noqa: PLC0415

        return postgresql_engine(url, lock_timeout_ms=lock_timeout_ms)
    raise InvalidUrl(f"no database of this kind is known: {kind}")


def _hint(text: str) -> str:
    if "," in text.partition("?")[0].rpartition("@")[2]:
        example = "postgresql+psycopg://user@/name?host=a:5432&host=b:5432&target_session_attrs=read-write"
        return f"the database URL cannot be read; several hosts are written as {example}"
    return "the database URL cannot be read; an example is sqlite:///taskbridge.db"


def _prepare(engine: Engine, *, upgrade: bool) -> None:
    try:
        (migrate_engine if upgrade else require_current)(engine)
    except DatabaseError as error:
        # The bare class is SQLite's word for a file that is none of its own; the other subclasses are our mistakes.
        if isinstance(error, OperationalError) or type(error) is DatabaseError:
            name = f"{engine.url.database}: " if engine.dialect.name == "sqlite" else ""
            raise DatabaseUnavailable(f"{name}{error.orig}") from error
        raise
