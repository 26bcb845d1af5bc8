"""Records what the real Camunda 7 answers to the cases of `tests/dialects/camunda/modifications`.

Usage: record_modifications.py URL; URL is its engine's, such as http://127.0.0.1:8090/engine-rest. It must carry out no
jobs by itself. Everything that is deployed there is removed before each case.
"""

import asyncio
import json
import sys
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.dialects.camunda.modifications.cases import ANSWERS, Telling, cases


async def main(url: str) -> None:
    """Tell every case to an empty server, and write its answers down."""
    lines = []
    async with httpx.AsyncClient(base_url=url, timeout=60) as server:
        for case in cases():
            for deployment in (await server.get("/deployment")).json():
                await server.delete(f"/deployment/{deployment['id']}?cascade=true")
            lines.append(json.dumps([case.title, await Telling(server.request).tell(case)]) + "\n")
    ANSWERS.write_text("".join(lines))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
