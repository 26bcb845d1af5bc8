"""What can go wrong in the store. Raised by ``Database.run`` and migrations; dialects map these."""


class StoreError(Exception):
    """The store could not do the work."""


class Conflict(StoreError):
    """Another request changed the same data. A work may raise it: the whole work is then tried again a few times."""


class Duplicate(StoreError):
    """A unique key exists already."""


class LockTimeout(StoreError):
    """Another request held the data for longer than the lock timeout."""


class DatabaseUnavailable(StoreError):
    """The database cannot be reached, or the connection broke before the outcome was known."""


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
