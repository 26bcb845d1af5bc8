"""The cases of the Camunda contract while they run: models are deployed and started, tasks fetched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.bpmn import model
from tests.client import CamundaClient, Client, fetch_body
from tests.conformance.expectations import Condition, differences
from tests.conformance.story import Step, Story


@dataclass
class CamundaStory(Story):
    """What clients of Camunda do most, in few words."""

    camunda: CamundaClient = field(kw_only=True)
    deployed: set[str] = field(default_factory=set)

    async def client(self, step: Step) -> Client:
        """There is only one."""
        return self.camunda

    async def happen(self, step: Step) -> bool:
        """Deploy and start, too."""
        if "deploy" in step:
            for name in step["deploy"].split():
                await self._deploy(name, again=True)
            return True
        if "start" in step:
            await self._start(step)
            return True
        return await super().happen(step)

    async def ask(self, step: Step) -> httpx.Response:
        """Fetch, too."""
        if "fetch" in step:
            return await self.camunda.post("/external-task/fetchAndLock", self._fetch_body(step["fetch"] or {}))
        return await super().ask(step)

    def content(self, step: Step) -> dict[str, Any]:
        """Forms, too."""
        more = super().content(step)
        if "form" in step:
            more["files"] = [self._part(part) for part in step["form"]]
        return more

    def wanted(self, step: Step, response: httpx.Response) -> list[str]:
        """``error``: type, message and code."""
        if "error" not in step:
            return []
        type_, message, code = (*step["error"], None)[:3]
        expected = self.filled({"type": type_, "message": message, "code": code})
        return differences(response.json(), Condition("!exactly", expected), self.clock, "error")

    def keep(self, step: Step, response: httpx.Response) -> None:
        """The tasks of a fetch, too."""
        if "fetch" in step and response.status_code == 200:
            tasks = response.json()
            name = step.get("as", "task")
            self.names |= {f"{name}{number}": task["id"] for number, task in enumerate(tasks, start=1)}
            if tasks:
                self.names[name] = tasks[0]["id"]
        super().keep(step, response)

    async def _deploy(self, name: str, *, again: bool = False) -> None:
        if name in self.deployed and not again:
            return
        self.deployed.add(name)
        made = await self.camunda.deploy(model(name), name=name)
        self.names["deployment"] = made["id"]
        for row in made["deployedProcessDefinitions"].values():
            self.names[row["key"]] = row["id"]

    async def _start(self, step: Step) -> None:
        key = step["start"]
        await self._deploy(key)
        for number in range(1, step.get("times", 1) + 1):
            instance = await self.camunda.start(key, self.filled(step.get("with", {})))
            name = step.get("as", "instance")
            self.names[name if step.get("times", 1) == 1 else f"{name}{number}"] = instance

    def _fetch_body(self, changes: Mapping[str, Any]) -> dict[str, object]:
        changed = {name: self.filled(value) for name, value in changes.items()}
        if "topics" in changed:
            changed["topics"] = [{"topicName": "T", "lockDuration": 10_000} | topic for topic in changed["topics"]]
        return fetch_body(**changed)

    def _part(self, part: Mapping[str, Any]) -> tuple[str, tuple[str | None, bytes]]:
        if "model" in part:
            return part["name"], model(part["model"])
        return part["name"], (part.get("filename"), str(part["content"]).encode())
