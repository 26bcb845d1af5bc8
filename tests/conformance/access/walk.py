"""The walk: every operation of a document, asked by each caller for a thing of the owner's."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

from taskbridge.app import application, document_of
from taskbridge.clock import ManualClock
from taskbridge.dialects.alfresco import dialect as alfresco_dialect
from taskbridge.dialects.camunda import dialect as camunda_dialect
from taskbridge.dialects.digioffice import dialect as digioffice_dialect
from taskbridge.dialects.worldserver import dialect as worldserver_dialect
from taskbridge.dialects.worldserver.auth import LIFETIME, SESSION
from taskbridge.service import tokens
from taskbridge.service.access import Policy
from taskbridge.service.unit import Services
from taskbridge.settings import Auth, Settings
from taskbridge.spec.document import Operation, operations
from tests.alfresco import WORKFLOW, AlfrescoClient
from tests.client import BASE, HOST, CamundaClient, Client
from tests.conformance.access import alfresco, camunda, digioffice, worldserver
from tests.conformance.access.asking import Answered, Ask, found_in
from tests.conformance.access.world import Caller, Things, deploy, furnish, made
from tests.digioffice import DigiOfficeClient
from tests.worldserver import WorldServerClient

#: API -> how its operations are asked, and the policy that its dialect has chosen.
APIS: Mapping[str, tuple[ModuleType, Policy]] = {
    "alfresco": (alfresco, alfresco_dialect.AlfrescoDialect.policy),
    "camunda": (camunda, camunda_dialect.CamundaDialect.policy),
    "digioffice": (digioffice, digioffice_dialect.DigiOfficeDialect.policy),
    "worldserver": (worldserver, worldserver_dialect.WorldServerDialect.policy),
}
#: Home networks of the owner: a named one, in which everything is asked, and the default one.
HOMES = ("home", None)


class World(NamedTuple):
    """A running application with the people, and the home network of the owner."""

    app: Any
    services: Services
    home: str | None


def documented(api: str) -> dict[str, Operation]:
    """The operations of an API's document, by their ids without the name of the API."""
    return {one.operation_id.removeprefix(f"{api}_"): one for one in operations(document_of(api))}


def concerns(api: str, ask: Ask, of: World) -> bool:
    """Whether something is to be asked in a world: everything is in that of a named network on SQLite.

    In the default network what belongs to none is everybody's; to Camunda neither network nor database make a
    difference; and of what changes things, one network tells enough.
    """
    if of.home is None:
        return api != "camunda" and not ask.changes and ask.about not in ("definition", "deployment")
    return api != "camunda" or not ask.changes or of.services.database.dialect == "sqlite"


def asks(api: str, name: str) -> tuple[Ask, ...]:
    """How an operation is asked; KeyError for one that the walk does not know."""
    module, _ = APIS[api]
    if api == "camunda":
        operation = documented(api)[name]
        return (camunda.ask(name, operation.path, operation.method),)
    found: tuple[Ask, ...] = module.ASKS[name]
    return found


@dataclass
class Walk:
    """A running application with the people and things of an API's walk."""

    api: str
    world: World
    clients: Mapping[Caller, Client]
    _shared: dict[tuple[bool, object], Things]

    async def answer(self, operation: Operation, ask: Ask, caller: Caller) -> Answered:
        """What a caller gets for a thing of the owner's; where it is changed, for one that nobody else asks for."""
        things = await self._things(ask, lasting=not ask.changes)
        template = operation.paths[0][0]
        values = {**APIS[self.api][0].path(things), **(ask.path or {})}
        if self.api == "camunda":
            values |= {"id": camunda.KINDS[_beginning(operation.path)][1](things), "tenantId": self.world.home}
            if "/key/" in operation.path and "tenantId" not in operation.path:
                values["key"] = "work"
        path = template.format(**{name: str(value) for name, value in values.items()})
        if self.api == "digioffice":
            path = (operation.base_paths or ("/api",))[0].rstrip("/") + path
        elif self.api == "alfresco":
            path = path.removeprefix(WORKFLOW)
        query = f"?{ask.query(things)}" if ask.query else ""
        more: dict[str, Any] = {} if ask.body is None else {"json": ask.body(things)}
        if ask.files is not None:
            more["files"] = ask.files
        response = await self.clients[caller].request(operation.method, path + query, **more)
        if ask.lists is None or response.status_code != 200:
            return Answered(response.status_code)
        return Answered(200, found_in(response.json(), ask.lists(things)))

    async def _things(self, ask: Ask, *, lasting: bool) -> Things:
        services, home = self.world.services, self.world.home
        in_project = ask.about in ("project task", "project", "job", "file")
        key = (in_project, ask.need)
        if lasting and key in self._shared:
            return self._shared[key]
        if ask.about in ("definition", "deployment"):  # others may have been removed
            self._shared.clear()
            await services.run(lambda unit: deploy(unit, home))
        found = await services.run(lambda unit: made(unit, home, in_project=in_project, need=ask.need))
        if lasting:
            self._shared[key] = found
        return found


def _beginning(template: str) -> str:
    return next(one for one in sorted(camunda.KINDS, key=len, reverse=True) if template.startswith(one))


@asynccontextmanager
async def world(home: str | None, database_url: str) -> AsyncIterator[World]:
    """A running application, furnished for an owner of that network."""
    settings = Settings(
        database_url=database_url,
        camunda_auth=Auth.BASIC,
        allowed_hosts=(HOST,),
        access_log=False,
        bundled=False,
        docs=False,
    )
    async with application(settings, ManualClock()) as (app, services):
        await furnish(services, home)
        yield World(app, services, home)


@asynccontextmanager
async def walking(api: str, of: World) -> AsyncIterator[Walk]:
    """A walk in a world, with a client of the API for each caller."""
    clients = {one: await _client(api, one, of.app, of.services) for one in Caller}
    yield Walk(api, of, clients, {})
    for client in clients.values():
        await client.close()


async def _client(api: str, caller: Caller, app: Any, services: Services) -> Client:  # noqa: ANN401 - an ASGI application
    if api == "alfresco":
        return AlfrescoClient(app, caller)
    if api == "worldserver":
        token = await services.run(lambda unit: tokens.issue(unit, SESSION, caller, LIFETIME))
        return WorldServerClient(app, token)
    basic = {"Authorization": "Basic " + base64.b64encode(f"{caller}:{caller}".encode()).decode()}
    return DigiOfficeClient(app, basic) if api == "digioffice" else _Signed(app, basic)


class _Signed(CamundaClient):
    """A client of Camunda that signs in."""

    def __init__(self, app: Any, headers: Mapping[str, str]) -> None:  # noqa: ANN401 - an ASGI application
        Client.__init__(self, app, BASE, headers=headers)
