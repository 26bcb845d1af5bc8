"""A translation office on the application, on each database."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.serving import Served, serving
from tests.worldserver import Office, WorldServerClient


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    """The application with a clock that no other dialect's tests move: these tests speak of dates."""
    async with serving(database_for("of_worldserver")) as served:
        yield served


@pytest.fixture
async def office(served: Served) -> AsyncIterator[Office]:
    opened = await Office(served).open()
    yield opened
    await opened.close()


@pytest.fixture
async def mona(office: Office) -> WorldServerClient:
    """The manager."""
    return await office.sign_in("mona")


@pytest.fixture
async def tina(office: Office) -> WorldServerClient:
    """A translator into German."""
    return await office.sign_in("tina")


@pytest.fixture
async def rita(office: Office) -> WorldServerClient:
    """A reviewer."""
    return await office.sign_in("rita")
