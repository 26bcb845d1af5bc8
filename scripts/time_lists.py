"""Prints how long a page of every list takes among 200,000 tasks, on SQLite and PostgreSQL: medians of a few askings.

Run by hand, from anywhere; takes about a minute and leaves nothing behind.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from bench import servers
from taskbridge.service.unit import Services, opened
from taskbridge.settings import Settings
from taskbridge.store.transaction import Transaction

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.conformance.many_tasks import LISTS, NUMBER, fill

_ASKED = 5


async def measured(database_url: str) -> dict[str, float]:
    """Milliseconds of each list, once the database is filled."""
    async with opened(Settings(database_url=database_url)) as services:
        await services.run(lambda unit: fill(unit.tx))
        await services.run(lambda unit: _gather_statistics(unit.tx))
        return {name: await _median(services, query) for name, query in LISTS.items()}


def _gather_statistics(tx: Transaction) -> None:
    if tx.dialect == "postgresql":  # which does it by itself after a while; SQLite never does
        tx.execute(text("ANALYZE"))


async def _median(services: Services, query: Callable[[Transaction], None]) -> float:
    taken = []
    for _ in range(_ASKED):
        begun = time.perf_counter()
        await services.run(lambda unit: query(unit.tx))
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Measure both databases and print a table."""
    with tempfile.TemporaryDirectory(prefix="tb-") as place:
        folder = Path(place)
        sqlite = asyncio.run(measured(f"sqlite:///{folder}/lists.db"))
        with servers.postgresql(folder) as (server, _):
            postgresql = asyncio.run(measured(servers.new_database(server, "lists")))
    print(f"A page of 100 and the number of all, among {NUMBER:,} tasks; milliseconds, median of {_ASKED}\n")
    print(f"{'':<48}{'SQLite':>10}{'PostgreSQL':>12}")
    for name in LISTS:
        print(f"{name:<48}{sqlite[name]:>10.1f}{postgresql[name]:>12.1f}")


if __name__ == "__main__":
    main()
