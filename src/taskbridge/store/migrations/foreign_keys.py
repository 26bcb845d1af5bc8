"""Adding foreign keys to tables that have rows. Called by migrations."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

log = logging.getLogger("taskbridge.store")


class Key(NamedTuple):
    """A column that shall name a row of another table."""

    table: str
    column: str
    parent: str
    needed: bool = True  # whether a row without its parent is removed; else it only forgets it
    parent_column: str = "id"


def remove_orphans(keys: Sequence[Key]) -> None:
    """Remove the rows that name a missing one; parents stand before their children in ``keys``."""
    for key in keys:
        loose = (
            f"{key.column} IS NOT NULL AND NOT EXISTS"
            f" (SELECT 1 FROM {key.parent} AS parent WHERE parent.{key.parent_column} = {key.table}.{key.column})"
        )
        if key.needed:
            run(f"DELETE FROM {key.table} WHERE {loose}", "removed %d rows of %s without %s", key.table, key.parent)
        else:
            text = f"UPDATE {key.table} SET {key.column} = NULL WHERE {loose}"
            run(text, "%d rows of %s no longer name a missing %s", key.table, key.parent)


def add(keys: Sequence[Key]) -> None:
    """Add the foreign keys. No row may name a missing one any more."""
    if op.get_context().dialect.name == "sqlite":
        for table in dict.fromkeys(key.table for key in keys):
            _rebuild(table, [key for key in keys if key.table == table])
        _check()
    else:
        for key in keys:
            op.create_foreign_key(_name(key), key.table, key.parent, [key.column], [key.parent_column])


def run(text: str, message: str, table: str, parent: str) -> None:
    """Change rows, and log how many there were."""
    touched = op.get_bind().execute(sa.text(text)).rowcount
    if touched:
        log.warning(message, touched, table, parent)


def _name(key: Key) -> str:
    return f"fk_{key.table}_{key.column}"


def _rebuild(table: str, keys: list[Key]) -> None:
    """Make a table of SQLite anew, with foreign keys: the database has no other way. Its indexes are made as they were.

    ``migrate`` has turned foreign keys off, so that dropping a table removes nothing that refers to it.
    """
    connection = op.get_bind()
    stored = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    texts = connection.execute(stored, {"table": table}).all()
    (definition,) = (text for kind, text in texts if kind == "table")
    columns = definition[definition.index("(") : definition.rindex(")")]
    constraints = "".join(
        f', CONSTRAINT "{_name(key)}" FOREIGN KEY({key.column}) REFERENCES {key.parent} ({key.parent_column})'
        for key in keys
    )
    connection.exec_driver_sql(f"CREATE TABLE new_{table} {columns}{constraints})")
    connection.exec_driver_sql(f"INSERT INTO new_{table} SELECT * FROM {table}")
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")
    for kind, text in texts:
        if kind == "index":
            connection.exec_driver_sql(text)


def _check() -> None:
    wrong = op.get_bind().exec_driver_sql("PRAGMA foreign_key_check").all()
    if wrong:
        raise RuntimeError(f"rows that name no other row: {wrong[:10]}")
