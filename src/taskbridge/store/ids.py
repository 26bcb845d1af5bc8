"""The one id space: positive integers, handed out from blocks, never twice, also not after a crash.

Used by the two backends only. Everybody else calls ``Transaction.new_id``.
"""

import sqlite3
import threading
from collections.abc import Callable
from typing import Protocol

#: How many ids a process takes at once. The sequence on PostgreSQL counts in steps of this size.
BLOCK = 1000


class Ids(Protocol):
    """Hands out ids inside a transaction."""

    def take(self, fetch_block: Callable[[], int]) -> int:
        """A new id. ``fetch_block`` asks the database for the first id of a fresh block."""


class CountedIds:
    """SQLite: counted in memory; the table ``id_block`` holds the first id that no commit can have used.

    The ids below the bound that was stored last are this process's own. The first id beyond it in a transaction looks
    whether another process has gone on meanwhile (the write lock keeps it from doing so until COMMIT), and before
    COMMIT the bound is raised in the same transaction. So an id of a work that was rolled back is simply gone, and
    after a crash counting goes on above everything that was committed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._next = self._bound = self._stored()
        self._beyond = False

    def take(self, fetch_block: Callable[[], int]) -> int:
        """A new id."""
        if self._next >= self._bound and not self._beyond:
            self._beyond = True
            self._next = max(self._next, self._stored())
        taken = self._next
        self._next += 1
        return taken

    def take_block(self) -> int:
        """The first of ``BLOCK`` new ids, which are the caller's once the transaction is committed."""
        if self._next + BLOCK > self._bound and not self._beyond:
            self._beyond = True
            self._next = max(self._next, self._stored())
        first = self._next
        self._next += BLOCK
        return first

    def persist(self) -> None:
        """To be called before COMMIT."""
        if self._beyond:
            self._connection.execute("UPDATE id_block SET next_id = ? WHERE name = 'id'", (self._next + BLOCK,))

    def end(self, *, committed: bool) -> None:
        """To be called after COMMIT or ROLLBACK."""
        if self._beyond and committed:
            self._bound = self._next + BLOCK
        self._beyond = False

    def _stored(self) -> int:
        return int(self._connection.execute("SELECT next_id FROM id_block WHERE name = 'id'").fetchone()[0])


class BlockIds:
    """PostgreSQL: a sequence gives blocks to the process, its threads share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = self._end = 0

    def take(self, fetch_block: Callable[[], int]) -> int:
        """A new id, from a fresh block when the last one is used up."""
        with self._lock:
            if self._next == self._end:
                self._next = fetch_block()
                self._end = self._next + BLOCK
            taken = self._next
            self._next += 1
            return taken
