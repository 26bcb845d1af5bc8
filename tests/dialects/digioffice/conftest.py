"""The application with people and a process, and clients of both of its sides, on each database."""

from collections.abc import AsyncIterator, Callable

import pytest

from taskbridge.app import document_path
from taskbridge.spec import load_document
from taskbridge.spec.conformance import ResponseChecker
from tests.bpmn import model
from tests.client import CamundaClient
from tests.digioffice import DigiOfficeClient, Office, checker
from tests.serving import Served, serving


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    """The application with a clock that no other dialect's tests move: these tests speak of dates."""
    async with serving(database_for("of_digioffice")) as served:
        yield served


@pytest.fixture(scope="session")
def digioffice_checker() -> ResponseChecker:
    return checker()


@pytest.fixture(scope="session")
def camunda_checker() -> ResponseChecker:
    return ResponseChecker(load_document(document_path("camunda")))


@pytest.fixture
async def office(
    served: Served, digioffice_checker: ResponseChecker, camunda_checker: ResponseChecker
) -> AsyncIterator[Office]:
    """People and a deployed process."""
    digioffice = DigiOfficeClient(served.app, digioffice_checker)
    camunda = CamundaClient(served.app, camunda_checker)
    office = Office(served, digioffice, camunda)
    await office.furnish()
    await camunda.deploy(model("Handover"))
    yield office
    await digioffice.close()
    await camunda.close()
