"""Runs the cases that are written down as data in `cases/*.yaml`: each a list of steps, one request or event per step.

What a step can be, and what may be said of the answer, is told in the `README.md` beside the cases. `Story` knows what
all dialects have in common; each dialect has its own, for what its clients do most. Called by the `test_cases.py`.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import yaml

from taskbridge.clock import ManualClock
from tests import patience
from tests.client import Client
from tests.conformance.expectations import CaseLoader, Condition, differences

METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH")
#: Words of `raw` text that stand for brackets; others stand for their first letter.
_BRACKETS = {"OPEN": "[", "CLOSE": "]"}
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One case: what it shows, which numbers of the contract's list it stands for, and its steps."""

    file: str
    title: str
    numbers: tuple[int, ...]
    steps: tuple[Step, ...]


def cases(folder: Path) -> list[Case]:
    """All cases that are written in a folder, in the order of their files."""
    found = []
    for file in sorted(folder.glob("*.yaml")):
        for raw in yaml.load(file.read_text(), Loader=CaseLoader):
            numbers = raw.get("contract", [])
            found.append(Case(file.stem, raw["case"], tuple(numbers), tuple(raw["steps"])))
    return found


@dataclass
class Story:
    """A case while it runs: the clock, and the names that steps have given to ids and other values."""

    clock: ManualClock
    names: dict[str, str] = field(default_factory=dict)

    async def tell(self, case: Case) -> None:
        """Run all steps; an assertion fails with the number of the step that went wrong."""
        for number, step in enumerate(case.steps, start=1):
            told = f"step {number} of {case.file}: {case.title}"
            problems = await self._run(step)
            assert not problems, f"{told}\n" + "\n".join(problems)

    async def client(self, step: Step) -> Client:
        """Who asks."""
        raise NotImplementedError

    async def happen(self, step: Step) -> bool:
        """Do what is no request; False where the step is one."""
        if "clock" not in step:
            return False
        self.clock.advance(step["clock"])
        return True

    async def ask(self, step: Step) -> httpx.Response:
        """Send the request of a step."""
        method = next(name for name in METHODS if name in step)
        path = self.filled(step[method])
        if "query" in step:
            path += "?" + urlencode(self.filled(step["query"]), quote_via=quote)
        client = await self.client(step)
        return await client.request(method, path, documented=not step.get("undocumented"), **self.content(step))

    def content(self, step: Step) -> dict[str, Any]:
        """What a request brings: headers and a body."""
        more: dict[str, Any] = {"headers": dict(step.get("headers", {}))}
        if "json" in step:
            more["json"] = self.filled(step["json"])
        if "raw" in step:
            more["content"] = self._raw(step).encode()
        if "type" in step:
            more["headers"]["Content-Type"] = step["type"]
        return more

    def wanted(self, step: Step, response: httpx.Response) -> list[str]:
        """What is wrong with an answer, by the dialect's own words."""
        return []

    def keep(self, step: Step, response: httpx.Response) -> None:
        """Give names to what an answer holds."""
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

    async def _run(self, step: Step) -> list[str]:
        if await self.happen(step):
            return []
        problems = await self._asked(step)
        # A step marked `until` is repeated while the server's own work goes on.
        deadline = time.monotonic() + (patience.SECONDS if step.get("until") else 0)
        while problems and time.monotonic() < deadline:
            problems = await self._asked(step)
        return problems

    async def _asked(self, step: Step) -> list[str]:
        """Send the request; names are kept before the answer is judged, so that it may speak of them itself."""
        response = await self.ask(step)
        if response.status_code == step.get("answer", 200):
            self.keep(step, response)
        return self._judge(step, response)

    def _raw(self, step: Step) -> str:
        text: str = self.filled(step["raw"])
        for name, length in step.get("long", {}).items():
            text = text.replace(name, _BRACKETS.get(name, name[0].lower()) * length)
        return text

    def _judge(self, step: Step, response: httpx.Response) -> list[str]:
        told = f"{response.request.method} {response.request.url.path} -> {response.status_code} {response.text[:600]}"
        problems = differences(response.status_code, step.get("answer", 200), self.clock, "status")
        problems += [] if problems else self.wanted(step, response)
        if "body" in step or "gives" in step:
            wanted = self.filled(step["body"] if "body" in step else step["gives"])
            problems += differences(response.json() if response.content else None, wanted, self.clock, "body")
        if "text" in step:
            problems += differences(response.text, self.filled(step["text"]), self.clock, "text")
        problems += differences(dict(response.headers), self.filled(step.get("shows", {})), self.clock, "headers")
        return [told, *problems] if problems else []
