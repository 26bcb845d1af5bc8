"""Runs the cases that are written down as data in `cases/*.yaml`: each a list of steps, one request or event per step.

What a step can be, and what may be said of the answer, is told in `cases/README.md`. Called by `test_cases.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import yaml

from taskbridge.clock import ManualClock
from tests.bpmn import model
from tests.client import CamundaClient, fetch_body
from tests.conformance.expectations import CaseLoader, Condition, differences

FOLDER = Path(__file__).parent / "cases"
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH")
#: Words of `raw` text that stand for brackets; others stand for their first letter.
_BRACKETS = {"OPEN": "[", "CLOSE": "]"}
#: Rounds that a step marked `until` is repeated while the server's own work goes on.
_ROUNDS = 500
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One case: what it shows, which numbers of the contract's list it stands for, and its steps."""

    file: str
    title: str
    numbers: tuple[int, ...]
    steps: tuple[Step, ...]


def cases() -> list[Case]:
    """All written cases, in the order of their files."""
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        for raw in yaml.load(file.read_text(), Loader=CaseLoader):
            numbers = raw.get("contract", [])
            found.append(Case(file.stem, raw["case"], tuple(numbers), tuple(raw["steps"])))
    return found


@dataclass
class Story:
    """A case while it runs: the client, the clock, and the names that steps have given to ids."""

    camunda: CamundaClient
    clock: ManualClock
    names: dict[str, str] = field(default_factory=dict)
    deployed: set[str] = field(default_factory=set)

    async def tell(self, case: Case) -> None:
        """Run all steps; an assertion fails with the number of the step that went wrong."""
        for number, step in enumerate(case.steps, start=1):
            told = f"step {number} of {case.file}: {case.title}"
            problems = await self._run(step)
            assert not problems, f"{told}\n" + "\n".join(problems)

    async def _run(self, step: Step) -> list[str]:
        if "clock" in step:
            self.clock.advance(step["clock"])
            return []
        if "deploy" in step:
            for name in step["deploy"].split():
                await self._deploy(name, again=True)
            return []
        if "start" in step:
            return await self._start(step)
        problems = await self._asked(step)
        for _ in range(_ROUNDS if step.get("until") else 0):
            if not problems:
                break
            problems = await self._asked(step)
        return problems

    async def _asked(self, step: Step) -> list[str]:
        """Send the request; names are kept before the answer is judged, so that it may speak of them itself."""
        response = await self._ask(step)
        if response.status_code == step.get("answer", 200):
            self._keep(step, response)
        return self._judge(step, response)

    async def _deploy(self, name: str, *, again: bool = False) -> None:
        if name in self.deployed and not again:
            return
        self.deployed.add(name)
        made = await self.camunda.deploy(model(name), name=name)
        self.names["deployment"] = made["id"]
        for row in made["deployedProcessDefinitions"].values():
            self.names[row["key"]] = row["id"]

    async def _start(self, step: Step) -> list[str]:
        key = step["start"]
        await self._deploy(key)
        for number in range(1, step.get("times", 1) + 1):
            instance = await self.camunda.start(key, self.filled(step.get("with", {})))
            name = step.get("as", "instance")
            self.names[name if step.get("times", 1) == 1 else f"{name}{number}"] = instance
        return []

    async def _ask(self, step: Step) -> httpx.Response:
        if "fetch" in step:
            return await self.camunda.post("/external-task/fetchAndLock", self._fetch_body(step["fetch"] or {}))
        method = next(name for name in METHODS if name in step)
        path = self.filled(step[method])
        if "query" in step:
            path += "?" + urlencode(self.filled(step["query"]), quote_via=quote)
        more: dict[str, Any] = {"headers": dict(step.get("headers", {}))}
        if "json" in step:
            more["json"] = self.filled(step["json"])
        if "raw" in step:
            more["content"] = self._raw(step).encode()
        if "type" in step:
            more["headers"]["Content-Type"] = step["type"]
        if "form" in step:
            more["files"] = [self._part(part) for part in step["form"]]
        return await self.camunda.request(method, path, documented=not step.get("undocumented"), **more)

    def _fetch_body(self, changes: Mapping[str, Any]) -> dict[str, object]:
        changed = {name: self.filled(value) for name, value in changes.items()}
        if "topics" in changed:
            changed["topics"] = [{"topicName": "T", "lockDuration": 10_000} | topic for topic in changed["topics"]]
        return fetch_body(**changed)

    def _raw(self, step: Step) -> str:
        text: str = self.filled(step["raw"])
        for name, length in step.get("long", {}).items():
            text = text.replace(name, _BRACKETS.get(name, name[0].lower()) * length)
        return text

    def _part(self, part: Mapping[str, Any]) -> tuple[str, tuple[str | None, bytes]]:
        if "model" in part:
            return part["name"], model(part["model"])
        return part["name"], (part.get("filename"), str(part["content"]).encode())

    def _judge(self, step: Step, response: httpx.Response) -> list[str]:
        told = f"{response.request.method} {response.request.url.path} -> {response.status_code} {response.text[:600]}"
        problems = differences(response.status_code, step.get("answer", 200), self.clock, "status")
        if "error" in step:
            type_, message, code = (*step["error"], None)[:3]
            expected = {"type": type_, "message": message, "code": code}
            expected_body: Any = Condition("!exactly", self.filled(expected))
            problems += differences(response.json(), expected_body, self.clock, "error")
        if "body" in step or "gives" in step:
            wanted = self.filled(step["body"] if "body" in step else step["gives"])
            problems += differences(response.json() if response.content else None, wanted, self.clock, "body")
        if "text" in step:
            problems += differences(response.text, self.filled(step["text"]), self.clock, "text")
        problems += differences(dict(response.headers), self.filled(step.get("shows", {})), self.clock, "headers")
        return [told, *problems] if problems else []

    def _keep(self, step: Step, response: httpx.Response) -> None:
        if "fetch" in step and response.status_code == 200:
            tasks = response.json()
            name = step.get("as", "task")
            self.names |= {f"{name}{number}": task["id"] for number, task in enumerate(tasks, start=1)}
            if tasks:
                self.names[name] = tasks[0]["id"]
        for name, place in step.get("keep", {}).items():
            value = response.json()
            for part in str(place).split("."):
                value = value[int(part)] if isinstance(value, list) else value[part]
            self.names[name] = value

    def filled(self, value: Any) -> Any:  # noqa: ANN401 - JSON, with conditions in it
        """The same value with `{name}` replaced by what the name stands for; other braces stay."""
        if isinstance(value, str):
            return re.sub(r"\{(\w+)\}", lambda found: self.names.get(found[1], found[0]), value)
        if isinstance(value, Condition):
            return Condition(value.tag, self.filled(value.given))
        if isinstance(value, dict):
            return {self.filled(name): self.filled(inner) for name, inner in value.items()}
        return [self.filled(inner) for inner in value] if isinstance(value, list) else value
