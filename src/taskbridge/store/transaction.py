"""What a work is given: statements, ids, the moment, and what shall happen after the commit.

Made by the backends, one per work and attempt; used by the service while its work runs and never afterwards.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Executable, Row

from taskbridge.store.ids import Ids
from taskbridge.store.statements import Params, RowT, Statement

T = TypeVar("T")
Work = Callable[["Transaction"], T]
_NOTHING: Mapping[str, Any] = {}


class Cursor(Protocol):
    """The part of a driver's cursor that is used; sqlite3 and psycopg both have it."""

    @property
    def rowcount(self) -> int:
        """Rows touched by the statement that ran last."""

    def execute(self, text: str, params: Params) -> object:
        """Run a statement once."""

    def executemany(self, text: str, params: Sequence[Params]) -> object:
        """Run a statement once per parameter set."""

    def fetchall(self) -> list[Any]:
        """The rows of the statement that ran last."""


class Line:
    """One open connection of a backend, seen both ways: the driver's cursor and SQLAlchemy's connection around it."""

    __slots__ = ("connection", "cursor", "dialect", "flush", "ids", "next_block", "on_event_loop", "send")

    def __init__(
        self,
        dialect: str,
        cursor: Cursor,
        connection: Connection,
        ids: Ids,
        *,
        next_block: Callable[[], int],
        send: Callable[[str, Params], object],
        flush: Callable[[], None],
        on_event_loop: bool = False,
    ) -> None:
        self.dialect = dialect
        self.cursor = cursor
        self.connection = connection
        self.ids = ids
        self.next_block = next_block
        self.send = send
        self.flush = flush
        self.on_event_loop = on_event_loop


#: From so many runs of a statement on, a call of the driver for all of them is cheaper than one for each.
_MANY = 16


class LongWork(Exception):
    """Raised by ``Transaction.expect_long_work``, caught by the backend; no work may catch it."""


class LockedByOthers(Exception):
    """A work that holds locks needs further ones, which other transactions have: those may wait for what it holds.

    The work is run anew, after ``lock`` has taken all of them in the order in which nothing can be dead-locked. Caught
    by the backend; no work may catch it.
    """

    def __init__(self, lock: "Work[None]") -> None:
        super().__init__("other transactions hold what is needed")
        self.lock = lock


class Transaction:
    """The database as one work sees it. All errors of the drivers go through; ``Database.run`` translates them."""

    __slots__ = ("_cursor", "_line", "callbacks", "dialect", "now", "roots", "signals")

    def __init__(self, line: Line, now: int) -> None:
        self._line = line
        self._cursor = line.cursor
        self.dialect = line.dialect
        self.now = now
        self.signals: list[tuple[str, str]] = []
        self.callbacks: list[Callable[[], None]] = []
        self.roots: set[int] = set()  # the trees that it has locked on PostgreSQL, by their root instances

    def new_id(self) -> int:
        """A positive id that no other row has or ever will have, below 2**60."""
        return self._line.ids.take(self._line.next_block)

    def rows(self, statement: Statement[RowT], params: Params = _NOTHING) -> list[RowT]:
        """All rows of a SELECT, or of a changing statement with RETURNING."""
        cursor = self._cursor
        cursor.execute(*statement.prepare(self.dialect, params))
        if statement.make is None:
            return cursor.fetchall()
        return list(map(statement.make, cursor.fetchall()))

    def one(self, statement: Statement[RowT], params: Params = _NOTHING) -> RowT | None:
        """The first row, or None."""
        rows = self.rows(statement, params)
        return rows[0] if rows else None

    def write(self, statement: Statement[Any], params: Params = _NOTHING) -> int:
        """Run a changing statement without RETURNING; the number of rows it touched."""
        self._cursor.execute(*statement.prepare(self.dialect, params))
        return self._cursor.rowcount

    def send(self, statement: Statement[Any], params: Params = _NOTHING) -> None:
        """Run a changing statement when the next one is run, or at the COMMIT; what it touched is not told.

        On PostgreSQL it costs no round trip of its own, and an error of it comes out of a later statement or of
        ``Database.run``. On SQLite it is run at once.
        """
        self._line.send(*statement.prepare(self.dialect, params))

    def send_many(self, statement: Statement[Any], params: Sequence[Params]) -> None:
        """Run a changing statement once per parameter set, as ``send`` does; many of them in one call of the driver."""
        if len(params) < _MANY:
            for one in params:
                self.send(statement, one)
        else:
            self._cursor.executemany(*statement.prepare_many(self.dialect, params))

    def write_many(self, statement: Statement[Any], params: Sequence[Params]) -> int:
        """Run a changing statement once per parameter set; the number of rows touched in all."""
        if len(params) < 2:
            return self.write(statement, params[0]) if params else 0
        self._cursor.executemany(*statement.prepare_many(self.dialect, params))
        return self._cursor.rowcount

    def select(self, query: Executable) -> list[Row[Any]]:
        """All rows of a query put together at run time; SQLAlchemy caches its text by shape."""
        self._line.flush()
        return list(self._line.connection.execute(query).all())

    def execute(self, statement: Executable) -> int:
        """Run an UPDATE or DELETE put together at run time; the number of rows it touched."""
        self._line.flush()
        return self._line.connection.execute(statement).rowcount

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the work that may fail by itself: what was written and signalled in the block is then undone.

        The database gives up the locks that were taken in it as well.
        """
        signals, callbacks, roots = len(self.signals), len(self.callbacks), self.roots.copy()
        self._statement("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._statement("ROLLBACK TO SAVEPOINT part")
            self._statement("RELEASE SAVEPOINT part")
            del self.signals[signals:], self.callbacks[callbacks:]
            self.roots = roots
            raise
        self._statement("RELEASE SAVEPOINT part")

    def _statement(self, text: str) -> None:
        self._line.flush()
        self._cursor.execute(text, _NOTHING)

    @property
    def on_event_loop(self) -> bool:
        """Whether everything else waits for the work as long as it runs."""
        return self._line.on_event_loop

    def expect_long_work(self) -> None:
        """To be called by a work before it does what may take longer than some 50 ms.

        Where the work runs on the event loop, everything else would wait for it: the work is then rolled back and run
        once more in a thread. So it should be called before much has been done.
        """
        if self._line.on_event_loop:
            raise LongWork

    def signal(self, channel: str, payload: str = "") -> None:
        """Wake the waiters of this payload, on all nodes, after the commit; a work that fails wakes nobody."""
        self.signals.append((channel, payload))

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call this on the event loop after the commit; a work that fails has none of its callbacks called."""
        self.callbacks.append(callback)
