"""The application on each database, spoken to over HTTP in this process: started once, emptied before every test."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import delete, make_url
from sqlmodel import SQLModel
from starlette.types import ASGIApp

from taskbridge.app import application, document_path
from taskbridge.clock import ManualClock
from taskbridge.service.unit import Services, Unit
from taskbridge.settings import Settings
from taskbridge.spec import load_document
from taskbridge.spec.conformance import ResponseChecker
from tests.client import CamundaClient


@dataclass(frozen=True)
class Served:
    """A running application and what it runs on."""

    app: ASGIApp
    services: Services
    clock: ManualClock


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def served_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of each kind in turn."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("camunda") / "taskbridge.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    url: str = request.getfixturevalue("postgresql_server")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE camunda_dialect")
    return make_url(url).set(database="camunda_dialect").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
async def running(served_url: str, anyio_backend: str) -> AsyncIterator[Served]:
    clock = ManualClock()
    async with application(Settings(database_url=served_url, access_log=False), clock) as (app, services):
        yield Served(app, services, clock)


@pytest.fixture(scope="session")
def checker() -> ResponseChecker:
    return ResponseChecker(load_document(document_path("camunda")))


@pytest.fixture
async def served(running: Served) -> Served:
    def work(unit: Unit) -> None:
        for table in SQLModel.metadata.sorted_tables:
            if table.name != "id_block":
                unit.tx.execute(delete(table))

    await running.services.run(work)
    return running


@pytest.fixture
def services(served: Served) -> Services:
    return served.services


@pytest.fixture
def clock(served: Served) -> ManualClock:
    """The clock that the application goes by. It is shared by all tests and only ever moves forward."""
    return served.clock


@pytest.fixture
async def camunda(served: Served, checker: ResponseChecker) -> AsyncIterator[CamundaClient]:
    """A client of the application; every answer it gets is held against the document."""
    client = CamundaClient(served.app, checker)
    yield client
    await client.close()
