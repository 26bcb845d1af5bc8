"""The faults: what is done to servers and to their database, and undone again. A table of them by name.

Each returns when the database accepts connections again; how it comes back is part of it.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.crash import stored
from tests.crash.cluster import DATABASE, PATIENCE, Cluster
from tests.crash.server import Server


@dataclass
class System:
    """What faults happen to: servers, and the PostgreSQL cluster below them, or a file."""

    url: str
    servers: Sequence[Server]
    cluster: Cluster | None
    choice: random.Random
    damage: list[str] = field(default_factory=list)

    @property
    def postgresql(self) -> Cluster:
        """The cluster, where there is one."""
        assert self.cluster is not None
        return self.cluster


Strike = Callable[[System, float], Awaitable[None]]


class Fault(NamedTuple):
    """What to do, and for how many seconds it lasts."""

    name: str
    seconds: float


async def kill_server(system: System, seconds: float) -> None:
    """Kill one server, and start it again a little later. A file that it leaves behind must be whole."""
    server = system.choice.choice(system.servers)
    await server.kill()
    if system.cluster is None:
        system.damage += await asyncio.to_thread(stored.damage_after_kill, system.url)
    await asyncio.sleep(seconds)
    await server.start()


async def kill_backend(system: System, seconds: float) -> None:
    """Kill a process of PostgreSQL that serves a client. It recovers by itself."""
    await asyncio.to_thread(system.postgresql.primary.kill_backend, DATABASE)
    await _serving(system.postgresql)


async def kill_cluster(system: System, seconds: float) -> None:
    """Kill all processes of the primary, and start it again."""
    await asyncio.to_thread(system.postgresql.primary.kill)
    await _start_again(system.postgresql, seconds)


async def kill_postmaster(system: System, seconds: float) -> None:
    """Kill the first process of the primary; the others end by themselves."""
    await asyncio.to_thread(system.postgresql.primary.kill_first)
    await _start_again(system.postgresql, seconds)


async def stop_fast(system: System, seconds: float) -> None:
    """Stop the primary in order, transactions rolled back."""
    await asyncio.to_thread(system.postgresql.primary.stop, "fast")
    await _start_again(system.postgresql, seconds)


async def stop_immediately(system: System, seconds: float) -> None:
    """Stop the primary as if the power failed."""
    await asyncio.to_thread(system.postgresql.primary.stop, "immediate")
    await _start_again(system.postgresql, seconds)


async def hang(system: System, seconds: float) -> None:
    """Freeze all processes of the primary: connections stay open, and nothing is answered."""
    primary = system.postgresql.primary
    await asyncio.to_thread(primary.freeze)
    try:
        await asyncio.sleep(seconds)
    finally:
        await asyncio.to_thread(primary.thaw)
    await _serving(system.postgresql)


async def promote(system: System, seconds: float) -> None:
    """Kill the primary for good; its synchronous standby takes its place."""
    cluster = system.postgresql
    await asyncio.to_thread(cluster.primary.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(cluster.promote)
    await _serving(cluster)


async def repair(system: System) -> None:
    """After a promotion: what was the primary becomes the standby."""
    await asyncio.to_thread(system.postgresql.follow)


OUTAGES: dict[str, Strike] = {
    "stop immediate": stop_immediately,
    "stop fast": stop_fast,
    "kill postmaster": kill_postmaster,
    "kill cluster": kill_cluster,
}
STRIKES: dict[str, Strike] = {
    **OUTAGES,
    "kill server": kill_server,
    "kill backend": kill_backend,
    "hang": hang,
    "promotion": promote,
}
#: Faults that end servers: how soon they serve again is the time that a start takes.
UNTIMED = {"kill server"}


async def _start_again(cluster: Cluster, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await asyncio.to_thread(cluster.primary.start_after_kill)
    await _serving(cluster)


async def _serving(cluster: Cluster) -> None:
    deadline = time.monotonic() + PATIENCE
    while not await asyncio.to_thread(cluster.serves):
        if time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL does not serve")
        await asyncio.sleep(0.01)
