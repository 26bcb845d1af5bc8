"""A node that does nothing but carry out jobs, until it is killed: ``python -m tests.crash.job_node URL``."""

import asyncio
import sys

from taskbridge.service.background import repeating
from taskbridge.service.job_runner import Runner
from taskbridge.service.unit import opened
from taskbridge.settings import Settings


async def run(database_url: str) -> None:
    """Carry out jobs for ever."""
    async with (
        opened(Settings(database_url=database_url)) as services,
        repeating("the job runner", services.clock, Runner(services).run_and_wait),
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
