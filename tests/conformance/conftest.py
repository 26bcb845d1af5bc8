"""The application on each database, for the contract's cases: started once, emptied before every test."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlmodel import SQLModel
from starlette.types import ASGIApp

from taskbridge.app import application, document_path
from taskbridge.clock import ManualClock
from taskbridge.service.unit import Services, Unit
from taskbridge.settings import Settings
from taskbridge.spec import load_document
from taskbridge.spec.conformance import ResponseChecker
from tests.client import CamundaClient

#: Rows that belong to the program, not to a test.
_KEPT = {"id_block"}
Dump = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Served:
    """A running application and what it runs on."""

    app: ASGIApp
    services: Services
    clock: ManualClock

    async def empty(self) -> None:
        """Remove every row that a test left."""

        def work(unit: Unit) -> None:
            for table in SQLModel.metadata.sorted_tables:
                if table.name not in _KEPT:
                    unit.tx.execute(delete(table))

        await self.services.run(work)

    async def dump(self) -> Dump:
        """Every row of every table."""

        def work(unit: Unit) -> Dump:
            return {
                table.name: sorted((tuple(row) for row in unit.tx.select(select(table))), key=str)
                for table in SQLModel.metadata.sorted_tables
                if table.name not in _KEPT
            }

        return await self.services.run(work)


@pytest.fixture(scope="session")
def checker() -> ResponseChecker:
    return ResponseChecker(load_document(document_path("camunda")))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def served_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of each kind in turn; the PostgreSQL one is empty, and migrated by the application."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_server")
        return url
    template: Path = request.getfixturevalue("sqlite_template")
    file = tmp_path_factory.mktemp("conformance") / "taskbridge.db"
    shutil.copy(template, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
async def running(served_url: str, anyio_backend: str) -> AsyncIterator[Served]:
    clock = ManualClock()
    settings = Settings(database_url=served_url, access_log=False)
    async with application(settings, clock) as (app, services):
        yield Served(app, services, clock)


@pytest.fixture
async def served(running: Served) -> Served:
    await running.empty()
    return running


@pytest.fixture
async def camunda(served: Served, checker: ResponseChecker) -> AsyncIterator[CamundaClient]:
    """A client of the application; every answer it gets is held against the document."""
    client = CamundaClient(served.app, checker)
    yield client
    await client.close()


@pytest.fixture
def clock(served: Served) -> ManualClock:
    """The clock that the application goes by. It is shared by all tests and only ever moves forward."""
    return served.clock


@pytest.fixture
def services(served: Served) -> Services:
    return served.services


@pytest.fixture
def dump(served: Served) -> Callable[[], object]:
    return served.dump
