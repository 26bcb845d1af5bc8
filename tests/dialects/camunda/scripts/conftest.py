"""The application with scripts switched on, on each database."""

from collections.abc import AsyncIterator, Callable

import pytest
from tests.serving import Served, serving


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    async with serving(database_for("of_scripts"), scripts="javascript") as served:
        yield served
