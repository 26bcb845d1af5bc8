"""One crash test from start to end: load, kill, start again, so many times; then let all work end, and audit.

Called by the test and by ``python -m tests.crash``.
"""

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path

from tests.checked_http import checked_async
from tests.crash import audit
from tests.crash.load import Ledger, Load
from tests.crash.server import Server, serving

MODEL = Path(__file__).with_name("three_steps.bpmn")
WORKERS = 8
STARTERS = 4
_LIVES = (0.1, 0.6)


@dataclass(frozen=True)
class Outcome:
    """What happened, in numbers, and what was wrong."""

    kills: int
    instances: int
    completed: int
    broken_requests: int
    problems: list[str]

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.broken_requests} requests cut off; {self.instances} instances ended, "
            f"{self.completed} completions acknowledged; {len(self.problems)} problems"
        )


async def run(database_url: str, log: Path, *, kills: int, seed: int) -> Outcome:
    """Kill a server on this database so many times; ``seed`` decides when."""
    moments = random.Random(seed)
    ledger = Ledger()
    async with serving(database_url, log) as server:
        await _deploy(server)
        load = Load(server.port, ledger)
        async with asyncio.TaskGroup() as group:
            starters = [group.create_task(load.start_instances()) for _ in range(STARTERS)]
            for number in range(WORKERS):
                group.create_task(load.work(f"worker{number}"))
            load.up.set()
            for _ in range(kills):
                await asyncio.sleep(moments.uniform(*_LIVES))
                load.up.clear()
                await server.kill()
                await server.start()
                load.up.set()
            for starter in starters:
                starter.cancel()
            load.draining = True
        await server.stop()
    stored = audit.read(database_url)
    found = audit.problems(stored, ledger)
    return Outcome(kills, len(stored.instances), len(ledger.completed), ledger.broken_requests, found)


async def _deploy(server: Server) -> None:
    async with checked_async(trust_env=False) as client:
        files = {"model": (MODEL.name, MODEL.read_bytes())}
        response = await client.post(
            f"http://127.0.0.1:{server.port}/engine-rest/deployment/create",
            data={"deployment-name": "crash test"},
            files=files,
        )
        response.raise_for_status()
