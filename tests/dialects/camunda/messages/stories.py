"""Stories of requests: told to a server, they give its answers in a form in which two servers can be compared.

A story has steps: `deploy` a model, `start` an instance, send a request, or try which variables are like keys
(`matching`). Ids that a step has named are shown by their names, all others as `<id>`. Lists for which no order was
asked are sorted. Used by the test that holds our answers against the recorded ones, and by
`scripts/record_messages.py`, which records them.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.bpmn import definitions

_FOLDER = Path(__file__).parent
REQUESTS = _FOLDER / "requests.yaml"
ANSWERS = _FOLDER / "answers.jsonl"
_METHODS = ("GET", "POST", "PUT", "DELETE")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
_JSON = {"Content-Type": "application/json"}
Step = Mapping[str, Any]
Answer = list[Any]


#: Sends a request to a server: method, path, and what it brings, as httpx has it.
Ask = Callable[..., Awaitable[httpx.Response]]


@dataclass(frozen=True)
class Story:
    """Requests that belong together; `models` are the contents of all models by name."""

    title: str
    steps: list[Step]
    models: Mapping[str, str]


def stories() -> list[Story]:
    """All of them."""
    document = yaml.safe_load(REQUESTS.read_text())
    return [Story(one["story"], one["steps"], document["models"]) for one in document["stories"]]


def recorded() -> dict[str, list[Answer]]:
    """The real server's answers to the steps of each story, by its title."""
    return dict(json.loads(line) for line in ANSWERS.read_text().splitlines())


@dataclass
class Telling:
    """A story while it is told to a server."""

    ask: Ask
    names: dict[str, str] = field(default_factory=dict)

    async def tell(self, story: Story) -> list[Answer]:
        """Status and body of the answer to each step."""
        return [await self._step(story, step) for step in story.steps]

    async def _step(self, story: Story, step: Step) -> Answer:
        if "deploy" in step:
            return await self._deploy(story.models[step["deploy"]], step.get("tenant"))
        if "start" in step:
            return await self._start(step)
        if "matching" in step:
            return [200, [await self._matching(step, key) for key in step["matching"]]]
        return await self._request(step)

    async def _request(self, step: Step) -> Answer:
        method = next(name for name in _METHODS if name in step)
        sent = json.dumps(self._filled(step["json"])) if "json" in step else step.get("raw")
        more: dict[str, Any] = {}
        if sent is not None:
            kind = {"Content-Type": step["type"]} if "type" in step else {}
            more = {"content": sent.encode(), "headers": _JSON | kind}
        response = await self.ask(method, self._filled(step[method]), **more)
        body: Any = response.json() if response.content else None
        for name, place in step.get("keep", {}).items():
            number, member = place.split(".")
            self.names[body[int(number)][member]] = name
        return [response.status_code, self._compared(step, body)]

    async def _deploy(self, model: str, tenant: str | None) -> Answer:
        parts: list[tuple[str, tuple[str | None, bytes]]] = [
            ("deployment-name", (None, b"messages")),
            ("data", ("model.bpmn", definitions(model))),
        ]
        if tenant is not None:
            parts.append(("tenant-id", (None, tenant.encode())))
        response = await self.ask("POST", "/deployment/create", files=parts)
        if response.status_code != 200:
            return [response.status_code, response.json()]
        for row in response.json()["deployedProcessDefinitions"].values():
            self.names[row["id"].rpartition(":")[2]] = f"{row['key']}{row['version']}{tenant or ''}"
        return [200, None]

    async def _start(self, step: Step) -> Answer:
        tenant = f"/tenant-id/{step['tenant']}" if "tenant" in step else ""
        path = f"/process-definition/key/{step['start']}{tenant}/start"
        response = await self.ask("POST", path, json=step.get("with", {}))
        assert response.status_code == 200, response.text
        self.names[response.json()["id"]] = step.get("as", "i")
        return [200, None]

    async def _matching(self, step: Step, key: object) -> list[str]:
        """Which of the variables a key is like; or the class of the error that it is refused with."""
        found = []
        for name in step["variables"]:
            body = {"messageName": "M", step["as"]: {name: key}}
            response = await self.ask("POST", "/message", content=json.dumps(body).encode(), headers=_JSON)
            if response.status_code == 500:
                return [response.json()["type"]]
            found += [name] if response.status_code == 204 else []
        return found

    def _filled(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, str):
            named = {name: id_ for id_, name in self.names.items()}
            return re.sub(r"\{(\w+)\}", lambda found: named.get(found[1], found[0]), value)
        if isinstance(value, dict):
            return {name: self._filled(inner) for name, inner in value.items()}
        return [self._filled(inner) for inner in value] if isinstance(value, list) else value

    def _compared(self, step: Step, body: Any) -> Any:  # noqa: ANN401 - JSON
        """The body without what differs from run to run, and without the texts that only a Java server has."""
        shown = self._named(body)
        if isinstance(shown, dict) and shown.get("type") == "NullPointerException":
            shown["message"] = None
        if isinstance(shown, list) and "pick" in step:
            shown = [[one.get(name) for name in step["pick"].split()] for one in shown]
        if isinstance(shown, dict) and "pick" in step:
            shown = [shown.get(name) for name in step["pick"].split()]
        elif isinstance(shown, list) and "GET" in step:
            shown.sort(key=json.dumps)
        return shown

    def _named(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, str):
            value = re.sub("^http://.*?/engine-rest", "", value)
            return _DATE.sub("<date>", _UUID.sub(lambda found: f"<{self.names.get(found[0], 'id')}>", value))
        if isinstance(value, dict):
            return {name: self._named(inner) for name, inner in value.items()}
        return [self._named(inner) for inner in value] if isinstance(value, list) else value


def differences(ours: list[Answer], theirs: list[Answer], story: Story) -> Iterator[str]:
    """Where two servers answered otherwise: the step and both answers."""
    for number, (step, mine, other) in enumerate(zip(story.steps, ours, theirs, strict=True), start=1):
        if mine != other:
            yield f"step {number}: {dict(step)}\n  ours:     {json.dumps(mine)}\n  recorded: {json.dumps(other)}"
