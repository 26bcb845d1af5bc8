"""Small requests that need the database, one for every API: how soon is each answered, and when does it serve again?

Used by the fault tests only.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from taskbridge.dialects.alfresco.auth import TICKETS, written
from taskbridge.dialects.worldserver.auth import SESSION
from taskbridge.service import identity, tokens
from taskbridge.service.unit import Unit, opened
from taskbridge.settings import Settings
from tests.crash.client import BASE
from tests.crash.http import BrokenError, Connection, NotSentError
from tests.crash.server import Server
from tests.passwords import hashed

#: Seconds after which a server that does not serve is given up.
GIVEN_UP = 60.0
_USER = "root"
_AGAIN = 0.02


@dataclass(frozen=True)
class Probe:
    """A request to one API."""

    api: str
    path: str
    headers: Mapping[str, str]


async def probes(database_url: str) -> list[Probe]:
    """One for every API, with a session of a user who is made here."""

    def work(unit: Unit) -> dict[str, str]:
        identity.add_user(unit, _USER, hashed("Sesame-1"), admin=True)
        return {kind: tokens.issue(unit, kind, _USER, None) for kind in (TICKETS, SESSION, tokens.API_KEYS)}

    async with opened(Settings(database_url=database_url)) as services:
        issued = await services.run(work)
    alfresco = "/alfresco/api/-default-/public/workflow/versions/1/process-definitions?maxItems=1&alf_ticket="
    key = {"Authorization": f"Bearer {issued[tokens.API_KEYS]}", "Accept": "application/json"}
    return [
        Probe("Camunda", f"{BASE}/process-instance/count", {}),
        Probe("Alfresco", alfresco + written(issued[TICKETS]), {}),
        Probe("WorldServer", "/ws-api/v2/locales?limit=1", {"token": issued[SESSION]}),
        Probe("DigiOffice", "/api/workflowtasks?Take=1", key),
    ]


@dataclass(frozen=True)
class Seen:
    """How many seconds a server needed; None when it was given up."""

    who: str
    seconds: float | None


async def served(servers: Iterable[Server], asked: Iterable[Probe], since: float) -> list[Seen]:
    """How long after that moment each API of each server does what it is asked for."""
    pairs = [(server, probe) for server in servers for probe in asked]
    return await asyncio.gather(*(_served(server, probe, since) for server, probe in pairs))


async def answered(servers: Iterable[Server], asked: Iterable[Probe]) -> list[Seen]:
    """How long each API of each server takes to answer anything, while its database is away."""
    pairs = [(server, probe) for server in servers for probe in asked]
    return await asyncio.gather(*(_answered(server, probe) for server, probe in pairs))


async def _served(server: Server, probe: Probe, since: float) -> Seen:
    connection = Connection(server.port)
    try:
        while (left := since + GIVEN_UP - time.monotonic()) > 0:
            try:
                status, _ = await connection.send("GET", probe.path, headers=probe.headers, patience=left)
                if status == 200:
                    return Seen(f"{server.name}: {probe.api}", time.monotonic() - since)
            except (NotSentError, BrokenError):
                pass
            await asyncio.sleep(_AGAIN)
    finally:
        connection.close()
    return Seen(f"{server.name}: {probe.api}", None)


async def _answered(server: Server, probe: Probe) -> Seen:
    connection, since = Connection(server.port), time.monotonic()
    try:
        await connection.send("GET", probe.path, headers=probe.headers, patience=GIVEN_UP)
    except (NotSentError, BrokenError):
        return Seen(f"{server.name}: {probe.api}", None)
    finally:
        connection.close()
    return Seen(f"{server.name}: {probe.api}", time.monotonic() - since)
