"""Long works on SQLite: a thread reads and computes beside the works of the event loop, and has the lock only to write.

Used by the SQLite backend only. There is one lock for the whole file: a work that had it from its first statement on
would keep all others waiting for as long as it computes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Executable, Row, SelectBase

from taskbridge.store.statements import Params, RowT, Statement
from taskbridge.store.transaction import Line, Transaction

Rows = TypeVar("Rows")
_NOTHING: Mapping[str, Any] = {}


class Outdated(Exception):
    """Others have changed what a work has read before it had the lock. Caught by the backend; no work may catch it."""


class LongTransaction(Transaction):
    """A transaction that sees one moment of the database, and takes the lock once it needs an outcome of a write.

    Under the lock everything that was read is read again: where it differs, Outdated ends the work. What is sent
    (``send``, ``send_many``) waits for the lock, which is taken at the end at the latest (``finish``).
    """

    __slots__ = ("_lock", "_reads", "_sent")

    def __init__(self, line: Line, now: int, lock: Callable[[], Line]) -> None:
        """``lock`` begins the transaction that writes, and gives its connection."""
        super().__init__(line, now)
        self._lock: Callable[[], Line] | None = lock
        self._reads: list[tuple[Callable[[], object], object]] = []
        self._sent: list[Callable[[], None]] = []

    def finish(self) -> bool:
        """Write what waits for it; whether there is something to be committed."""
        if self._sent:
            self._take_lock()
        return self._lock is None

    def rows(self, statement: Statement[RowT], params: Params = _NOTHING) -> list[RowT]:
        """As there."""
        return self._read(statement.only_reads(self.dialect), partial(super().rows, statement, params))

    def select(self, query: Executable) -> list[Row[Any]]:
        """As there."""
        return self._read(isinstance(query, SelectBase), partial(super().select, query))

    def send(self, statement: Statement[Any], params: Params = _NOTHING) -> None:
        """As there."""
        self._send(partial(super().send, statement, params))

    def send_many(self, statement: Statement[Any], params: Sequence[Params]) -> None:
        """As there."""
        self._send(partial(super().send_many, statement, params))

    def write(self, statement: Statement[Any], params: Params = _NOTHING) -> int:
        """As there."""
        self._take_lock()
        return super().write(statement, params)

    def write_many(self, statement: Statement[Any], params: Sequence[Params]) -> int:
        """As there."""
        self._take_lock()
        return super().write_many(statement, params)

    def execute(self, statement: Executable) -> int:
        """As there."""
        self._take_lock()
        return super().execute(statement)

    @contextmanager
    def part(self) -> Iterator[None]:
        """As there."""
        self._take_lock()
        with super().part():
            yield

    def _read(self, reads: bool, read: Callable[[], Rows]) -> Rows:
        if self._lock is None:
            return read()
        if self._sent or not reads:
            self._take_lock()
            return read()
        found = read()
        self._reads.append((read, found))
        return found

    def _send(self, send: Callable[[], None]) -> None:
        if self._lock is None:
            send()
        else:
            self._sent.append(send)

    def _take_lock(self) -> None:
        if self._lock is None:
            return
        self._line, self._lock = self._lock(), None
        self._cursor = self._line.cursor
        if any(read() != found for read, found in self._reads):
            raise Outdated
        for send in self._sent:
            send()
        self._reads, self._sent = [], []
