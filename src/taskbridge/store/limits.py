"""How many connections to PostgreSQL a process has, and how long what may take. Filled in by ``Database.open``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts of connections, and time-outs."""

    threads: int  # connections of works that may write
    read_threads: int  # connections of works that only read
    lock_timeout: int  # milliseconds that a statement waits for a row that another request holds
    write_timeout: int  # milliseconds that a statement of a work that may write takes
    read_timeout: int  # milliseconds that a statement of a work that only reads takes
    queue_timeout: float  # seconds that a work waits for a connection
