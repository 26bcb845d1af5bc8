"""What can go wrong in the store. Raised by ``Database.run`` and migrations; dialects map these."""


class StoreError(Exception):
    """The store could not do the work."""


class Conflict(StoreError):
    """Another request changed the same data. A work may raise it: the whole work is then tried again a few times."""


class Duplicate(StoreError):
    """A unique key exists already."""


class MissingReference(StoreError):
    """A foreign key names a row that does not exist, or a row that others refer to was to be removed."""


#: What the whole work is tried again after, a few times: nothing that a work calls may make something else of it.
TRY_AGAIN = (Conflict, MissingReference)


class LockTimeout(StoreError):
    """Another request held the data for longer than the lock timeout."""


class DatabaseUnavailable(StoreError):
    """The database cannot be reached, or the connection broke before the outcome was known.

    The text may name the server, so it is for logs and the command line; APIs answer it with a text of their own.
    """


class QueueTimeout(DatabaseUnavailable):
    """No connection became free in time for a work that waited for one."""


class TooSlow(DatabaseUnavailable):
    """One work took longer than it may. This says nothing of the database as a whole: other works may go well."""


class ReadTimeout(TooSlow):
    """A work that only reads took longer than it may, or waited so long for its turn."""


class WriteTimeout(TooSlow):
    """A statement of a work that may write took longer than it may."""


class StatementFailed(StoreError):
    """The database refused a statement: it is wrong, or beyond a limit of the database. Trying again does not help."""


class DatabaseBusy(DatabaseUnavailable):
    """Another process held the lock of the whole database for longer than the lock timeout."""


class QueryTooLarge(StoreError):
    """A list is asked for with more values, longer patterns or more conditions than a query may have."""


class InvalidUrl(StoreError, ValueError):
    """The URL names no database that can be used."""


class DatabaseClosed(StoreError):
    """The database was closed by this process."""


class SchemaTooNew(StoreError):
    """The database was migrated by a newer version of the program."""


class SchemaTooOld(StoreError):
    """The database lacks migrations, and this start was not allowed to run them."""
