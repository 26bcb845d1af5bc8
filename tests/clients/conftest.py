"""Servers as their users run them, for each database and each way to sign in, shared by all tests of this folder."""

import importlib
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import psycopg
import pytest
from pydantic import PydanticDeprecatedSince20
from sqlalchemy import make_url

from tests.clients.engine import Engine, Model, model
from tests.clients.programs import Program, finished, serving, taskbridge
from tests.clients.worldserver import Place

with warnings.catch_warnings():
    # This client speaks to Pydantic in an old way while it is imported; the tests then import it without a sound.
    warnings.simplefilter("ignore", PydanticDeprecatedSince20)
    importlib.import_module("camunda.utils.auth_bearer")

_NUMBERS = count(1)
USER, PASSWORD = "packer", "Sesame-1"


@pytest.fixture(scope="session")
def sqlite_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a server on an SQLite file that did not exist before."""
    folder = tmp_path_factory.mktemp("sqlite-service")
    with serving(folder, database_url=f"sqlite:///{folder}/taskbridge.db") as (server, url):
        yield url
    assert_untroubled(server)


@pytest.fixture(scope="session")
def postgresql_service(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Iterator[str]:
    """Base URL of a server on a PostgreSQL database that was empty before."""
    with psycopg.connect(postgresql_server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE of_clients")
    database = make_url(postgresql_server).set(database="of_clients").render_as_string(hide_password=False)
    with serving(tmp_path_factory.mktemp("postgresql-service"), database_url=database) as (server, url):
        yield url
    assert_untroubled(server)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def worldserver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgresql_server: str
) -> Iterator[Place]:
    """A server with the demo's people, locales and processes, on each database in turn."""
    folder = tmp_path_factory.mktemp(f"worldserver-{request.param}")
    database = f"sqlite:///{folder}/taskbridge.db"
    if request.param == "postgresql":
        with psycopg.connect(postgresql_server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE of_worldserver")
        database = make_url(postgresql_server).set(database="of_worldserver").render_as_string(hide_password=False)
    with serving(folder, "--demo", database_url=database) as (server, url):
        yield Place(url)
    assert_untroubled(server)


@pytest.fixture(scope="session")
def guarded_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a server that wants to know who is there."""
    folder = tmp_path_factory.mktemp("guarded-service")
    database = f"sqlite:///{folder}/taskbridge.db"
    add = [taskbridge(), "user", "add", USER, "--password", PASSWORD, "--admin", "--database-url", database]
    done = finished(add, folder)
    assert done.returncode == 0, done.stderr
    with serving(folder, "--camunda-auth", "basic", database_url=database) as (server, url):
        yield url
    assert_untroubled(server)


def assert_untroubled(server: Program) -> None:
    """A server that has stopped did so in order, and met nothing that it did not expect."""
    assert server.status == 0
    troubles = [line for line in server.errors.splitlines() if '"level": "error"' in line]
    assert not troubles, troubles[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A server, on each database in turn."""
    url: str = request.getfixturevalue(f"{request.param}_service")
    with httpx.Client(base_url=url, timeout=20) as http:
        yield Engine(url, http)


@pytest.fixture
def guarded_engine(guarded_service: str) -> Iterator[Engine]:
    """A server that wants to know who is there, seen by one who may do everything."""
    with httpx.Client(base_url=guarded_service, timeout=20, auth=(USER, PASSWORD)) as http:
        yield Engine(guarded_service, http)


@pytest.fixture
def shipment(tmp_path: Path) -> Model:
    """Pack (on error ``OUT_OF_STOCK``: reorder), then send. Not deployed yet."""
    return model("shipment", f"shipment{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def approval(tmp_path: Path) -> Model:
    """A person of the managers approves, or the clerk revises. Not deployed yet."""
    return model("approval", f"approval{next(_NUMBERS)}", tmp_path)
