"""What the tests of every dialect may ask for beside the application on each database."""

from collections.abc import AsyncIterator, Callable

import pytest

from taskbridge.clock import ManualClock
from tests.serving import Served, serving


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    async with serving(database_for("of_dialects")) as served:
        yield served


@pytest.fixture
def clock(served: Served) -> ManualClock:
    """The clock that the application goes by."""
    return served.clock
