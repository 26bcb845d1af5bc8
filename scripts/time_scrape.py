"""Times `GET /metrics` while requests go on: in this process, with every operation counted under three statuses.

Usage: time_scrape.py [DATABASE_URL]; without one, an SQLite file that is thrown away. Prints the median and the longest
of 30 scrapes, with 1,000 external tasks waiting and four clients that fetch without a pause; and the median of another
read under the same load, since a machine that is busy makes all of them wait.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import uvloop
from starlette.types import ASGIApp

from taskbridge import app
from taskbridge.settings import Settings
from taskbridge.spec import RequestCounts, operations

MODEL = Path(__file__).resolve().parent.parent / "tests" / "bpmn" / "P1.bpmn"
VENDORS = ("alfresco", "camunda", "digioffice", "taskbridge", "worldserver")
CLIENTS, TASKS, SCRAPES = 4, 1_000, 30
PAUSE = 1.05  # seconds: each scrape counts rows anew


def fill(counts: RequestCounts) -> None:
    """Count requests of every kind."""
    for vendor in VENDORS:
        for operation in operations(app.document_of(vendor)):
            for status in (200, 404, 503):
                counts.add(operation.operation_id, status, 0.01)


@contextlib.asynccontextmanager
async def loaded(served: ASGIApp) -> AsyncIterator[None]:
    """Clients that fetch tasks as fast as they can, and find none of their topic."""
    http = client(served)
    body = {"workerId": "w", "maxTasks": 5, "topics": [{"topicName": "nothing", "lockDuration": 1000}]}

    async def fetch() -> None:
        while True:
            await http.post("/engine-rest/external-task/fetchAndLock", json=body)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch()) for _ in range(CLIENTS)]
        yield
        for task in tasks:
            task.cancel()


def client(served: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url="http://127.0.0.1", transport=httpx.ASGITransport(served), timeout=60)


async def timed(http: httpx.AsyncClient, path: str) -> float:
    """Milliseconds of a request."""
    began = time.perf_counter()
    (await http.get(path)).raise_for_status()
    return (time.perf_counter() - began) * 1000


async def run(url: str) -> None:
    counts = RequestCounts()
    fill(counts)
    vars(app)["RequestCounts"] = lambda: counts
    async with app.application(Settings(database_url=url, access_log=False)) as (served, _):
        http = client(served)
        await http.post("/engine-rest/deployment/create", files={"f": ("P1.bpmn", MODEL.read_bytes())})
        for _ in range(TASKS):
            await http.post("/engine-rest/process-definition/key/P1/start", json={})
        async with loaded(served):
            scrapes, lists = [], []
            for _ in range(SCRAPES):
                await asyncio.sleep(PAUSE)
                scrapes.append(await timed(http, "/metrics"))
                lists.append(await timed(http, "/engine-rest/task/count"))
        size = len((await http.get("/metrics")).content)
    median, longest, beside = statistics.median(scrapes), max(scrapes), statistics.median(lists)
    print(f"{size} bytes: median {median:.1f} ms, longest {longest:.1f} ms; a count of tasks beside it {beside:.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/taskbridge.db"))


if __name__ == "__main__":
    main()
