"""Cases of modification: told to a server, each gives its answers in a form in which two servers can be compared.

A case starts an instance, does some steps, and modifies it; the answer to each modification is noted with what is
alive after it. Ids are shown by what they are the ids of. Used by the test that holds our answers against the recorded
ones, and by ``scripts/record_modifications.py``, which records them.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.bpmn import definitions
from tests.dialects.camunda.modifications.models import MODELS
from tests.dialects.camunda.modifications.table import CASES, Case, Step

ANSWERS = Path(__file__).parent / "answers.jsonl"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VERSION = re.compile(r"\b([a-z]+):\d+:<id>")
_NAMED = re.compile(r"\{([^{}\" ]+)\}")
Json = Any
#: Sends a request to a server: method, path, and what it brings, as httpx has it.
Ask = Callable[..., Awaitable[httpx.Response]]


def recorded() -> dict[str, list[Json]]:
    """The real server's answers to the steps of each case, by its title."""
    return dict(json.loads(line) for line in ANSWERS.read_text().splitlines())


def cases() -> list[Case]:
    """All of them."""
    return CASES


@dataclass
class Telling:
    """A case while it is told to a server."""

    ask: Ask
    instance: str = ""
    told: list[list[Json]] = field(default_factory=list)

    async def tell(self, case: Case) -> list[list[Json]]:
        """What came of each step that is to be compared."""
        parts: list[tuple[str, tuple[str | None, bytes]]] = [("deployment-name", (None, b"cases"))]
        for key in (case.key, *case.more):
            parts.append((key, (f"{key}.bpmn", definitions(MODELS[key]))))
        response = await self.ask("POST", "/deployment/create", files=parts)
        assert response.status_code == 200, response.text
        for step in case.steps:
            await self._step(case, step)
        return self.told

    async def _step(self, case: Case, step: Step) -> None:
        kind, given = step
        if kind == "start":
            await self._start(case, given, compared=False)
        elif kind == "create":
            await self._start(case, given, compared=True)
        elif kind == "done":
            await self._done(given)
        elif kind == "job":
            await self._job(given)
        elif kind == "modify":
            response = await self._post(f"/process-instance/{self.instance}/modification", await self._filled(given))
            await self._note(step, response)
        else:
            response = await self._post(await self._filled(kind), await self._filled(given))
            await self._note(step, response)

    async def _start(self, case: Case, body: Json, *, compared: bool) -> None:
        response = await self._post(f"/process-definition/key/{case.key}/start", body)
        if response.status_code == 200:
            self.instance = response.json()["id"]
        if compared:
            await self._note(("create", body), response)
        else:
            assert response.status_code == 200, response.text

    async def _done(self, key: str) -> None:
        for instance in await self._tree_of_instances():
            found = await self._get(f"/task?processInstanceId={instance}&taskDefinitionKey={key}")
            if found:
                await self._note(("done", key), await self._post(f"/task/{found[0]['id']}/complete", {}))
                return
        self.told.append([["done", key], 0, None, None])  # there is none

    async def _job(self, activity: str) -> None:
        definitions_ = {one["id"]: one["activityId"] for one in await self._get("/job-definition")}
        for job in await self._get(f"/job?processInstanceId={self.instance}"):
            if definitions_[job["jobDefinitionId"]] == activity:
                await self._note(("job", activity), await self._post(f"/job/{job['id']}/execute", {}))
                return
        self.told.append([["job", activity], 0, None, None])  # there is none

    # what is alive

    async def _note(self, step: Json, response: httpx.Response) -> None:
        body = _masked(response.json()) if response.content else None
        if isinstance(body, dict):
            body.pop("links", None)
            if body.get("type") == "NullPointerException":
                body["message"] = None
        alive = []
        for instance in await self._tree_of_instances():
            alive.append(await self._alive(instance))
        self.told.append([list(step), response.status_code, body, alive])

    async def _tree_of_instances(self) -> list[str]:
        """The instance and what it has called, outermost first."""
        if not self.instance or (await self.ask("GET", f"/process-instance/{self.instance}")).status_code != 200:
            return []
        found = [self.instance]
        for instance in found:
            found += [one["id"] for one in await self._get(f"/process-instance?superProcessInstance={instance}")]
        return found

    async def _alive(self, instance: str) -> Json:
        tree = await self.ask("GET", f"/process-instance/{instance}/activity-instances")
        tasks = await self._get(f"/task?processInstanceId={instance}")
        variables = await self._get(f"/variable-instance?processInstanceIdIn={instance}&deserializeValues=false")
        jobs = await self._get(f"/job?processInstanceId={instance}")
        waited = await self._get(f"/event-subscription?processInstanceId={instance}")
        names = {one["id"]: one["activityId"] for one in await self._get("/job-definition")}
        return {
            "tree": _shown(tree.json()) if tree.status_code == 200 else tree.status_code,
            "tasks": sorted(one["taskDefinitionKey"] for one in tasks),
            "variables": sorted(
                [one["name"], (one["activityInstanceId"] or "?").rpartition(":")[0], one["value"]] for one in variables
            ),
            "jobs": sorted(names[one["jobDefinitionId"]] for one in jobs),
            "waited": sorted([one["eventType"], one["activityId"]] for one in waited),
        }

    # requests

    async def _get(self, path: str) -> Json:
        response = await self.ask("GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    async def _post(self, path: str, body: Json) -> httpx.Response:
        return await self.ask("POST", path, json=body)

    async def _filled(self, value: Json) -> Json:
        """The value with ids for names in braces.

        ``A`` is an activity instance, ``A~`` a transition instance, ``x:1`` the instance of a multi-instance activity
        with that number, ``i`` the process instance and ``sub`` the one that it has called.
        """
        text = json.dumps(value)
        if not _NAMED.search(text):
            return value
        found = {"i": self.instance}
        for instance in await self._tree_of_instances():
            if instance != self.instance:
                found["sub"] = instance
            tree = await self.ask("GET", f"/process-instance/{instance}/activity-instances")
            if tree.status_code == 200:
                _collect(tree.json(), found)
        for one in await self._get(f"/variable-instance?processInstanceIdIn={self.instance}&variableName=loopCounter"):
            place = one["activityInstanceId"] or ""
            found[f"{place.rpartition(':')[0]}:{one['value']}"] = place
        return json.loads(_NAMED.sub(lambda name: found.get(name[1], name[0]), text))


def _collect(node: Mapping[str, Json], found: dict[str, str]) -> None:
    for child in node["childActivityInstances"]:
        found.setdefault(child["activityId"], child["id"])
        _collect(child, found)
    for one in node["childTransitionInstances"]:
        found.setdefault(f"{one['activityId']}~", one["id"])


def _shown(node: Mapping[str, Json]) -> str:
    """An entry of the tree with what is in it, in the order of the ids of activities."""
    inside = sorted(map(_shown, node["childActivityInstances"]))
    inside += sorted(f"{one['activityId']}~" for one in node["childTransitionInstances"])
    name = "" if node["activityType"] == "processDefinition" else f"{node['activityId']}:{node['activityType']}"
    return f"{name}({' '.join(inside)})" if inside else name


def _masked(value: Json) -> Json:
    if isinstance(value, str):
        return _VERSION.sub(r"\1:<id>", _UUID.sub("<id>", value))
    if isinstance(value, dict):
        return {name: _masked(inner) for name, inner in value.items()}
    return [_masked(inner) for inner in value] if isinstance(value, list) else value


def differences(ours: list[Json], theirs: list[Json]) -> Iterator[str]:
    """Where two servers answered otherwise: the step and both answers."""
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True), start=1):
        if mine != other:
            yield f"step {number}: {mine[0]}\n  ours:     {json.dumps(mine[1:])}\n  recorded: {json.dumps(other[1:])}"
