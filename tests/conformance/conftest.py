"""What the contract's cases may ask for beside the application on each database."""

from collections.abc import AsyncIterator, Callable

import pytest

from taskbridge.clock import ManualClock
from tests.client import CamundaClient
from tests.serving import Served, serving


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    async with serving(database_for("of_conformance")) as served:
        yield served


@pytest.fixture
async def camunda(served: Served) -> AsyncIterator[CamundaClient]:
    """A client of the application; every answer it gets is held against the document."""
    client = CamundaClient(served.app)
    yield client
    await client.close()


@pytest.fixture
def clock(served: Served) -> ManualClock:
    """The clock that the application goes by."""
    return served.clock


@pytest.fixture
def dump(served: Served) -> Callable[[], object]:
    return served.dump
