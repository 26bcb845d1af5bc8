"""The application with people and a process, and clients of both of its sides, on each database."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.bpmn import model
from tests.client import CamundaClient
from tests.digioffice import DigiOfficeClient, Office, basic
from tests.serving import Served, serving


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    """The application with a clock that no other dialect's tests move: these tests speak of dates."""
    async with serving(database_for("of_digioffice")) as served:
        yield served


@pytest.fixture
async def office(served: Served) -> AsyncIterator[Office]:
    """People and a deployed process."""
    digioffice = DigiOfficeClient(served.app)
    camunda = CamundaClient(served.app)
    office = Office(served, digioffice, camunda, digioffice.by(basic("root")))
    await office.furnish()
    await camunda.deploy(model("Handover"))
    yield office
    await digioffice.close()
    await office.root.close()
    await camunda.close()
