"""Migrations told to a server, with its answers in a form in which two servers can be compared.

Ids are not shown; what was there before the migration with the same id is marked by `=`. Definitions are shown by the
names of their models. Lists for which no order is asked are sorted.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.dialects.camunda.migrations.models import CALLED, MODELS

#: Sends a request to a server: method, path, and what it brings, as httpx has it.
Ask = Callable[..., Awaitable[httpx.Response]]
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ROUNDS = 12


@dataclass(frozen=True)
class Migration:
    """An instance that is migrated. `instructions` are `source>target`, `*` where triggers are updated; None: the
    generated ones, `more` and less (`without`) of them. Steps stand before and after it; then it runs to its end.
    """

    title: str
    source: str
    target: str
    instructions: Sequence[str] | None = None
    more: Sequence[str] = ()
    without: Sequence[str] = ()
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] | None = None
    update: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


def instruction(text: str) -> dict[str, Any]:
    """An instruction as requests have it."""
    source, _, target = text.rstrip("*").partition(">")
    return {
        "sourceActivityIds": [source],
        "targetActivityIds": [target or source],
        "updateEventTrigger": text.endswith("*"),
    }


def shown_instruction(document: Mapping[str, Any]) -> str:
    """The same as a text."""
    (source,), (target,) = document["sourceActivityIds"], document["targetActivityIds"]
    return f"{source}{'' if source == target else f'>{target}'}{'*' if document['updateEventTrigger'] else ''}"


class Server:
    """A server with the models that were asked for."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.ids: dict[str, str] = {}  # definition, by the name of its model
        self.begun: datetime | None = None

    async def definition(self, name: str) -> str:
        """The id of the definition of a model, which is deployed first where it is not there yet."""
        if name not in self.ids:
            self.ids[name] = await self._deployed(MODELS[name])
        return self.ids[name]

    async def with_called(self) -> None:
        """Deploy what the models call."""
        for name, content in CALLED.items():
            if name not in self.ids:
                self.ids[name] = await self._deployed(content)

    async def _deployed(self, content: str) -> str:
        files: list[tuple[str, tuple[str | None, bytes]]] = [
            ("deployment-name", (None, b"migrations")),
            ("data", ("model.bpmn", content.encode())),
        ]
        found = await self.json("POST", "/deployment/create", files=files)
        self.begun = self.begun or datetime.fromisoformat(found["deploymentTime"])
        (definition,) = found["deployedProcessDefinitions"]
        return str(definition)

    async def json(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """The body of an answer that has to be one of success."""
        if params := more.pop("params", None):
            path = f"{path}?{urlencode(params)}"
        response = await self.ask(method, path, **more)
        assert response.status_code in (200, 204), f"{method} {path}: {response.text}"
        return response.json() if response.content else None

    def name_of(self, definition_id: str) -> str | None:
        """The model of a definition."""
        return next((name for name, one in self.ids.items() if one == definition_id), None)

    def masked(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """A value without ids."""
        if isinstance(value, str):
            for name, one in sorted(self.ids.items(), key=lambda pair: -len(pair[1])):
                value = value.replace(one, f"<{name}>")
            return _UUID.sub("<id>", value)
        if isinstance(value, dict):
            return {name: self.masked(inner) for name, inner in value.items()}
        return [self.masked(inner) for inner in value] if isinstance(value, list) else value


async def proposed(server: Server, source: str, target: str, *, update: bool = False) -> list[str]:
    """The instructions that a server proposes, sorted."""
    body = {
        "sourceProcessDefinitionId": await server.definition(source),
        "targetProcessDefinitionId": await server.definition(target),
        "updateEventTriggers": update,
    }
    found = await server.json("POST", "/migration/generate", json=body)
    return sorted(shown_instruction(one) for one in found["instructions"])


async def reported(server: Server, source: str, target: str, instructions: Sequence[str]) -> list[Any]:
    """What a server finds wrong with instructions: each with its texts, sorted."""
    plan = {
        "sourceProcessDefinitionId": await server.definition(source),
        "targetProcessDefinitionId": await server.definition(target),
        "instructions": [instruction(one) for one in instructions],
    }
    found = await server.json("POST", "/migration/validate", json=plan)
    return sorted(
        [shown_instruction(one["instruction"]), server.masked(one["failures"])] for one in found["instructionReports"]
    )


class Telling:
    """One instance, before and after its migration."""

    def __init__(self, server: Server, migration: Migration) -> None:
        self.server = server
        self.migration = migration
        self.instance = ""
        self.known: set[str] = set()

    async def tell(self) -> dict[str, Any]:
        """All that can be compared."""
        migration = self.migration
        await self.server.with_called()
        source = await self.server.definition(migration.source)
        await self.server.definition(migration.target)
        await self._start(source)
        for step in migration.before:
            await self._step(step)
        await self._state()
        told: dict[str, Any] = {"answer": await self._migrate(), "after": await self._state()}
        told["on"] = [[step, await self._stepped(step)] for step in migration.after]
        for _ in range(_ROUNDS):
            following = await self._next()
            if following is None:
                break
            told["on"].append([following, await self._stepped(following)])
            if "suspend" in migration.before or (len(told["on"]) > 1 and told["on"][-1] == told["on"][-2]):
                break  # nothing lets it go on
        await self.server.ask("DELETE", f"/process-instance/{self.instance}")
        return told

    async def _start(self, source: str) -> None:
        body = {"variables": _typed(self.migration.variables), "businessKey": "key"}
        found = await self.server.json("POST", f"/process-definition/{source}/start", json=body)
        self.instance = found["id"]

    async def _migrate(self) -> list[Any]:
        migration, server = self.migration, self.server
        source, target = await server.definition(migration.source), await server.definition(migration.target)
        chosen = migration.instructions
        if chosen is None:
            found = await proposed(server, migration.source, migration.target, update=migration.update)
            chosen = [*(one for one in found if one not in migration.without), *migration.more]
        plan: dict[str, Any] = {
            "sourceProcessDefinitionId": source,
            "targetProcessDefinitionId": target,
            "instructions": [instruction(one) for one in chosen],
        }
        if migration.given is not None:
            plan["variables"] = _typed(migration.given)
        body = {"migrationPlan": plan, "processInstanceIds": [self.instance], **migration.options}
        response = await server.ask("POST", "/migration/execute", json=body)
        return [response.status_code, _sorted_reports(server.masked(response.json() if response.content else None))]

    async def _stepped(self, step: str) -> dict[str, Any] | None:
        await self._step(step)
        document = await self._activities()
        return None if document is None else await self._waits(document)

    async def _step(self, step: str) -> None:
        """`do TASK`, `work ACTIVITY`, `run ACTIVITY` (a job), `message NAME`, `signal NAME`, `set NAME VALUE`."""
        kind, _, what = step.partition(" ") if not step.startswith("give up") else ("give up", "", "")
        of_instance = {"processInstanceId": self.instance}
        server = self.server
        match kind:
            case "do":
                tasks = await server.json("GET", "/task", params={"taskDefinitionKey": what, **self._whole()})
                await server.ask("POST", f"/task/{_first(tasks)}/complete", json={})
            case "work":
                tasks = await server.json("GET", "/external-task", params={"activityId": what, **of_instance})
                topics = [{"topicName": tasks[0]["topicName"], "lockDuration": 60_000}]
                body = {"workerId": "w", "maxTasks": 10, "topics": topics}
                await server.json("POST", "/external-task/fetchAndLock", json=body)
                await server.ask("POST", f"/external-task/{_first(tasks)}/complete", json={"workerId": "w"})
            case "fail":
                tasks = await server.json("GET", "/external-task", params={"activityId": what})
                await server.json("PUT", f"/external-task/{_first(tasks)}/retries", json={"retries": 0})
            case "run":
                jobs = await server.json("GET", "/job", params=of_instance)
                named = [job for job in jobs if (await self._declared(job))[0] == what]
                await server.ask("POST", f"/job/{_first(named)}/execute", json={})
            case "message":
                await server.ask("POST", "/message", json={"messageName": what, **of_instance})
            case "signal":
                await server.ask("POST", "/signal", json={"name": what})
            case "set":
                name, _, value = what.partition(" ")
                path = f"/process-instance/{self.instance}/variables/{name}"
                await server.json("PUT", path, json={"value": json.loads(value), "type": "Integer"})
            case "suspend":
                await server.json("PUT", f"/process-instance/{self.instance}/suspended", json={"suspended": True})
            case "claim":
                tasks = await server.json("GET", "/task", params={"taskDefinitionKey": what, **of_instance})
                await server.json("POST", f"/task/{_first(tasks)}/claim", json={"userId": "ann"})
            case "give up":
                jobs = await server.json("GET", "/job", params=of_instance)
                await server.json("PUT", f"/job/{_first(jobs)}/retries", json={"retries": 0})
            case _:
                raise ValueError(step)

    async def _next(self) -> str | None:
        """What lets the instance go on; None where it has ended, or nothing does."""
        of_instance = {"processInstanceId": self.instance}
        server = self.server
        if tasks := await server.json("GET", "/task", params=self._whole()):
            return f"do {min(one['taskDefinitionKey'] for one in tasks)}"
        if tasks := await server.json("GET", "/external-task", params=of_instance):
            return f"work {min(one['activityId'] for one in tasks)}"
        if jobs := await server.json("GET", "/job", params=of_instance):
            return f"run {min([(await self._declared(job))[0] for job in jobs])}"
        for one in sorted(await server.json("GET", "/event-subscription", params=of_instance), key=_by_name):
            if one["eventType"] in ("message", "signal"):
                return f"{one['eventType']} {one['eventName']}"
        return None

    def _whole(self) -> dict[str, str]:
        """What asks for the tasks of the instance, and of those that it has called."""
        calls = "call" in self.migration.source  # where no other instance is alive
        return {} if calls else {"processInstanceId": self.instance}

    async def _state(self) -> dict[str, Any] | None:
        """All that can be seen of the instance; None where it has ended."""
        document = await self._activities()
        if document is None:
            return None
        of_instance = {"processInstanceId": self.instance}
        places = {one["id"]: one["activityId"] for one in _entries(document)} | {self.instance: "<instance>"}
        get = self.server.json
        instance = await get("GET", f"/process-instance/{self.instance}")
        return {
            **await self._waits(document),
            "tasks": _sorted(self._task(one) for one in await get("GET", "/task", params=of_instance)),
            "external": _sorted(self._external(one) for one in await get("GET", "/external-task", params=of_instance)),
            "variables": _sorted(
                [one["name"], one["value"], places.get(one["activityInstanceId"])]
                for one in await get("GET", "/variable-instance", params={"processInstanceIdIn": self.instance})
            ),
            "incidents": _sorted(
                [one["incidentType"], one["activityId"], self.server.name_of(one["processDefinitionId"])]
                for one in await get("GET", "/incident", params=of_instance)
            ),
            "instance": [self.server.name_of(instance["definitionId"]), instance["businessKey"], instance["suspended"]],
        }

    async def _activities(self) -> Mapping[str, Any] | None:
        response = await self.server.ask("GET", f"/process-instance/{self.instance}/activity-instances")
        return response.json() if response.status_code == 200 else None

    async def _waits(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Where the instance stands, and what it waits for."""
        of_instance = {"processInstanceId": self.instance}
        get = self.server.json
        return {
            "tree": self._tree(document),
            "jobs": _sorted([await self._job(one) for one in await get("GET", "/job", params=of_instance)]),
            "subscriptions": _sorted(
                [one["eventType"], one["eventName"], one["activityId"], self._same(one)]
                for one in await get("GET", "/event-subscription", params=of_instance)
            ),
        }

    def _same(self, document: Mapping[str, Any]) -> str:
        id_ = document["id"].rpartition(":")[2]  # the activity's own id before it is another one here then
        was = id_ in self.known
        self.known.add(id_)
        return "=" if was else "new"

    def _tree(self, document: Mapping[str, Any]) -> str:
        children = [self._tree(one) for one in document["childActivityInstances"]]
        children += [f"~{one['activityId']}" for one in document["childTransitionInstances"]]
        inner = f"({' '.join(sorted(children))})" if children else ""
        kept = "=" if self._same(document) == "=" else ""
        name = "<instance>" if document["id"] == self.instance else document["activityId"]
        return f"{name}{kept}:{document['activityType']}{inner}"

    def _task(self, document: Mapping[str, Any]) -> list[Any]:
        shown = [document[name] for name in ("taskDefinitionKey", "name", "assignee", "suspended")]
        return [*shown, self.server.name_of(document["processDefinitionId"]), self._same(document)]

    def _external(self, document: Mapping[str, Any]) -> list[Any]:
        shown = [document[name] for name in ("activityId", "topicName", "priority", "retries", "suspended")]
        return [*shown, self.server.name_of(document["processDefinitionId"]), self._same(document)]

    async def _job(self, document: Mapping[str, Any]) -> list[Any]:
        due = document["dueDate"]
        if due is not None and self.server.begun is not None:
            due = round((datetime.fromisoformat(due) - self.server.begun).total_seconds() / 600)
        shown = [due, document["retries"], document["suspended"]]
        model = self.server.name_of(document["processDefinitionId"])
        return [*await self._declared(document), *shown, model, self._same(document)]

    async def _declared(self, job: Mapping[str, Any]) -> list[Any]:
        if job["jobDefinitionId"] is None:
            return [None, None, None]
        found = await self.server.json("GET", f"/job-definition/{job['jobDefinitionId']}")
        of_target = self.server.name_of(found["processDefinitionId"])
        return [found["activityId"], found["jobConfiguration"], of_target]


def _sorted(values: Iterable[Any]) -> list[Any]:
    return sorted(values, key=json.dumps)


def _first(rows: Sequence[Mapping[str, Any]]) -> str:
    assert rows, "there is none"
    return str(rows[0]["id"])


def _by_name(row: Mapping[str, Any]) -> str:
    return f"{row['eventType']} {row['eventName']}"


def _entries(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [document, *(inner for one in document["childActivityInstances"] for inner in _entries(one))]


def _typed(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"value": value, "type": "Integer"} for name, value in variables.items()}


def _sorted_reports(body: Any) -> Any:  # noqa: ANN401 - JSON
    """An error with its reports and the lines of its text in an order, for the real server's is that of hashes."""
    if not isinstance(body, dict):
        return body
    if body["type"] == "NullPointerException":  # whose texts only a Java server has
        body["message"] = None
    report = body.get("validationReport") or {}
    for name, value in report.items():
        if isinstance(value, list):
            report[name] = sorted(value, key=json.dumps)
    if report:
        body["message"] = sorted(body["message"].split("\n"))
    return body


def differences(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """Where two servers told otherwise."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(name), theirs.get(name), f"{where}/{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(mine, other, f"{where}/{index}")
    elif ours != theirs:
        yield f"{where}: ours {json.dumps(ours)}, recorded {json.dumps(theirs)}"
