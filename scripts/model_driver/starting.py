"""Starts instances of a process definition, by each kind of start event, and finds them."""

from dataclasses import dataclass

from model_driver.models import Entry, Start
from model_driver.rest import Server
from model_driver.values import JsonObject

VARIABLES: JsonObject = {
    "approved": {"type": "Boolean", "value": True},
    "input": {"type": "Integer", "value": 1},
    "amount": {"type": "Integer", "value": 150},
}
#: What a server must have (`Server.has`).
_NEEDED = {Start.TIMER: "jobs", Start.MESSAGE: "message", Start.SIGNAL: "signal", Start.CONDITIONAL: "condition"}
_LISTS = ("/process-instance", "/history/process-instance")


@dataclass(frozen=True, slots=True)
class Starter:
    """Starts instances of one definition on one server."""

    server: Server
    definition: str

    def lacks(self, entry: Entry) -> str | None:
        """What the server would need to start by this event and does not have."""
        if entry.start is Start.CONDITIONAL and entry.setting is None:
            return "a value that makes the condition true"
        need = _NEEDED.get(entry.start)
        return need if need is not None and need not in self.server.has else None

    async def start(self, entry: Entry) -> str | None:
        """The id of a new instance; None when there is none, or it ended and the server has no history of it.

        Refused when the server does not start it.
        """
        if entry.start is Start.NONE:
            answer = await self.server.post(f"/process-definition/{self.definition}/start", {"variables": VARIABLES})
            identifier: str = answer["id"]
            return identifier
        before = await self._instances()
        if entry.start is Start.TIMER:
            await self._execute_start_job(entry.event)
        elif entry.start is Start.MESSAGE:
            await self.server.post("/message", {"messageName": entry.trigger, "processVariables": VARIABLES})
        elif entry.setting is not None:
            given = VARIABLES | {entry.setting.name: entry.setting.typed()}
            await self.server.post("/condition", {"variables": given, "processDefinitionId": self.definition})
        else:
            await self.server.post("/signal", {"name": entry.trigger, "variables": VARIABLES})
        new = sorted(await self._instances() - before)
        return new[0] if new else None

    async def _execute_start_job(self, event: str) -> None:
        query = {"processDefinitionId": self.definition, "activityId": event}
        for job in (await self.server.get("/job", query))[:1]:
            await self.server.post(f"/job/{job['id']}/execute", {})

    async def _instances(self) -> set[str]:
        found: set[str] = set()
        for path in _LISTS[: 1 + ("visited" in self.server.has)]:
            found |= {each["id"] for each in await self.server.get(path, {"processDefinitionId": self.definition})}
        return found
