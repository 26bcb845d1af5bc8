"""Clients that speak Alfresco, and Camunda beside it, to the application on each database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from taskbridge.app import document_path, services
from taskbridge.clock import ManualClock
from taskbridge.dialects.alfresco.dialect import BASE_PATHS, HANDLERS, AlfrescoDialect
from taskbridge.dialects.camunda import dialect as camunda_dialect
from taskbridge.dialects.camunda.dialect import CamundaDialect
from taskbridge.service import bundled as bundled_processes
from taskbridge.service import identity
from taskbridge.settings import Settings
from taskbridge.spec import Document, Mount, build_app, load_document
from taskbridge.spec.conformance import ResponseChecker
from tests.alfresco import AlfrescoClient, hashed
from tests.client import CamundaClient
from tests.serving import Served


@pytest.fixture(scope="session")
async def running(served_url: str, anyio_backend: str) -> AsyncIterator[Served]:
    """The application with what there is of the dialect."""
    clock = ManualClock()
    settings = Settings(database_url=served_url, access_log=False)
    async with services(settings, clock) as shared:
        whole = load_document(document_path("alfresco"))
        methods = {
            path: {key: one for key, one in item.items() if key == "parameters" or one["operationId"] in HANDLERS}
            for path, item in whole["paths"].items()
        }
        there = {path: item for path, item in methods.items() if set(item) - {"parameters"}}
        mounts = [
            Mount({**whole, "paths": there}, BASE_PATHS, AlfrescoDialect(shared)),
            Mount(
                load_document(document_path("camunda")), camunda_dialect.BASE_PATHS, CamundaDialect(settings, shared)
            ),
        ]
        yield Served(build_app(mounts, shared), shared, clock)


#: Makes a user, whose password is his name, and gives a client that signs in as him.
People = Callable[..., Awaitable[AlfrescoClient]]


@pytest.fixture(scope="session")
def document() -> Document:
    return load_document(document_path("alfresco"))


@pytest.fixture(scope="session")
def alfresco_checker(document: Document) -> ResponseChecker:
    return ResponseChecker(document)


@pytest.fixture
async def person(served: Served, alfresco_checker: ResponseChecker) -> AsyncIterator[People]:
    served.clock.advance(60_000)  # so that nobody of another test is remembered
    clients: list[AlfrescoClient] = []

    async def made(
        name: str, *, groups: Sequence[str] = (), admin: bool = False, tenant: str | None = None
    ) -> AlfrescoClient:
        await served.services.run(
            lambda unit: identity.add_user(unit, name, hashed(name), groups=groups, admin=admin, tenant=tenant)
        )
        clients.append(AlfrescoClient(served.app, alfresco_checker, name))
        return clients[-1]

    yield made
    for client in clients:
        await client.close()


@pytest.fixture
async def bundled(served: Served) -> None:
    """The processes that come with the program are deployed."""
    sources = bundled_processes.read()
    await served.services.run(lambda unit: bundled_processes.deploy(unit, sources))


@pytest.fixture
async def nobody(served: Served, alfresco_checker: ResponseChecker) -> AsyncIterator[AlfrescoClient]:
    """A client without credentials."""
    client = AlfrescoClient(served.app, alfresco_checker, None)
    yield client
    await client.close()


@pytest.fixture
async def camunda(served: Served) -> AsyncIterator[CamundaClient]:
    """A client of the other dialect, on the same tasks."""
    client = CamundaClient(served.app, ResponseChecker(load_document(document_path("camunda"))))
    yield client
    await client.close()
