"""The state of a process instance with everything that it called, the same on every server that does the same.

A state is a JSON object of parts: ``ended``, ``activities`` (the trees of activity instances), and a list for each of
``rest.LISTS`` except the history. Ids are replaced by names, dates by ``moments``. The entries of a list stand in the
order of their activity ids, and equal ones in the order of their creation.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from model_driver import entries, ids
from model_driver.conditions import Setting
from model_driver.ids import Ids
from model_driver.policies import Candidate, Kind, Target
from model_driver.rest import LISTS, Refused, Server
from model_driver.values import Json, JsonObject

_ASKED = tuple(part for part in LISTS if part != "visited")
#: How deep called processes are followed.
_DEPTH = 5


@dataclass(slots=True)
class Observation:
    """A state, and what could be done next: every candidate of an action with how the server knows it."""

    state: JsonObject
    candidates: dict[Candidate, Target] = field(default_factory=dict)


@dataclass(slots=True)
class Observer:
    """Observes one process instance of one server.

    ``started`` is when it was started, by the clock of the driver;
    ``keys`` are those of the process definitions that are known by their ids; ``settings`` are the variables that make
    conditions true, by the ids of the events.
    """

    server: Server
    ids: Ids
    started: datetime
    keys: dict[str, str]
    settings: dict[str, Setting] = field(default_factory=dict)
    _job_definitions: dict[str, JsonObject] = field(default_factory=dict)
    _links: dict[str, list[JsonObject]] = field(default_factory=dict)

    async def observe(self, root: str) -> Observation:
        """The present state of an instance: a list that the server cannot show is the error that it answered."""
        self.ids.know("instance", root)
        try:
            trees = await self._trees(root)
        except Refused as refused:
            return Observation({"ended": False, "activities": {"error": self.ids.named(refused.error)}})
        if not trees:
            return self.ended()
        listed = await self._lists([tree["processInstanceId"] for tree in trees])
        await self._learn_job_definitions(listed["jobs"])
        await self._learn_links(listed["tasks"])
        scopes = {tree["id"]: "" for tree in trees}
        for tree in trees:
            _collect_scopes(tree, scopes)
        shown_trees = [entries.tree_entry(tree, await self._key(tree["processDefinitionId"])) for tree in trees]
        state: JsonObject = {"ended": False, "activities": shown_trees}
        candidates: dict[Candidate, Target] = {}
        for part in self._parts():
            raws = listed[part]
            if isinstance(raws, dict):  # an error instead of a list
                state[part] = raws
                continue
            shown = [(self._entry(part, raw, scopes), raw) for raw in raws]
            shown.sort(key=lambda pair: (_place(pair[0]), ids.order(pair[1]["id"])))
            state[part] = [entry for entry, _ in shown]
            candidates |= self._candidates(part, shown)
        if isinstance(listed["subscriptions"], list):
            waiting = {raw["activityId"] for raw in listed["subscriptions"]}
            candidates |= _numbered(
                (Candidate(Kind.EXECUTION, one["activityId"]), Target(one["executionIds"][0]))
                for tree in trees
                for one in _receiving(tree)
                if one["activityId"] not in waiting
            )
        return Observation(self.ids.named(state), candidates)

    def ended(self) -> Observation:
        """The state of an instance that is not there any more."""
        return Observation({"ended": True, "activities": [], **{part: [] for part in self._parts()}})

    async def visited(self, root: str, *, whole_tree: bool = False) -> list[JsonObject] | None:
        """All activity instances of the history, by activity id; None where the server has no history.

        ``whole_tree``: those of the instances that it has called, too.
        """
        if "visited" not in self.server.has:
            return None
        raws: list[JsonObject] = []
        instances = [root]
        for instance in instances:
            found = await self.server.get(LISTS["visited"], {"processInstanceId": instance})
            raws += found
            if whole_tree:
                instances += [raw["calledProcessInstanceId"] for raw in found if raw["calledProcessInstanceId"]]
        shown = [
            {"activity": raw["activityId"], "type": raw["activityType"], "canceled": raw["canceled"]} for raw in raws
        ]
        return sorted(shown, key=lambda entry: (entry["activity"], entry["canceled"], entry["type"]))

    def _parts(self) -> list[str]:
        return [part for part in _ASKED if part in self.server.has]

    async def _trees(self, root: str, depth: int = 0) -> list[JsonObject]:
        try:
            tree: JsonObject = await self.server.get(f"/process-instance/{root}/activity-instances")
        except Refused as refused:
            if refused.error["status"] == 404:
                return []
            raise
        self._meet_tree(tree)
        trees = [tree]
        if depth < _DEPTH and _calls(tree):
            called = await self.server.get("/process-instance", {"superProcessInstance": root})
            for each in sorted(called, key=lambda one: ids.order(one["id"])):
                trees += await self._trees(each["id"], depth + 1)
        return trees

    def _meet_tree(self, tree: JsonObject) -> None:
        self.ids.meet("activity", tree)
        for identifier in tree.get("executionIds", []):
            self.ids.know("execution", identifier)
        for child in [*tree.get("childActivityInstances", []), *tree.get("childTransitionInstances", [])]:
            self._meet_tree(child)

    async def _lists(self, instances: list[str]) -> dict[str, Json]:
        parts = self._parts()
        answers = await asyncio.gather(*(self._list(part, instances) for part in parts))
        return {part: [] for part in _ASKED} | dict(zip(parts, answers, strict=True))

    async def _list(self, part: str, instances: list[str]) -> Json:
        raws: list[JsonObject] = []
        member = "processInstanceIdIn" if part == "variables" else "processInstanceId"
        more = {"deserializeValues": "false"} if part == "variables" else {}
        for instance in instances:
            try:
                raws += await self.server.get(LISTS[part], {member: instance} | more)
            except Refused as refused:
                return {"error": refused.error}
        for raw in sorted(raws, key=lambda one: ids.order(one["id"])):
            self.ids.meet(part.removesuffix("s").replace("_", " "), raw)
        return raws

    async def _learn_job_definitions(self, jobs: Json) -> None:
        wanted = {job["jobDefinitionId"] for job in jobs if job["jobDefinitionId"]} if isinstance(jobs, list) else set()
        for identifier in sorted(wanted - self._job_definitions.keys()):
            self._job_definitions[identifier] = await self.server.get(f"/job-definition/{identifier}")

    async def _learn_links(self, tasks: Json) -> None:
        """Ask once for the candidates of every new task: no action of the driver changes them."""
        wanted = {task["id"] for task in tasks} if isinstance(tasks, list) else set()
        for identifier in sorted(wanted - self._links.keys()):
            self._links[identifier] = await self.server.get(f"/task/{identifier}/identity-links")

    async def _key(self, definition: str) -> str:
        if definition not in self.keys:
            self.keys[definition] = (await self.server.get(f"/process-definition/{definition}"))["key"]
        return self.keys[definition]

    def _entry(self, part: str, raw: JsonObject, scopes: dict[str, str]) -> JsonObject:
        if part == "tasks":
            return entries.task_entry(raw, self._links.get(raw["id"], []))
        if part == "jobs":
            return entries.job_entry(raw, self._job_definitions.get(raw["jobDefinitionId"], {}))
        if part == "variables":
            return entries.variable_entry(raw, scopes, self.started)
        return entries.PLAIN[part](raw)

    def _candidates(self, part: str, shown: list[tuple[JsonObject, JsonObject]]) -> dict[Candidate, Target]:
        found = ((self._candidate(part, entry), _target(part, raw)) for entry, raw in shown)
        return _numbered((candidate, target) for candidate, target in found if candidate is not None)

    def _candidate(self, part: str, entry: JsonObject) -> Candidate | None:
        activity = entry.get("activity") or ""
        if part == "tasks":
            return Candidate(Kind.TASK, activity)
        if part == "external_tasks":
            return Candidate(Kind.EXTERNAL_TASK, activity)
        if part == "jobs" and entry["retries"] > 0 and not entry["suspended"]:
            return Candidate(Kind.JOB, activity, entry["type"] or "")
        if part == "subscriptions" and entry["type"] in ("message", "signal"):
            return Candidate(Kind(entry["type"]), activity, entry["name"] or "")
        if part == "subscriptions" and entry["type"] == "conditional" and activity in self.settings:
            return Candidate(Kind.CONDITION, activity, self.settings[activity].name)
        return None


def _target(part: str, raw: JsonObject) -> Target:
    return Target(raw["processInstanceId"], raw["executionId"]) if part == "subscriptions" else Target(raw["id"])


def _numbered(found: Iterable[tuple[Candidate, Target]]) -> dict[Candidate, Target]:
    numbered: dict[Candidate, Target] = {}
    for first, target in found:
        candidate = first
        while candidate in numbered:
            candidate = candidate.next()
        numbered[candidate] = target
    return numbered


def _receiving(tree: JsonObject) -> Iterator[JsonObject]:
    """The receive tasks that wait, in the order of their creation."""
    if tree["activityType"] == "receiveTask":
        yield tree
    for child in sorted(tree["childActivityInstances"], key=lambda one: ids.order(one["id"])):
        yield from _receiving(child)


def _calls(tree: JsonObject) -> bool:
    return tree["activityType"] == "callActivity" or any(_calls(child) for child in tree["childActivityInstances"])


def _collect_scopes(tree: JsonObject, scopes: dict[str, str]) -> None:
    for child in [*tree["childActivityInstances"], *tree["childTransitionInstances"]]:
        # The id of a transition instance may be that of the process instance, which has the variables.
        scopes.setdefault(child["id"], child["activityId"])
        if "childActivityInstances" in child:
            _collect_scopes(child, scopes)


def _place(entry: JsonObject) -> tuple[str, ...]:
    return tuple(str(entry.get(member)) for member in ("activity", "scope", "type", "name"))
