"""A client that speaks Camunda to the application on each database."""

from collections.abc import AsyncIterator

import pytest

from tests.client import CamundaClient
from tests.serving import Served


@pytest.fixture
async def camunda(served: Served) -> AsyncIterator[CamundaClient]:
    """A client of the application; every answer it gets is held against the document."""
    client = CamundaClient(served.app)
    yield client
    await client.close()
