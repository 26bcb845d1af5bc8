"""The PostgreSQL cluster of the fault tests: a primary, and a synchronous standby where one is asked for.

Used by the fault tests only. Calls block: make them in a thread.
"""

import contextlib
from collections.abc import Iterator

import psycopg

from taskbridge.dialects.camunda.ids import Kind, decode
from tests.postgresql_server import PostgresqlServer, own_servers

#: Seconds that a cluster may take to serve again.
PATIENCE = 120
DATABASE = "taskbridge"


class Cluster:
    """Who is the primary now, and who follows it."""

    def __init__(self, primary: PostgresqlServer, standby: PostgresqlServer | None) -> None:
        self.primary = primary
        self.standby = standby
        # The order of hosts in a URL says nothing of their roles.
        hosts = "&".join(f"host={server.host}" for server in (primary, standby) if server is not None)
        #: For servers and for the test, whoever is the primary.
        self.url = f"postgresql+psycopg://postgres@/{DATABASE}?{hosts}&target_session_attrs=read-write"

    def follow(self) -> None:
        """Make the standby anew; returns once it follows."""
        if self.standby is not None:
            self.primary.add_standby(self.standby)

    def promote(self) -> None:
        """The standby, whose primary must be dead, becomes the primary; the old one follows it once it is made anew."""
        assert self.standby is not None
        self.primary, self.standby = self.standby, self.primary
        self.primary.promote()

    def serves(self) -> bool:
        """Whether a new connection can commit a write; commits wait for a synchronous standby."""
        try:
            with self.primary.connect() as connection:
                connection.execute("INSERT INTO beat VALUES (1)")
        except psycopg.Error:
            return False
        return True

    @contextlib.contextmanager
    def locked(self, instance: str) -> Iterator[None]:
        """Hold the row of a process instance, so that whoever wants to change it waits."""
        with self.primary.connect(DATABASE) as connection, connection.transaction():
            number = decode(instance, Kind.PROCESS_INSTANCE)
            connection.execute("SELECT id FROM process_instance WHERE id = %s FOR UPDATE", [number])
            yield

    def waiting(self, application: str) -> int:
        """How many connections of an application wait for a lock."""
        statement = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = %s"
        with self.primary.connect() as connection:
            row = connection.execute(statement, [application]).fetchone()
        return int(row[0]) if row else 0


@contextlib.contextmanager
def running(*, standby: bool) -> Iterator[Cluster]:
    """A cluster with an empty database, in a folder of its own; both are gone with the block."""
    with own_servers(1 + standby) as servers:
        cluster = Cluster(servers[0], servers[1] if standby else None)
        cluster.primary.execute(f"CREATE DATABASE {DATABASE}", "CREATE TABLE beat (number bigint)")
        cluster.follow()
        yield cluster
