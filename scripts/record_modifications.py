"""Records what the real Camunda 7 answers to the cases of `tests/dialects/camunda/modifications`.

Usage: record_modifications.py URL [TITLE...]; URL is its engine's, such as http://127.0.0.1:8090/engine-rest. It must
carry out no jobs by itself. Everything that is deployed there is removed before each case. With titles only the cases
are told that have one of them, or have no answers yet.
"""

import asyncio
import json
import sys
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.dialects.camunda.modifications.cases import ANSWERS, Telling, cases, recorded


async def main(url: str, titles: list[str]) -> None:
    """Tell cases to an empty server, and write its answers down."""
    answers = recorded() if titles else {}
    async with httpx.AsyncClient(base_url=url, timeout=60) as server:
        for case in cases():
            if case.title in answers and case.title not in titles:
                continue
            for deployment in (await server.get("/deployment")).json():
                await server.delete(f"/deployment/{deployment['id']}?cascade=true")
            answers[case.title] = await Telling(server.request).tell(case)
    ANSWERS.write_text("".join(json.dumps([case.title, answers[case.title]]) + "\n" for case in cases()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
