"""Looks at servers during and after a fault: how soon they answer and serve, whether each thread and each poll lives.

Used by the fault tests only.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import orjson

from taskbridge.settings import Settings
from tests.crash import probes
from tests.crash.cluster import Cluster
from tests.crash.load import Load
from tests.crash.probes import GIVEN_UP, Probe, Seen
from tests.crash.server import TRACES, Server

#: Seconds of an outage before the servers are asked how they answer.
_AWAY = 0.3
#: Seconds that a poll is given to arrive before what it waits for.
_SETTLED = 0.3
#: Seconds that all threads of a server may take to wait for a lock; the store gives a lock up after ten.
_BLOCKED = 7.0
_TRIES = 5
#: Lines that a server may log for a fault, and for every second of it: an outage is not a line per request.
_LINES, _LINES_A_SECOND = 20, 4


@dataclass(frozen=True)
class Limits:
    """How many seconds a server may need to answer during an outage, to serve again, and a poll to wake.

    ``usually_woken``: the median of a campaign. Servers look for themselves every second, and must not need that.
    """

    answered: float = 10.0
    served: float = 2.0
    woken: float = 1.0
    usually_woken: float = 0.2


@dataclass
class Recovery:
    """What was seen; seconds. ``hopeless``: a server does not serve any more."""

    answered: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    woken: list[float] = field(default_factory=list)
    lines: int = 0
    problems: list[str] = field(default_factory=list)
    hopeless: bool = False

    def add(self, other: "Recovery", what: str) -> None:
        """Take over what was seen of one fault, which is named."""
        self.answered += other.answered
        self.served += other.served
        self.woken += other.woken
        self.lines += other.lines
        self.problems += [f"{what}: {problem}" for problem in other.problems]
        self.hopeless = self.hopeless or other.hopeless


@dataclass(frozen=True)
class Observer:
    """Looks at the servers of a campaign."""

    servers: Sequence[Server]
    load: Load
    asked: Sequence[Probe]
    limits: Limits
    cluster: Cluster | None

    async def during(self, strike: Awaitable[None], *, timed: bool) -> Recovery:
        """Look at all servers while something happens to them, and after it.

        Not ``timed``: it is a start of a server that takes the time.
        """
        found, begun = Recovery(), time.monotonic()
        asking = asyncio.create_task(self._ask_while_away(found, timed=timed))
        await strike
        since = time.monotonic()
        for seen in await probes.served(self.servers, self.asked, since):
            self._note(found, seen, since, timed=timed)
        await asking
        if not found.hopeless:
            if self.cluster is not None:
                for server in self.servers:
                    found.problems += await self._count_threads(server, self.cluster)
            for here, there in permutations(self.servers, 2):
                await self._wake(found, here, there, since)
        for server in self.servers:
            _read_log(server, time.monotonic() - begun, found)
        return found

    async def _ask_while_away(self, found: Recovery, *, timed: bool) -> None:
        if not timed:
            return
        await asyncio.sleep(_AWAY)
        for seen in await probes.answered(self.servers, self.asked):
            if seen.seconds is None or seen.seconds > self.limits.answered:
                found.problems.append(f"{seen.who} answered after {seen.seconds or GIVEN_UP:.1f} s during the outage")
            if seen.seconds is not None:
                found.answered.append(seen.seconds)

    def _note(self, found: Recovery, seen: Seen, since: float, *, timed: bool) -> None:
        if seen.seconds is None:
            found.problems.append(f"{seen.who} did not serve within {time.monotonic() - since:.0f} s")
            found.hopeless = True
        elif timed:
            found.served.append(seen.seconds)
            if seen.seconds > self.limits.served:
                found.problems.append(f"{seen.who} served after {seen.seconds:.2f} s")

    async def _count_threads(self, server: Server, cluster: Cluster) -> list[str]:
        """Let all threads of a server wait for one lock in the database: as many must wait there as it has threads."""
        expected, most = Settings().database_threads, 0
        for _ in range(_TRIES):
            async with asyncio.TaskGroup() as group:
                with cluster.locked(self.load.registers[0]):
                    for number in range(expected):
                        group.create_task(self._write(server, number))
                    until = time.monotonic() + _BLOCKED
                    while most < expected and time.monotonic() < until:
                        most = max(most, await asyncio.to_thread(cluster.waiting, server.label))
                        await asyncio.sleep(0.02)
            if most >= expected:
                return []
        return [f"{server.name}: {most} of {expected} threads work"]

    async def _write(self, server: Server, number: int) -> None:
        with self.load.actor(self.load.token(f"thread{number}"), [server.port]) as actor:
            await actor.write(self.load.registers[0])

    async def _wake(self, found: Recovery, here: Server, there: Server, since: float) -> None:
        """A poll that waits at one server gets at once what is started at the other."""
        topic, load = self.load.token("wake"), self.load
        with (
            load.actor(f"{topic} here", [here.port]) as starter,
            load.actor(f"{topic} there", [there.port]) as waiter,
        ):
            poll = asyncio.create_task(waiter.fetch([topic], poll_ms=int(GIVEN_UP * 1000)))
            await asyncio.sleep(_SETTLED)
            started = await starter.start_one_task(topic)
            tasks = await poll
            late = time.monotonic() - started.answered
            for task in tasks:
                await waiter.complete(waiter.worker, task["id"], "/external-task/{}/complete", "only")
        found.woken.append(late)
        if not tasks:
            found.problems.append(f"{there.name}: a poll did not see what was started at {here.name} ({started})")
        elif late > self.limits.woken and started.answered + late > since + self.limits.served:
            found.problems.append(f"{there.name}: a poll woke {late:.2f} s after the start at {here.name}")


def _read_log(server: Server, seconds: float, found: Recovery) -> None:
    lines = server.new_lines()
    found.lines += len(lines)
    if len(lines) > _LINES + _LINES_A_SECOND * seconds:
        found.problems.append(
            f"{server.name}: {len(lines)} lines in its log in {seconds:.0f} s, the last: {lines[-1]!r}"
        )
    traces = [line for line in lines if any(trace in line for trace in TRACES)]
    if traces:
        found.problems.append(f"{server.name}: {len(traces)} exceptions in its log, the first: {_shown(traces[0])}")


def _shown(line: bytes) -> str:
    with contextlib.suppress(orjson.JSONDecodeError):
        event = orjson.loads(line)
        return f"{event.get('message')} … {str(event.get('traceback'))[-300:]}"
    return line.decode(errors="replace")[:200]
