"""Fills a Taskbridge database with process instances that wait at their first task, many per transaction.

Run by ``benchmark.py`` with the interpreter of the version that will serve the database; goes through the service
layer, as the program's own commands do.
"""

import argparse
import asyncio
from functools import partial
from pathlib import Path

from taskbridge.engine.variables import Variable
from taskbridge.service import deployments, processes
from taskbridge.service.unit import Unit, opened
from taskbridge.settings import Settings

MODEL = Path(__file__).with_name("bench.bpmn")
_PER_TRANSACTION = 200


async def fill(database_url: str, instances: int) -> None:
    """Deploy the benchmark's process and start that many instances of it."""
    sources = deployments.read([(MODEL.name, MODEL.read_bytes())])
    async with opened(Settings(database_url=database_url)) as services:
        await services.run(lambda unit: deployments.deploy(unit, sources, name="bench"))
        for begun in range(0, instances, _PER_TRANSACTION):
            size = min(_PER_TRANSACTION, instances - begun)
            await services.run(partial(_start, size))


def _start(instances: int, unit: Unit) -> None:
    definition = processes.latest_definition(unit, "bench")
    for _ in range(instances):
        variables = {"orderNumber": Variable("String", "A-4711"), "amount": Variable("Integer", 150)}
        processes.start(unit, definition, variables)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--instances", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(fill(given.database_url, given.instances))


if __name__ == "__main__":
    main()
