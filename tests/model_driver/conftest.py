"""The driver's view of the application: a server as it opens one, in this process."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from model_driver.rest import Server
from tests.client import HOST
from tests.serving import Served, serving

URL = f"http://{HOST}/engine-rest"


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    async with serving(database_for("of_the_driver")) as served:
        yield served


@pytest.fixture
async def server(served: Served) -> AsyncIterator[Server]:
    async with Server(URL, httpx.ASGITransport(served.app)) as opened:
        yield opened
