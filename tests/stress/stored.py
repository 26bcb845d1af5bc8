"""Reads the database after the clients have gone, past the program: the tables as they are, for the checker."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, create_engine, text


@dataclass(frozen=True, slots=True)
class Instance:
    """A process instance: its process, and the names of its variables. ``tokens`` is the document about its tokens."""

    id: int
    process: str
    business_key: str | None
    state: int
    ended: bool
    variables: frozenset[str]
    tokens: str | None


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity instance."""

    id: int
    instance: int
    node: str
    kind: int
    state: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Hanging:
    """Something that hangs on an instance: an event subscription, a job, an open incident."""

    what: str
    id: int
    instance: int
    node: str | None


@dataclass
class Stored:
    """The final database."""

    instances: list[Instance] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    hanging: list[Hanging] = field(default_factory=list)


_INSTANCES = """
    SELECT process_instance.id, process_definition.key, business_key, state, ended_at IS NOT NULL, variables, tokens
    FROM process_instance JOIN process_definition ON process_definition.id = definition_id ORDER BY process_instance.id
"""
_ACTIVITIES = "SELECT id, instance_id, node_id, kind, state, ended_at IS NOT NULL FROM activity_instance ORDER BY id"
_HANGING = (
    "SELECT 'subscription', id, instance_id, node_id FROM event_subscription WHERE instance_id IS NOT NULL",
    "SELECT 'job', id, instance_id, node_id FROM job WHERE instance_id IS NOT NULL",
    "SELECT 'open incident', id, instance_id, node_id FROM incident WHERE ended_at IS NULL AND instance_id IS NOT NULL",
)


def read(database_url: str) -> Stored:
    """Everything that the checker asks for."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return Stored(
                [
                    Instance(number, process, key, state, bool(ended), _names(document), tokens)
                    for number, process, key, state, ended, document, tokens in _rows(connection, _INSTANCES)
                ],
                [Activity(*row) for row in _rows(connection, _ACTIVITIES)],
                [Hanging(*row) for query in _HANGING for row in _rows(connection, query)],
            )
    finally:
        engine.dispose()


def _rows(connection: Connection, query: str) -> Iterator[Any]:
    yield from connection.execute(text(query))


def _names(document: str | None) -> frozenset[str]:
    return frozenset(orjson.loads(document or "{}"))
