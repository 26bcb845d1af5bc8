"""Servers that behave in another way than ours, for tests of the driver."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from model_driver.values import Json, JsonObject

Changed = Callable[[httpx.Request, Json], Json]
VARIABLE: JsonObject = {
    "id": "v",
    "name": "made",
    "type": "String",
    "value": "by job j1 of p:1:7",
    "valueInfo": {},
    "activityInstanceId": "i",
    "taskId": None,
}
UNKNOWN = {"type": "NotFoundException", "message": "HTTP 404 Not Found", "code": None}


class Changing(httpx.AsyncBaseTransport):
    """A server whose answers are changed on their way; ``down`` names a part of a path that gets no answer."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, changed: Changed = lambda _, answer: answer, down: str = "no path"
    ) -> None:
        self._inner, self._changed, self._down = inner, changed, down

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the server, and change what it answers."""
        if self._down in request.url.path:
            raise httpx.ReadTimeout("no answer", request=request)
        response = await self._inner.handle_async_request(request)
        body = await response.aread()
        if not body:
            return response
        changed = self._changed(request, json.loads(body))
        return httpx.Response(404 if changed == UNKNOWN else response.status_code, json=changed)


@dataclass
class Jobs:
    """A server with one process, which waits for a job of a timer, then for one that fails, and then is over.

    ``posted`` are the paths of what was done. It has no history, and no instance until it is started.
    """

    due: str | None = "2026-01-01T01:00:00.004+0000"
    retries: int = 3
    at: int = 0
    posted: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        path = request.url.path.removeprefix("/engine-rest")
        if request.method == "POST":
            return self._post(path)
        return self._get(path, request.url.params)

    def _post(self, path: str) -> httpx.Response:
        if path == "/deployment/create":
            definitions = {"p:1:7": {"id": "p:1:7", "key": "p"}}
            return httpx.Response(200, json={"id": "d", "deployedProcessDefinitions": definitions})
        self.posted.append(path)
        if path.endswith("/start"):
            self.at, self.retries = 1, 3
            return httpx.Response(200, json={"id": "i"})
        if path == "/job/j1/execute":
            self.at = 2
            return httpx.Response(204)
        if path == "/job/j2/execute":
            self.retries -= 1
            return httpx.Response(500, json={"type": "ProcessEngineException", "message": "it fails", "code": 0})
        return httpx.Response(404, json=UNKNOWN)

    def _get(self, path: str, query: httpx.QueryParams) -> httpx.Response:
        if path.startswith(("/history", "/event-subscription")):
            return httpx.Response(404, json=UNKNOWN)
        if path.endswith("/count"):
            return httpx.Response(200, json={"count": 0})
        if path == "/process-instance/i/activity-instances":
            return httpx.Response(200, json=self._tree())
        if path == "/variable-instance":
            return httpx.Response(200, json=[VARIABLE])
        if path == "/job":
            return httpx.Response(200, json=[self._job()] if "processInstanceId" in query else [])
        if path.startswith("/job-definition"):
            definitions = [self._definition("j1"), self._definition("j2")]
            return httpx.Response(200, json=definitions[path.endswith("j2")] if path[15:] else definitions)
        return httpx.Response(200, json=[])

    def _tree(self) -> Json:
        common: JsonObject = {
            "processDefinitionId": "p:1:7",
            "processInstanceId": "i",
            "activityName": None,
            "incidentIds": [],
        }
        inner = {"activityId": "event", "activityType": "intermediateTimer"}
        leaf = common | inner | {"id": "event:1", "childActivityInstances": [], "childTransitionInstances": []}
        moved = common | inner | {"id": "i", "activityId": "later", "activityType": "serviceTask"}
        root = {"id": "i", "activityId": "p:1:7", "activityType": "processDefinition"}
        waiting, going = ([leaf], []) if self.at == 1 else ([], [moved])
        return common | root | {"childActivityInstances": waiting, "childTransitionInstances": going}

    def _job(self) -> Json:
        return {
            "id": f"j{self.at}",
            "jobDefinitionId": f"j{self.at}",
            "processInstanceId": "i",
            "dueDate": self.due if self.at == 1 else None,
            "createTime": "2026-01-01T00:00:00.001+0000",
            "retries": self.retries,
            "priority": 0,
            "suspended": False,
            "failedActivityId": "later" if self.retries < 3 else None,
            "exceptionMessage": "it fails" if self.retries < 3 else None,
        }

    @staticmethod
    def _definition(identifier: str) -> Json:
        timer = identifier == "j1"
        return {
            "id": identifier,
            "activityId": "event" if timer else "later",
            "jobType": "timer-intermediate-transition" if timer else "async-continuation",
            "jobConfiguration": "DURATION: PT1H" if timer else "async-before",
            "overridingJobPriority": None,
            "suspended": False,
        }
