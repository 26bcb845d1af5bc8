"""A client that speaks Camunda to the application on each database."""

from collections.abc import AsyncIterator

import pytest

from taskbridge.app import document_path
from taskbridge.spec import load_document
from taskbridge.spec.conformance import ResponseChecker
from tests.client import CamundaClient
from tests.serving import Served


@pytest.fixture(scope="session")
def checker() -> ResponseChecker:
    return ResponseChecker(load_document(document_path("camunda")))


@pytest.fixture
async def camunda(served: Served, checker: ResponseChecker) -> AsyncIterator[CamundaClient]:
    """A client of the application; every answer it gets is held against the document."""
    client = CamundaClient(served.app, checker)
    yield client
    await client.close()
