"""What the contract's cases may ask for beside the application on each database."""

from collections.abc import AsyncIterator, Callable

import pytest

from taskbridge.app import document_path
from taskbridge.clock import ManualClock
from taskbridge.spec import load_document
from taskbridge.spec.conformance import ResponseChecker
from tests.client import CamundaClient
from tests.serving import Served, serving


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    async with serving(database_for("of_conformance")) as served:
        yield served


@pytest.fixture(scope="session")
def checker() -> ResponseChecker:
    return ResponseChecker(load_document(document_path("camunda")))


@pytest.fixture
async def camunda(served: Served, checker: ResponseChecker) -> AsyncIterator[CamundaClient]:
    """A client of the application; every answer it gets is held against the document."""
    client = CamundaClient(served.app, checker)
    yield client
    await client.close()


@pytest.fixture
def clock(served: Served) -> ManualClock:
    """The clock that the application goes by."""
    return served.clock


@pytest.fixture
def dump(served: Served) -> Callable[[], object]:
    return served.dump
