"""The URL of a PostgreSQL database: what is refused, and the time-outs that it has unless it names others.

Used by ``Database`` and the PostgreSQL backend. A URL may name several hosts, one of which is the primary.
"""

from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError

from taskbridge.store.errors import InvalidUrl

#: How long a server may be silent, unless the URL says otherwise. A host that is gone without a word (a machine that
#: hangs, a partition of the network) would else be waited for as long as the kernel sees fit: a quarter of an hour.
_TIMEOUTS = {
    "connect_timeout": "3",  # seconds per host
    "tcp_user_timeout": "10000",  # milliseconds until sent data must be acknowledged
    "keepalives_idle": "5",  # seconds
    "keepalives_interval": "2",  # seconds
    "keepalives_count": "3",
}


def connection_arguments(url: URL) -> dict[str, Any]:
    """What the driver is given to connect. Raises InvalidUrl."""
    try:
        _, given = PGDialect_psycopg().create_connect_args(url)  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    except (ArgumentError, ValueError) as error:
        raise InvalidUrl(f"the database URL cannot be used: {error}") from error
    arguments: dict[str, Any] = {**_TIMEOUTS, **given}
    try:
        make_conninfo(**arguments)
    except psycopg.ProgrammingError as error:
        raise InvalidUrl(f"the database URL cannot be used: {str(error).strip()}") from error
    _check_numbers(arguments)
    return arguments


def _check_numbers(arguments: dict[str, Any]) -> None:
    for port in str(arguments.get("port", "")).split(","):
        if port and not (port.isdecimal() and 0 < int(port) < 65536):
            raise InvalidUrl(f"the database URL cannot be used: {port} is no port")
    for name in _TIMEOUTS:
        if not str(arguments[name]).isdecimal():
            raise InvalidUrl(f"the database URL cannot be used: {name} must be a number")
