"""Reads the database after a fault test, past the program: the tables as they are, for the checker."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, create_engine, make_url, text

from tests.crash.checker import Activity, Candidate, Incident, Instance, Stored


def read(database_url: str) -> Stored:
    """Everything that the checker asks for."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return Stored(
                instances=[
                    Instance(number, key, state, _values(document))
                    for number, key, state, document in _rows(
                        connection, "process_instance", "business_key, state, variables"
                    )
                ],
                activities=[
                    Activity(*row)
                    for row in _rows(connection, "activity_instance", "instance_id, scope_id, node_id, kind, state")
                ],
                incidents=[
                    Incident(number, instance, activity, open=ended is None)
                    for number, instance, activity, ended in _rows(
                        connection, "incident", "instance_id, activity_id, ended_at"
                    )
                ],
                candidates=[
                    Candidate(number, parent)
                    for number, parent, kind in _rows(connection, "candidate", "activity_id, type")
                    if kind != "starter"  # belongs to a process definition
                ],
                damage=_damage(connection) if engine.dialect.name == "sqlite" else [],
            )
    finally:
        engine.dispose()


def damage_after_kill(database_url: str) -> list[str]:
    """What SQLite's own check finds in a copy of a file that a killed server has left, with its log."""
    file = Path(make_url(database_url).database or "")
    with tempfile.TemporaryDirectory(prefix="tb-") as folder:
        copy = Path(folder) / file.name
        for suffix in ("", "-wal"):
            if file.with_name(file.name + suffix).exists():
                shutil.copy(file.with_name(file.name + suffix), copy.with_name(copy.name + suffix))
        engine = create_engine(f"sqlite:///{copy}")
        try:
            with engine.connect() as connection:
                return _damage(connection)
        finally:
            engine.dispose()


def _rows(connection: Connection, table: str, columns: str) -> list[Any]:
    return list(connection.execute(text(f"SELECT id, {columns} FROM {table} ORDER BY id")))


def _values(document: str | None) -> dict[str, Any]:
    return {name: typed[1] for name, typed in orjson.loads(document or "{}").items()}


def _damage(connection: Connection) -> list[str]:
    found = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
    return [] if found == ["ok"] else found
