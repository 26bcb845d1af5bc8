"""Watches that a SQLite database still has its name in the file system, and who else has it open.

SQLite goes on writing to a file that was deleted; what it acknowledges then is lost with the last connection.
"""

import os
from pathlib import Path

from taskbridge.store.errors import DatabaseUnavailable

_LOCKS = Path("/proc/locks")
#: Every connection holds a shared lock on this byte of the file ``-shm`` for as long as it is open (SQLite's file
#: format, "The Write-Ahead Log: locks").
_OPEN_LOCK = "128"

_Identity = tuple[int, int]


class DatabaseFile:
    """The file and its write-ahead log, by the names they had when the database was opened.

    May be used by several threads.
    """

    def __init__(self, path: str) -> None:
        """To be made while a connection is open that has read something: until then there may be no log."""
        self._path = path
        names = (path, f"{path}-wal")
        self._known = [(name, found) for name in names if (found := _identity(name)) is not None]
        self.missing = False

    def check(self) -> None:
        """Raise DatabaseUnavailable when one of the files has been deleted, moved or replaced. Takes 2 µs.

        Called after a COMMIT and before its works are answered: what is acknowledged was in a file that had a name.
        """
        for name, (device, inode) in self._known:
            try:
                found = os.stat(name)  # half the time of Path.stat
                same = found.st_ino == inode and found.st_dev == device
            except OSError:
                same = False
            if not same:
                self.missing = True
                raise DatabaseUnavailable(
                    f"{name} was deleted, moved or replaced while it was in use; "
                    "nothing is served until this very file is back or the server is started again"
                )
        self.missing = False

    def other_processes(self) -> bool:
        """Whether another process has the database open. Always False where the system does not list its locks."""
        shared = _identity(f"{self._path}-shm")
        try:
            lines = _LOCKS.read_text().splitlines() if shared is not None else []
        except OSError:
            return False
        return any(_holds_open(line.split(), shared[1], os.getpid()) for line in lines if shared is not None)


def _holds_open(fields: list[str], inode: int, own_process: int) -> bool:
    """Whether a line such as ``1: POSIX ADVISORY READ 4711 08:01:131 128 128`` is another's lock on the file."""
    if len(fields) != 8 or fields[1] != "POSIX":
        return False
    _, _, _, _, process, file, first, last = fields
    return file.rpartition(":")[2] == str(inode) and first == last == _OPEN_LOCK and process != str(own_process)


def _identity(name: str) -> _Identity | None:
    """Device and inode; None where the name stands for nothing that can be looked at."""
    try:
        found = os.stat(name)
    except OSError:
        return None
    return found.st_dev, found.st_ino
