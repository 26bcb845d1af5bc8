"""A server as Alfresco's clients see it, and the people who sign in there."""

from dataclasses import dataclass

from tests.clients.engine import Engine


@dataclass(frozen=True, slots=True)
class Alfresco:
    """A server with two people who have the same password."""

    host: str
    first: str
    second: str
    password: str
    engine: Engine
