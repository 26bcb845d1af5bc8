"""A client of the product's own API."""

from collections.abc import AsyncIterator

import pytest

from tests.client import Client
from tests.serving import Served


@pytest.fixture
async def client(served: Served) -> AsyncIterator[Client]:
    made = Client(served.app, "")
    yield made
    await made.close()
