"""A Camunda-compatible server: requests to it, and what it has of the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx

from model_driver.models import ENDINGS, Model
from model_driver.values import Json, JsonObject

#: Seconds that one answer may take.
TIMEOUT = 30.0
#: The lists that a state is made of, each with its path.
LISTS = {
    "tasks": "/task",
    "external_tasks": "/external-task",
    "jobs": "/job",
    "incidents": "/incident",
    "subscriptions": "/event-subscription",
    "variables": "/variable-instance",
    "visited": "/history/activity-instance",
}
#: Throwing a BPMN error in a user task.
TASK_ERROR = "task error"
#: Throwing an escalation in a user task.
TASK_ESCALATION = "task escalation"
#: What is sent to find out whether a server has an operation: nothing that would change anything.
_PROBES: dict[str, tuple[str, str, JsonObject | None]] = {
    "job definitions": ("GET", "/job-definition/count", None),
    "message": ("POST", "/message", {}),
    "signal": ("POST", "/signal", {}),
    "condition": ("POST", "/condition", {}),
    "variable": ("PUT", "/process-instance/none/variables/none", {}),
    "execution": ("POST", "/execution/none/signal", {}),
    TASK_ERROR: ("POST", "/task/none/bpmnError", {}),
    TASK_ESCALATION: ("POST", "/task/none/bpmnEscalation", {}),
}


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, status: int, kind: str | None, message: str | None) -> None:
        super().__init__(f"{status} {kind}: {message}")
        self.error: JsonObject = {"status": status, "type": kind, "message": message}


class Unusable(Exception):
    """The server does not answer as the API says, or not in time."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a file became: the ids of its process definitions by their keys."""

    id: str
    definitions: dict[str, str]


@dataclass(slots=True)
class Server:
    """One server, named by its base URL (``http://…/engine-rest``). ``has`` is what ``look`` found of the API."""

    url: str
    transport: httpx.AsyncBaseTransport | None = None
    has: frozenset[str] = frozenset()
    _http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self._http = httpx.AsyncClient(base_url=self.url.rstrip("/"), timeout=TIMEOUT, transport=self.transport)

    async def __aenter__(self) -> Self:
        """Find out what the server has. Unusable when it does not answer."""
        await self._look()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """GET. Refused for an error, Unusable when there is no answer."""
        return await self._send("GET", path, query=query)

    async def post(self, path: str, body: JsonObject) -> Json:
        """POST a JSON object. Refused for an error, Unusable when there is no answer."""
        return await self._send("POST", path, body=body)

    async def put(self, path: str, body: JsonObject) -> Json:
        """PUT a JSON object. Refused for an error, Unusable when there is no answer."""
        return await self._send("PUT", path, body=body)

    async def deploy(self, model: Model) -> Deployment:
        """Deploy one file. Refused when the server does not take it."""
        name = model.name.rpartition("/")[2]
        file = name if name.endswith(ENDINGS) else f"{name}.bpmn"
        parts = [("deployment-name", (None, b"model driver")), ("data", (file, model.content))]
        answer = await self._send("POST", "/deployment/create", files=parts)
        definitions = (answer["deployedProcessDefinitions"] or {}).values()
        return Deployment(answer["id"], {each["key"]: each["id"] for each in definitions})

    async def remove(self, deployment: Deployment) -> None:
        """Delete a deployment with all its instances, finished ones too."""
        query = {"cascade": "true", "skipCustomListeners": "true", "skipIoMappings": "true"}
        await self._send("DELETE", f"/deployment/{deployment.id}", query=query)

    async def _look(self) -> None:
        probes = _PROBES | {part: ("GET", f"{path}/count", None) for part, path in LISTS.items()}
        found = set()
        for name, (method, path, body) in probes.items():
            try:
                await self._send(method, path, body=body)
            except Refused as refused:
                if _is_unknown(refused.error):
                    continue
            found.add(name)
        if "job definitions" not in found:  # without them a job does not say what it is for
            found.discard("jobs")
        self.has = frozenset(found)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        files: list[tuple[str, tuple[str | None, bytes]]] | None = None,
    ) -> Json:
        try:
            response = await self._http.request(method, path, params=query, json=body, files=files)
            content = response.json() if response.content else None
        except (httpx.HTTPError, ValueError) as error:
            raise Unusable(f"{method} {self.url}{path}: {type(error).__name__}: {error}") from error
        if response.is_success:
            return content
        described = content if isinstance(content, dict) else {}
        raise Refused(response.status_code, described.get("type"), described.get("message"))


def _is_unknown(error: JsonObject) -> bool:
    """Whether an error says that the server has no such operation."""
    return error["status"] == 404 and str(error["message"]).startswith("HTTP 404")
