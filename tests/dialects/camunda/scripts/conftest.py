"""The application with scripts switched on, on each database; they have time, however slow the machine is."""

from collections.abc import AsyncIterator, Callable

import pytest
from tests.serving import Served, serving


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    async with serving(database_for("of_scripts"), scripts="javascript", script_timeout=60) as served:
        yield served
