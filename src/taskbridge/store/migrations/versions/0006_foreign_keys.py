"""Foreign keys: instances belong to definitions and roots, and what hangs on an instance belongs to it.

Rows that belong to nothing are removed first; no API could show or remove them. Written out by hand, so that it stays
what it was when ``tables.py`` moves on.
"""

import logging
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

log = logging.getLogger("taskbridge.store")


class _Key(NamedTuple):
    table: str
    column: str
    parent: str
    needed: bool = True  # whether a row without its parent is removed; else it only forgets it


#: Parents before their children, so that what hangs on a row that is removed is removed after it.
_KEYS = (
    _Key("definition_element", "definition_id", "process_definition"),
    _Key("process_instance", "definition_id", "process_definition"),
    _Key("process_instance", "root_id", "process_instance"),
    _Key("activity_instance", "instance_id", "process_instance"),
    _Key("incident", "instance_id", "process_instance"),
    _Key("incident", "activity_id", "activity_instance"),
    _Key("comment", "instance_id", "process_instance"),
    _Key("comment", "activity_id", "activity_instance", needed=False),
    _Key("attachment", "instance_id", "process_instance"),
    _Key("attachment", "document_id", "document"),
    _Key("project_task", "instance_id", "process_instance"),
    _Key("job", "batch_id", "batch"),
    _Key("job", "instance_id", "process_instance"),
)


def upgrade() -> None:
    for key in _KEYS:
        _remove_orphans(key)
    _remove_loose_contents()
    if op.get_context().dialect.name == "sqlite":
        for table in dict.fromkeys(key.table for key in _KEYS):
            _rebuild(table, [key for key in _KEYS if key.table == table])
        _check()
    else:
        for key in _KEYS:
            op.create_foreign_key(_name(key), key.table, key.parent, [key.column], ["id"])


def _name(key: _Key) -> str:
    return f"fk_{key.table}_{key.column}"


def _remove_orphans(key: _Key) -> None:
    loose = (
        f"{key.column} IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {key.parent} AS parent WHERE parent.id = {key.table}.{key.column})"
    )
    if key.needed:
        _run(f"DELETE FROM {key.table} WHERE {loose}", "removed %d rows of %s without %s", key.table, key.parent)
    else:
        text = f"UPDATE {key.table} SET {key.column} = NULL WHERE {loose}"
        _run(text, "%d rows of %s no longer name a missing %s", key.table, key.parent)


def _remove_loose_contents() -> None:
    """What has no foreign key, because its parent is one of several, or is written after it."""
    _run(
        "DELETE FROM blob WHERE instance_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM process_instance WHERE process_instance.id = blob.instance_id)",
        "removed %d rows of %s without %s",
        "blob",
        "process_instance",
    )
    parents = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = candidate.activity_id)"
        for parent in ("activity_instance", "process_instance", "process_definition")
    )
    _run(f"DELETE FROM candidate WHERE {parents}", "removed %d rows of %s without %s", "candidate", "what they are of")


def _run(text: str, message: str, table: str, parent: str) -> None:
    touched = op.get_bind().execute(sa.text(text)).rowcount
    if touched:
        log.warning(message, touched, table, parent)


def _rebuild(table: str, keys: list[_Key]) -> None:
    """Make a table of SQLite anew, with foreign keys: the database has no other way. Its indexes are made as they were.

    ``migrate`` has turned foreign keys off, so that dropping a table removes nothing that refers to it.
    """
    connection = op.get_bind()
    stored = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    texts = connection.execute(stored, {"table": table}).all()
    (definition,) = (text for kind, text in texts if kind == "table")
    columns = definition[definition.index("(") : definition.rindex(")")]
    constraints = "".join(
        f', CONSTRAINT "{_name(key)}" FOREIGN KEY({key.column}) REFERENCES {key.parent} (id)' for key in keys
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
