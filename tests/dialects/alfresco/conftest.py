"""Clients that speak Alfresco, and Camunda beside it, to the application on each database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from taskbridge.app import document_of
from taskbridge.service import bundled as bundled_processes
from taskbridge.service import identity
from taskbridge.spec import Document
from tests.alfresco import AlfrescoClient
from tests.client import CamundaClient
from tests.passwords import hashed
from tests.serving import Served

#: Makes a user, whose password is his name, and gives a client that signs in as him.
People = Callable[..., Awaitable[AlfrescoClient]]


@pytest.fixture(scope="session")
def document() -> Document:
    return document_of("alfresco")


@pytest.fixture
async def person(served: Served) -> AsyncIterator[People]:
    served.clock.advance(60_000)  # so that nobody of another test is remembered
    clients: list[AlfrescoClient] = []

    async def made(
        name: str, *, groups: Sequence[str] = (), admin: bool = False, tenant: str | None = None
    ) -> AlfrescoClient:
        await served.services.run(
            lambda unit: identity.add_user(unit, name, hashed(name), groups=groups, admin=admin, tenant=tenant)
        )
        clients.append(AlfrescoClient(served.app, name))
        return clients[-1]

    yield made
    for client in clients:
        await client.close()


@pytest.fixture
async def starter(person: People) -> AlfrescoClient:
    """Who starts the processes of a test."""
    return await person("ivy")


@pytest.fixture
async def stranger(person: People) -> AlfrescoClient:
    """Who has nothing to do with them."""
    return await person("xeno")


@pytest.fixture
async def admin(person: People) -> AlfrescoClient:
    """Who may do everything."""
    return await person("ada", admin=True)


@pytest.fixture
async def bundled(served: Served) -> None:
    """The processes that come with the program are deployed."""
    sources = bundled_processes.read()
    await served.services.run(lambda unit: bundled_processes.deploy(unit, sources))


@pytest.fixture
async def nobody(served: Served) -> AsyncIterator[AlfrescoClient]:
    """A client without credentials."""
    client = AlfrescoClient(served.app, None)
    yield client
    await client.close()


@pytest.fixture
async def camunda(served: Served) -> AsyncIterator[CamundaClient]:
    """A client of the other dialect, on the same tasks."""
    client = CamundaClient(served.app)
    yield client
    await client.close()
