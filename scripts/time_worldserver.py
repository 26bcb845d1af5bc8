"""Prints how long WorldServer's lists take over HTTP among 200,000 tasks, on SQLite and PostgreSQL: medians.

Run by hand, from anywhere; takes about a minute and leaves nothing behind.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from sqlalchemy import text

from bench import servers
from taskbridge import app
from taskbridge.clock import SystemClock
from taskbridge.service.unit import Unit
from taskbridge.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.conformance.worldserver.many_tasks import NUMBER, PROJECT, PROJECTS, fill
from tests.serving import Served
from tests.worldserver import Office

_ASKED = 5
_DEEP = "fields=id,project(id,name,targetLocale(id,name)),workflow(steps(id,name))"
REQUESTS = (
    "/tasks?fields=id",
    "/tasks?" + _DEEP,
    "/tasks",
    "/tasks?limit=300",
    f"/tasks?fields=id&offset={NUMBER - 30}",
    "/tasks?fields=id,name&sortBy=name&sortDirection=desc",
    "/tasks?fields=id,creationDate&sortBy=creationDate&sortDirection=asc",
    "/tasks?fields=id,priority&sortBy=priority&sortDirection=desc",
    f"/tasks?projectId={PROJECT + 5}",
    "/tasks?fields=id&view=ASSIGNED_OR_CLAIMED_TASKS",
    "/projects?fields=id,name",
    "/projects",
    "/projects?fields=id,tasks(id,status)",
    "/projects?fields=id,name&onlyActive=true",
    "/projectGroups",
)


async def measured(database_url: str) -> dict[str, float]:
    """Milliseconds of each request, once the database is filled."""
    settings = Settings(database_url=database_url, access_log=False)
    async with app.application(settings, SystemClock()) as (application, services):
        office = await Office(Served(application, services, services.clock)).open()  # type: ignore[arg-type]
        await services.run(lambda unit: _fill(unit, office))
        mona = await office.sign_in("mona")
        headers = {"token": mona.token or ""}
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://[::1]/ws-api/v2", headers=headers) as http:
            found = {path: await _median(http, path) for path in REQUESTS}
        await office.close()
        return found


def _fill(unit: Unit, office: Office) -> None:
    definition = unit.tx.select(text("SELECT id FROM process_definition WHERE key = 'translation'"))[0][0]
    kinds = {"kind": office.types["Web pages"], "client": office.clients["Acme"], "locale": office.locales["German"]}
    fill(unit.tx, definition, **kinds)
    if unit.tx.dialect == "postgresql":  # which does it by itself after a while; SQLite never does
        unit.tx.execute(text("ANALYZE"))


async def _median(http: httpx.AsyncClient, path: str) -> float:
    taken = []
    for _ in range(_ASKED):
        begun = time.perf_counter()
        answer = await http.get(path)
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.text
    return statistics.median(taken)


def main() -> None:
    """Measure both databases and print a table."""
    with tempfile.TemporaryDirectory(prefix="tb-") as place:
        folder = Path(place)
        sqlite = asyncio.run(measured(f"sqlite:///{folder}/lists.db"))
        with servers.postgresql(folder) as (server, _):
            postgresql = asyncio.run(measured(servers.new_database(server, "lists")))
    print(f"Whole requests among {NUMBER:,} tasks in {PROJECTS:,} projects; milliseconds, median of {_ASKED}\n")
    print(f"{'':<86}{'SQLite':>10}{'PostgreSQL':>12}")
    for path in REQUESTS:
        print(f"{path:<86}{sqlite[path]:>10.1f}{postgresql[path]:>12.1f}")


if __name__ == "__main__":
    main()
