"""Looks at servers after a fault: how soon every API of each serves again, whether each thread and each poll lives.

Used by the fault tests only.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import orjson

from taskbridge.dialects.alfresco.auth import TICKETS, written
from taskbridge.dialects.worldserver.auth import SESSION
from taskbridge.service import identity, tokens
from taskbridge.service.unit import Unit, opened
from taskbridge.settings import Settings
from tests.crash.client import BASE
from tests.crash.http import BrokenError, Connection, NotSentError
from tests.crash.load import Load
from tests.crash.server import TRACES, Server
from tests.passwords import hashed

USER = "root"
#: Requests at once that reach every thread of a server: it has four for PostgreSQL.
_AT_ONCE = 16
#: Seconds after which a server that does not serve is given up.
GIVEN_UP = 60.0
_AGAIN = 0.02
#: Seconds that a poll is given to arrive before what it waits for.
_SETTLED = 0.3


@dataclass(frozen=True)
class Probe:
    """A small request that needs the database."""

    path: str
    headers: Mapping[str, str]


@dataclass
class Limits:
    """How many seconds a server may need to serve again, and a poll to wake."""

    served: float = 2.0
    woken: float = 1.0


@dataclass
class Recovery:
    """What was seen after one fault; seconds. ``lines``: what the servers logged."""

    served: list[float] = field(default_factory=list)
    woken: list[float] = field(default_factory=list)
    lines: int = 0
    problems: list[str] = field(default_factory=list)
    hopeless: bool = False

    def add(self, other: "Recovery", what: str) -> None:
        """Take over what was seen after another fault, which is named."""
        self.served += other.served
        self.woken += other.woken
        self.lines += other.lines
        self.problems += [f"{what}: {problem}" for problem in other.problems]
        self.hopeless = self.hopeless or other.hopeless


async def probes(database_url: str) -> dict[str, Probe]:
    """A request for every API, with a session of a user who is made here."""

    def work(unit: Unit) -> dict[str, str]:
        identity.add_user(unit, USER, hashed("Sesame-1"), admin=True)
        return {kind: tokens.issue(unit, kind, USER, None) for kind in (TICKETS, SESSION, tokens.API_KEYS)}

    async with opened(Settings(database_url=database_url)) as services:
        issued = await services.run(work)
    processes = "/alfresco/api/-default-/public/workflow/versions/1/process-definitions"
    return {
        "Camunda": Probe(f"{BASE}/process-instance/count", {}),
        "Alfresco": Probe(f"{processes}?alf_ticket={written(issued[TICKETS])}&maxItems=1", {}),
        "WorldServer": Probe("/ws-api/v2/locales?limit=1", {"token": issued[SESSION]}),
        "DigiOffice": Probe(
            "/api/workflowtasks?Take=1",
            {"Authorization": f"Bearer {issued[tokens.API_KEYS]}", "Accept": "application/json"},
        ),
    }


async def look(
    servers: Sequence[Server], load: Load, asked: Mapping[str, Probe], since: float, limits: Limits | None
) -> Recovery:
    """Look at every server. ``since``: when the database served again. Without limits it is not asked how soon."""
    found = Recovery()
    times = await asyncio.gather(*(_served(server, name, asked[name], since) for server in servers for name in asked))
    for who, name, seconds in (each for each in times if each[2] is None or limits is not None):
        if seconds is None:
            found.problems.append(f"{who}: {name} did not serve within {GIVEN_UP:.0f} s")
            found.hopeless = True
        else:
            found.served.append(seconds)
            if limits is not None and seconds > limits.served:
                found.problems.append(f"{who}: {name} served after {seconds:.2f} s only")
    if not found.hopeless:
        found.problems += [each for some in await asyncio.gather(*map(_threads, servers)) for each in some]
        for here, there in permutations(servers, 2):
            await _wakes(found, load, here, there, since, limits)
    for server in servers:
        _read_log(server, found)
    return found


async def _served(server: Server, name: str, probe: Probe, since: float) -> tuple[str, str, float | None]:
    """How long after that moment an API answers as it should; None when it does not."""
    connection = Connection(server.port)
    try:
        while (left := since + GIVEN_UP - time.monotonic()) > 0:
            try:
                status, _ = await connection.send("GET", probe.path, headers=probe.headers, patience=left)
                if status == 200:
                    return server.name, name, time.monotonic() - since
            except (NotSentError, BrokenError):
                pass
            await asyncio.sleep(_AGAIN)
    finally:
        connection.close()
    return server.name, name, None


async def _threads(server: Server) -> list[str]:
    """Send more requests at once than there are threads; each is answered."""
    path = f"{BASE}/process-instance/count"

    async def ask() -> str | None:
        connection = Connection(server.port)
        try:
            status, told = await connection.send("GET", path, patience=GIVEN_UP)
        except (NotSentError, BrokenError) as error:
            return f"{server.name}: one of {_AT_ONCE} requests at once was not answered: {error}"
        finally:
            connection.close()
        return None if status == 200 else f"{server.name}: one of {_AT_ONCE} requests at once: {status} {told}"

    return [each for each in await asyncio.gather(*(ask() for _ in range(_AT_ONCE))) if each is not None]


async def _wakes(found: Recovery, load: Load, here: Server, there: Server, since: float, limits: Limits | None) -> None:
    """A poll that waits at one server gets at once what is started at the other."""
    topic = load.token("wake")
    with load.person(f"{topic} here", [here.port]) as starter, load.person(f"{topic} there", [there.port]) as waiter:
        poll = asyncio.create_task(waiter.fetch([topic], poll_ms=int(GIVEN_UP * 1000)))
        await asyncio.sleep(_SETTLED)
        variables = {"topic": {"type": "String", "value": topic}}
        while not (started := await starter.start("OneTask", variables, frozenset({"only"}))).told:
            if time.monotonic() > since + GIVEN_UP:
                break
        tasks = await poll
        late = time.monotonic() - started.answered
        for task in tasks:
            await waiter.complete(waiter.worker, task["id"], "/external-task/{}/complete", "only")
    found.woken.append(late)
    if not tasks:
        found.problems.append(f"{there.name}: a poll did not see what was started at {here.name}")
    elif limits is not None and late > limits.woken and started.answered + late > since + limits.served:
        found.problems.append(f"{there.name}: a poll woke {late:.2f} s after the start at {here.name}")


def _read_log(server: Server, found: Recovery) -> None:
    lines = server.new_lines()
    found.lines += len(lines)
    traces = [line for line in lines if any(trace in line for trace in TRACES)]
    if traces:
        found.problems.append(f"{server.name}: {len(traces)} exceptions in its log, the first: {_shown(traces[0])}")


def _shown(line: bytes) -> str:
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError:
        return line.decode(errors="replace")[:200]
    return f"{told.get('message')} … {str(told.get('traceback'))[-300:]}"
