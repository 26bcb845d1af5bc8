"""The server that the random operations are done to: the whole application in this process, on one database.

Many examples share it, because it takes long to build; each has topics of its own and so sees its own tasks only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.settings import Settings
from tests.client import HOST, CamundaClient

MODEL = Path(__file__).with_name("everything.bpmn")
Request = tuple[str, str, object]


@dataclass
class World:
    """Requests to the server, one after the other or several at once."""

    portal: BlockingPortal
    client: CamundaClient
    clock: ManualClock
    examples: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(self, method: str, path: str, json: object = None) -> httpx.Response:
        """Send one request."""
        return self.together((method, path, json))[0]

    def read(self, method: str, path: str, json: object = None) -> Any:  # noqa: ANN401 - JSON
        """The JSON of an answer that must be a success."""
        response = self.ask(method, path, json)
        assert response.status_code == 200, response.text
        return response.json()

    def together(self, *requests: Request) -> list[httpx.Response]:
        """Send requests at the same moment."""
        return self.portal.call(self._send, requests)

    async def _send(self, requests: tuple[Request, ...]) -> list[httpx.Response]:
        answers: dict[int, httpx.Response] = {}

        async def send(number: int, method: str, path: str, json: object) -> None:
            body = {} if json is None else {"json": json}
            answers[number] = await self.client.request(method, path, **body)  # type: ignore[arg-type]

        async with anyio.create_task_group() as group:
            for number, request in enumerate(requests):
                group.start_soon(partial(send, number, *request))
        return [answers[number] for number in range(len(requests))]


@contextmanager
def world_on(database_url: str, clock: ManualClock) -> Iterator[World]:
    """The application on a database, with the process deployed."""
    settings = Settings(database_url=database_url, access_log=False, allowed_hosts=(HOST,))
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(application(settings, clock)) as (app, _),
    ):
        client = CamundaClient(app)
        portal.call(client.deploy, (MODEL.name, MODEL.read_bytes()))
        yield World(portal, client, clock)
        portal.call(client.close)
