"""Records how the real Camunda 7 plans, checks and carries out the migrations of `tests/dialects/camunda/migrations`.

Usage: record_migrations.py URL; URL is its engine's, such as http://127.0.0.1:8090/engine-rest. It must carry out no
jobs by itself. Everything that is deployed there is removed first.
"""

import asyncio
import json
import sys
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.dialects.camunda.migrations import cases, plans
from tests.dialects.camunda.migrations.telling import Server, Telling, proposed, reported


async def main(url: str) -> None:
    """Carry out every migration, and write down what the server says."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        for deployment in (await client.get("/deployment")).json():
            await client.delete(f"/deployment/{deployment['id']}?cascade=true")
        server = Server(client.request)
        lines = []
        for migration in cases.MIGRATIONS:
            lines.append([migration.title, await Telling(server, migration).tell()])
        cases.RECORDED.write_text("".join(json.dumps(line) + "\n" for line in lines))
        lines = []
        for source, target in plans.PAIRS:
            both = [await proposed(server, source, target, update=update) for update in (False, True)]
            lines.append([source, target, *both])
        plans.PROPOSED.write_text("".join(json.dumps(line) + "\n" for line in lines))
        lines = [[*one, await reported(server, *one)] for one in plans.CHECKED]
        plans.REPORTED.write_text("".join(json.dumps(line) + "\n" for line in lines))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
