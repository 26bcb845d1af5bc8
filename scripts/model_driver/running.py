"""Runs the processes of a model on one server, by a policy, and gives what they did as they are recorded.

A model is deployed alone, its processes are started one after another, and it is removed with everything that ran.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from model_driver.acting import act
from model_driver.ids import Ids
from model_driver.models import Model, Process, Start
from model_driver.observing import Observation, Observer
from model_driver.policies import Means, Past, Policy
from model_driver.rest import Deployment, Refused, Server, Unusable
from model_driver.values import JsonObject

MAX_STEPS = 60
#: What a server must have to start a process that waits for something. There is no way to make a condition true.
_STARTS = {Start.TIMER: "jobs", Start.MESSAGE: "message", Start.SIGNAL: "signal", Start.CONDITIONAL: "condition"}
VARIABLES: JsonObject = {
    "approved": {"type": "Boolean", "value": True},
    "input": {"type": "Integer", "value": 1},
    "amount": {"type": "Integer", "value": 150},
}


async def run_model(server: Server, model: Model, policy: Policy) -> JsonObject:
    """Deploy a model, run its processes, remove it; the record of it. Never raises, whatever a model does."""
    record: JsonObject = {"model": model.name, "policy": policy.name, "has": sorted(server.has), "runs": []}
    try:
        deployment = await server.deploy(model)
    except Refused as refused:
        return record | {"refused": refused.error}
    except Unusable as unusable:
        return record | {"broken": str(unusable)}
    try:
        for key in sorted(deployment.definitions):
            if key in model.processes:
                run = _Run(server, model, policy, deployment.definitions[key])
                record["runs"].append(await run.whole(model.processes[key]))
    except (Refused, Unusable) as error:
        record["broken"] = str(error)
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
    ids: Ids = field(default_factory=Ids)
    past: Past = field(default_factory=Past)

    async def whole(self, process: Process) -> JsonObject:
        """Start it, act until the policy has nothing left or 60 actions are done, and look at the history."""
        self.ids.know("definition", self.definition)
        record: JsonObject = {"key": process.key, "start": process.start.value}
        if (need := _STARTS.get(process.start)) is not None and need not in self.server.has:
            return record | {"lacks": need}
        steps: list[JsonObject] = []
        started = datetime.now(UTC)
        try:
            instance = await self._start(process)
        except Refused as refused:
            return record | _outcome([{"action": None, "error": self.ids.named(refused.error), "state": None}], None)
        observer = Observer(self.server, self.ids, started, {self.definition: process.key})
        if instance is None:
            return record | _outcome([{"action": None, "error": None, "state": None}], None)
        seen = await observer.observe(instance)
        steps.append({"action": None, "error": None, "state": seen.state})
        while len(steps) <= MAX_STEPS and (step := await self._step(seen, observer, instance)) is not None:
            shown, seen = step
            steps.append(shown)
        return record | _outcome(steps, await observer.visited(instance))

    async def _step(
        self, seen: Observation, observer: Observer, instance: str
    ) -> tuple[JsonObject, Observation] | None:
        code = self.model.error_codes[0] if self.model.error_codes else "error"
        action = self.policy.choose(seen.candidates, self.past, Means(self.server.has, code))
        if action is None:
            return None
        error = None
        try:
            await act(self.server, action, seen.candidates[action.candidate])
        except Refused as refused:
            error = refused.error
        self.past.note(action, refused=error is not None)
        after = await observer.observe(instance)
        return {"action": action.shown(), "error": self.ids.named(error), "state": after.state}, after

    async def _start(self, process: Process) -> str | None:
        """Start the process by its start event; the id of the instance. None when it cannot be found any more."""
        if process.start is Start.NONE:
            answer = await self.server.post(f"/process-definition/{self.definition}/start", {"variables": VARIABLES})
            identifier: str = answer["id"]
            return identifier
        if process.start is Start.TIMER:
            jobs = await self.server.get("/job", {"processDefinitionId": self.definition})
            for job in jobs[:1]:
                await self.server.post(f"/job/{job['id']}/execute", {})
        elif process.start is Start.MESSAGE:
            await self.server.post("/message", {"messageName": process.trigger, "processVariables": VARIABLES})
        else:
            await self.server.post("/signal", {"name": process.trigger, "variables": VARIABLES})
        return await self._found()

    async def _found(self) -> str | None:
        instances = await self.server.get("/process-instance", {"processDefinitionId": self.definition})
        if not instances and "visited" in self.server.has:
            instances = await self.server.get("/history/process-instance", {"processDefinitionId": self.definition})
        return instances[0]["id"] if instances else None


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
