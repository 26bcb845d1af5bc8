"""What SQLite reports, as the store's own errors.

The driver gives extended result codes; their low byte is the kind. Used by the SQLite modules and ``Database.open``.
"""

import sqlite3
from typing import NoReturn

from sqlalchemy.exc import DBAPIError

from taskbridge.store.errors import (
    DatabaseBusy,
    DatabaseUnavailable,
    Duplicate,
    MissingReference,
    ReadTimeout,
    StoreError,
)

_KIND = 0xFF
#: Exact codes go before kinds: every broken constraint is of one kind.
_BY_CODE: dict[int, tuple[type[StoreError], str | None]] = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: (Duplicate, None),
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: (Duplicate, None),
    sqlite3.SQLITE_CONSTRAINT_ROWID: (Duplicate, None),
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: (MissingReference, None),
}
_BY_KIND: dict[int, tuple[type[StoreError], str | None]] = {
    sqlite3.SQLITE_BUSY: (DatabaseBusy, "the database is locked by another process"),
    sqlite3.SQLITE_LOCKED: (DatabaseBusy, "the database is locked"),
    sqlite3.SQLITE_PROTOCOL: (DatabaseBusy, "the database is locked by another process"),
    sqlite3.SQLITE_INTERRUPT: (ReadTimeout, "the query took too long and was stopped"),
    sqlite3.SQLITE_FULL: (DatabaseUnavailable, "the disk of the database is full"),
    sqlite3.SQLITE_IOERR: (DatabaseUnavailable, "the file of the database cannot be read or written"),
    sqlite3.SQLITE_CANTOPEN: (DatabaseUnavailable, "the file of the database cannot be opened"),
    sqlite3.SQLITE_READONLY: (DatabaseUnavailable, "the file of the database cannot be written"),
    sqlite3.SQLITE_PERM: (DatabaseUnavailable, "the file of the database may not be used"),
    sqlite3.SQLITE_CORRUPT: (DatabaseUnavailable, "the file of the database is damaged"),
    sqlite3.SQLITE_NOTADB: (DatabaseUnavailable, "the file is not a database"),
}


def translate(error: BaseException) -> BaseException:
    """The store's own error for what the driver reported; anything else is returned as it is."""
    cause = _cause(error)
    code = _code(cause)
    found = _BY_CODE.get(code) or _BY_KIND.get(code & _KIND)
    if found is None:
        return error
    kind, text = found
    translated = kind(text or str(cause))
    translated.__cause__ = cause
    return translated


def raise_translated(error: BaseException) -> NoReturn:
    """Raise the store's own error for what the driver reported, or that itself."""
    translated = translate(error)
    if translated is error:
        raise error
    raise translated from error


def is_busy(error: BaseException) -> bool:
    """Whether another connection holds a lock that was asked for."""
    return _code(_cause(error)) & _KIND == sqlite3.SQLITE_BUSY


def is_refused_write(error: BaseException) -> bool:
    """Whether something was to be written that cannot be written; on a connection that only reads, a mistake."""
    return _code(_cause(error)) & _KIND == sqlite3.SQLITE_READONLY


def _cause(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _code(error: BaseException | None) -> int:
    """The extended result code; 0 for what is none of SQLite's errors, or has none."""
    return getattr(error, "sqlite_errorcode", None) or 0 if isinstance(error, sqlite3.Error) else 0
