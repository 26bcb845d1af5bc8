"""Bringing a database to this program's schema. Called when the program starts, and by the ``migrate`` command.

The migrations lie in ``versions``; each runs on both databases, in one transaction together with its version number.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from taskbridge.store import project_tables, tables
from taskbridge.store.errors import SchemaTooNew, SchemaTooOld

#: The modules whose classes are the schema that the migrations lead to.
SCHEMA = (tables, project_tables)

#: Any number that nobody else locks: nodes that start together migrate one after the other.
_ADVISORY_LOCK = 7_461_736_272_064_900_001

_BEGIN = {
    # A table of SQLite is changed by making another in its place, whatever refers to it meanwhile.
    "sqlite": ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"],
    "postgresql": ["BEGIN", f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"],
}


def migrate(engine: Engine, to: str = "head") -> None:
    """Create or upgrade the schema, on request to an older one than the program's.

    Raises SchemaTooNew and changes nothing when a newer program has been here.
    """
    with engine.connect() as connection:
        if _is_current(connection):
            return
        for text in _BEGIN[engine.dialect.name]:
            connection.exec_driver_sql(text)
        # Another node may have migrated while this one waited for the lock.
        if not _is_current(connection):
            command.upgrade(_config(connection), to)
        connection.exec_driver_sql("COMMIT")


def require_current(engine: Engine) -> None:
    """Check only. Raises SchemaTooOld or SchemaTooNew."""
    with engine.connect() as connection:
        if not _is_current(connection):
            raise SchemaTooOld("the database must be migrated first: run `taskbridge migrate`")


def _is_current(connection: Connection) -> bool:
    script = ScriptDirectory.from_config(_config(connection))
    known = {revision.revision for revision in script.walk_revisions()}
    heads = set(MigrationContext.configure(connection).get_current_heads())
    if heads - known:
        raise SchemaTooNew(
            f"the database has the schema {', '.join(sorted(heads))}, which is newer than this program knows "
            f"({script.get_current_head()}): start a newer program, or restore a backup"
        )
    return heads == set(script.get_heads())


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
