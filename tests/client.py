"""A client for tests: talks to the application in this process, and holds every answer against the OpenAPI document.

Used by tests only. `Client` is an httpx client on one base path of any dialect, `CamundaClient` one that knows what is
done most; `LeavingCaller` is a caller that hangs up.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
from starlette.types import ASGIApp, Message, Scope

from taskbridge.service.job_failures import PAUSE
from taskbridge.service.job_handlers import WORK
from taskbridge.service.unit import Services
from taskbridge.store.due_jobs import look
from tests import answers, patience
from tests.checked_http import answer_problems

BASE = "/engine-rest"
NAMED_BASE = "/engine-rest/engine/default"
JSON = "application/json"
#: The name under which clients of tests call the application.
HOST = "taskbridge.test"
_NOTHING: Any = object()
_ERROR_KEYS = {"type", "message", "code"}


class Client:
    """Requests to one dialect. Every answer must be one that the document announces.

    ``headers`` are sent with every request, from ``address``. ``common_problems`` is what all answers of the dialect
    have in common.
    """

    def __init__(
        self, app: ASGIApp, base: str, *, headers: Mapping[str, str] | None = None, address: str = "127.0.0.1"
    ) -> None:
        self.app = app
        self.base = base
        self._headers = dict(headers or {})
        transport = httpx.ASGITransport(app, client=(address, 50000))
        self._http = httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}")

    async def close(self) -> None:
        """Give the connection up."""
        await self._http.aclose()

    async def request(
        self,
        method: str,
        path: str,
        json: object = _NOTHING,
        *,
        content: bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        files: list[tuple[str, tuple[str | None, bytes]]] | None = None,
        documented: bool = True,
    ) -> httpx.Response:
        """Send a request; ``json`` is any JSON value, None included. The document may lack it only when told."""
        sent = self._headers | dict(headers or {})
        if json is not _NOTHING:
            content = orjson.dumps(json)
            sent.setdefault("Content-Type", JSON)
        response = await self._http.request(method, self.base + path, content=content, headers=sent, files=files)
        self._check(response, documented=documented)
        return response

    async def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        """GET a path."""
        return await self.request("GET", path, **more)

    async def post(self, path: str, json: object = _NOTHING, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        """POST a JSON value."""
        return await self.request("POST", path, json, **more)

    async def put(self, path: str, json: object = _NOTHING, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        """PUT a JSON value."""
        return await self.request("PUT", path, json, **more)

    async def delete(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        """DELETE a path."""
        return await self.request("DELETE", path, **more)

    def common_problems(self, method: str, response: httpx.Response) -> list[str]:
        """What is wrong with an answer whatever the operation; to be told by the dialect's own client."""
        return []

    def _check(self, response: httpx.Response, *, documented: bool) -> None:
        request = response.request
        told = f"{request.method} {request.url.raw_path.decode()} -> {response.status_code} {response.text[:500]}"
        problems = self.common_problems(request.method, response)
        if documented:
            problems += answer_problems(response)
        assert not problems, f"{told}: {problems}"


class CamundaClient(Client):
    """Requests to the Camunda dialect."""

    def __init__(self, app: ASGIApp, base: str = BASE) -> None:
        super().__init__(app, base)

    def at(self, base: str) -> "CamundaClient":
        """The same client on another base path."""
        return CamundaClient(self.app, base)

    def common_problems(self, method: str, response: httpx.Response) -> list[str]:
        """What every answer of a Camunda server has in common (contract 0.2, 0.3)."""
        return common_problems(method, response)

    async def deploy(self, *files: tuple[str, bytes], name: str = "tests") -> Any:  # noqa: ANN401 - JSON
        """Deploy files (name and content); the deployment as the server tells it."""
        parts: list[tuple[str, tuple[str | None, bytes]]] = [("deployment-name", (None, name.encode()))]
        parts += [(f"file-{number}", file) for number, file in enumerate(files)]
        response = await self.request("POST", "/deployment/create", files=parts)
        assert response.status_code == 200, response.text
        return response.json()

    async def start(self, key: str, body: object = None) -> str:
        """Start an instance of the latest definition of a key; its id."""
        response = await self.post(f"/process-definition/key/{key}/start", body or {})
        assert response.status_code == 200, response.text
        instance: str = response.json()["id"]
        return instance

    async def fetch(self, worker: str = "w", **more: object) -> list[Any]:
        """Fetch and lock tasks: five at most of topic T for ten seconds, unless told otherwise."""
        response = await self.post("/external-task/fetchAndLock", fetch_body(workerId=worker, **more))
        assert response.status_code == 200, response.text
        tasks: list[Any] = response.json()
        return tasks


def fetch_body(**changes: object) -> dict[str, object]:
    """A fetch of topic T by worker w: five tasks at most, for ten seconds; with changes."""
    body: dict[str, object] = {"workerId": "w", "maxTasks": 5, "topics": [{"topicName": "T", "lockDuration": 10_000}]}
    return body | changes


def common_problems(method: str, response: httpx.Response) -> list[str]:
    """What every answer of a Camunda server has in common (contract 0.2, 0.3)."""
    kind = response.headers.get("content-type")
    problems = []
    if response.status_code == 204 and (response.content or kind):
        problems.append("204 has a body or a content type")
    if kind is not None and kind.startswith(JSON) and kind != JSON:
        problems.append(f"content type {kind} is not exactly {JSON}")
    path = response.request.url.path
    if method == "GET" and not path.endswith("xml") and response.headers.get("cache-control") != "no-cache":
        problems.append("a GET answer may be cached")
    if response.status_code >= 400 and response.status_code != 401 and method != "HEAD":
        if kind != JSON:
            problems.append(f"an error of content type {kind}")
        elif not set(response.json()) >= _ERROR_KEYS:
            problems.append("an error without type, message, code")
    return problems


@dataclass
class LeavingCaller:
    """A caller on the bare ASGI interface who hangs up when told to; ``sent`` is what the application answered."""

    body: bytes
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    sent: list[Message] = field(default_factory=list)
    _asked: bool = False

    async def receive(self) -> Message:
        """The whole body first; then nothing until the caller has gone."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Keep what the application sends."""
        self.sent.append(message)

    async def post(self, app: ASGIApp, path: str) -> None:
        """Send the body as JSON; returns when the application is done with it."""
        await app(post_scope(path, len(self.body)), self.receive, self.send)
        if self.sent:
            start, *rest = self.sent
            headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
            body = b"".join(message.get("body", b"") for message in rest)
            assert answers.problems("POST", path, start["status"], headers, body) == []


def post_scope(path: str, length: int | None) -> Scope:
    """The ASGI scope of a POST with a JSON body of that length; None for a chunked one."""
    size = [] if length is None else [(b"content-length", str(length).encode())]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", HOST.encode()), (b"content-type", b"application/json"), *size],
        "client": ("127.0.0.1", 50000),
        "server": (HOST, 80),
        "extensions": {},
    }


async def jobs_done(services: Services) -> None:
    """Return once the server's own runner has carried out every job that is due."""
    async with asyncio.timeout(patience.SECONDS):
        while True:
            if not (await services.run(lambda unit: look(unit.tx, tuple(WORK), 1, pause=PAUSE))).candidates:
                return
