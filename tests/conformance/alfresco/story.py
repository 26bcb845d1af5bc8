"""The cases of the Alfresco contract while they run: people sign in, start the processes that come with the program."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.alfresco import AlfrescoClient, refusal
from tests.client import Client
from tests.conformance.expectations import differences
from tests.conformance.story import Step, Story

#: Makes a user (name, groups, admin, tenant) and gives a client that signs in as him.
People = Callable[..., Awaitable[AlfrescoClient]]
#: Who acts where a step does not say.
_USUALLY = "ivy"


@dataclass
class AlfrescoStory(Story):
    """What clients of Alfresco do most, in few words."""

    people: People = field(kw_only=True)
    clients: dict[str, AlfrescoClient] = field(default_factory=dict)

    async def client(self, step: Step) -> Client:
        """Who the step says, else the one who starts things."""
        return await self._person(step.get("by", _USUALLY))

    async def happen(self, step: Step) -> bool:
        """People come, and processes start, too."""
        if "people" in step:
            for name, told in step["people"].items():
                self.clients[name] = await self.people(name, **(told or {}))
            return True
        if "start" in step:
            for number in range(1, step.get("times", 1) + 1):
                await self._start(step, "" if step.get("times", 1) == 1 else str(number))
            return True
        return await super().happen(step)

    def wanted(self, step: Step, response: httpx.Response) -> list[str]:
        """``error``, ``entry``, ``entries`` and ``pagination``."""
        problems = []
        if "error" in step:
            key, text = self.filled(step["error"] if isinstance(step["error"], list) else [step["error"]] * 2)
            _, its_key, its_text = refusal(response)
            problems += differences(its_key, key, self.clock, "errorKey")
            problems += differences(its_text, text, self.clock, "briefSummary")
        if "entry" in step:
            problems += differences(response.json()["entry"], self.filled(step["entry"]), self.clock, "entry")
        if "entries" in step:
            entries = [one["entry"] for one in response.json()["list"]["entries"]]
            problems += differences(entries, self.filled(step["entries"]), self.clock, "entries")
        if "pagination" in step:
            pagination = response.json()["list"]["pagination"]
            problems += differences(pagination, self.filled(step["pagination"]), self.clock, "pagination")
        return problems

    async def _person(self, name: str) -> AlfrescoClient:
        if name not in self.clients:
            self.clients[name] = await self.people(name)
        return self.clients[name]

    async def _start(self, step: Step, suffix: str) -> None:
        """Start a process; its id and that of its first task get names."""
        client = await self._person(step.get("by", _USUALLY))
        variables: dict[str, Any] = {"bpm_assignee": client.user, **self.filled(step.get("with", {}))}
        response = await client.post("/processes", {"processDefinitionKey": step["start"], "variables": variables})
        assert response.status_code == 201, response.text
        process = self.names[f"process{suffix}"] = response.json()["entry"]["id"]
        first = (await client.listed(f"/processes/{process}/tasks", orderBy="id"))[0]
        self.names[f"task{suffix}"] = first["id"]
