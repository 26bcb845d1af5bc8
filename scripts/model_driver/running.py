"""Runs the processes of a model on one server, by a policy, and gives what they did as they are recorded.

A model is deployed alone, its processes are started one after another, and it is removed with everything that ran.
"""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import UTC, datetime

from model_driver.acting import act
from model_driver.definitions import observe_definition
from model_driver.ids import Ids
from model_driver.models import Entry, Model, Start
from model_driver.observing import Observation, Observer
from model_driver.policies import Means, Past, Policy
from model_driver.rest import Deployment, Refused, Server, Unusable
from model_driver.starting import Starter
from model_driver.values import JsonObject

MAX_STEPS = 60


async def run_model(
    server: Server, model: Model, policy: Policy, avoided: Set[str] = frozenset(), *, whole_tree: bool = False
) -> JsonObject:
    """Deploy a model, run its processes, remove it; the record of it. Never raises, whatever a model does.

    ``avoided``: operations that are not used although the server has them. ``whole_tree``: the history is that of
    called instances too.
    """
    record: JsonObject = {"model": model.name, "policy": policy.name, "has": sorted(server.has)}
    record |= {"definitions": {}, "runs": []}
    try:
        deployment = await server.deploy(model)
    except Refused as refused:
        return record | {"refused": refused.error}
    except Unusable as unusable:
        return record | {"broken": str(unusable)}
    try:
        for key, definition in sorted(deployment.definitions.items()):
            record["definitions"][key] = await observe_definition(server, definition)
            for entry in model.entries.get(key, []):
                run = _Run(server, model, policy, definition, server.has - avoided, whole_tree)
                record["runs"].append(await run.whole(entry))
    except (Refused, Unusable) as error:
        record["broken"] = str(error)
    except (KeyError, TypeError, ValueError) as error:
        record["broken"] = f"an answer is not as the API says: {error!r}"
    await _remove(server, deployment, record)
    return record


async def _remove(server: Server, deployment: Deployment, record: JsonObject) -> None:
    try:
        await server.remove(deployment)
    except (Refused, Unusable) as error:
        record["broken"] = f"cannot be removed: {error}"


@dataclass(slots=True)
class _Run:
    """One process instance on one server."""

    server: Server
    model: Model
    policy: Policy
    definition: str
    usable: Set[str]
    whole_tree: bool
    ids: Ids = field(default_factory=Ids)
    past: Past = field(default_factory=Past)

    async def whole(self, entry: Entry) -> JsonObject:
        """Start it, act until the policy has nothing left or 60 actions are done, and look at the history."""
        self.ids.know("definition", self.definition)
        record: JsonObject = {"key": entry.key, "start": entry.start.value, "event": entry.event}
        starter = Starter(self.server, self.definition)
        if lacking := starter.lacks(entry):
            return record | {"lacks": lacking}
        keys = {self.definition: entry.key}
        observer = Observer(self.server, self.ids, datetime.now(UTC), keys, self.model.settings)
        try:
            instance = await starter.start(entry)
        except Refused as refused:
            return record | _outcome([{"action": None, "error": self.ids.named(refused.error), "state": None}], None)
        seen = await observer.observe(instance) if instance else observer.ended()
        steps: list[JsonObject] = [{"action": None, "error": None, "state": seen.state}]
        if entry.start is Start.TIMER:
            record["start_jobs"] = (await observe_definition(self.server, self.definition)).get("start_jobs")
        while len(steps) <= MAX_STEPS and (step := await self._step(seen, observer, instance or "")) is not None:
            shown, seen = step
            steps.append(shown)
        visited = await observer.visited(instance, whole_tree=self.whole_tree) if instance else None
        return record | _outcome(steps, visited)

    async def _step(
        self, seen: Observation, observer: Observer, instance: str
    ) -> tuple[JsonObject, Observation] | None:
        """The next action with what came of it; None when there is none."""
        codes = (self.model.error_codes, self.model.escalation_codes)
        means = Means(self.usable, *(next(iter(each), "") for each in codes))
        action = self.policy.choose(seen.candidates, self.past, means)
        if action is None:
            return None
        error = None
        try:
            await act(self.server, self.model, action, seen.candidates[action.candidate])
        except Refused as refused:
            error = refused.error
        self.past.note(action, refused=error is not None)
        after = await observer.observe(instance)
        return {"action": action.shown(), "error": self.ids.named(error), "state": after.state}, after


def _outcome(steps: list[JsonObject], visited: list[JsonObject] | None) -> JsonObject:
    """The steps, and what recordings without steps have: what waited at each, how it ended, what was visited."""
    waiting = [waits for step in steps if step["state"] and (waits := leaves(step["state"]))]
    last = steps[-1]["state"]
    end = "error" if last is None else "ended" if last["ended"] else "waiting"
    found = None if visited is None else sorted(one["activity"] + "!" * one["canceled"] for one in visited)
    return {"waiting": waiting, "end": end, "visited": found, "history": visited, "steps": steps}


def leaves(state: JsonObject) -> list[str]:
    """The activity ids that wait in the process instance itself, sorted; ``~`` marks an asynchronous continuation."""
    found: list[str] = []

    def collect(tree: JsonObject) -> None:
        for child in tree.get("children", []):
            if child["kind"] == "transition":
                found.append(child["activity"] + "~")
            elif not child["children"]:
                found.append(child["activity"])
            collect(child)

    if state["activities"] and isinstance(state["activities"], list):
        collect(state["activities"][0])
    return sorted(found)
