"""The load of the fault tests: workers, starters, a reviewer and others who keep servers busy, and record a history.

A careful client sends a completion again whose outcome is unknown, and takes another name after a fetch of that kind.
"""

import asyncio
import contextlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from taskbridge.dialects.camunda.ids import Kind, decode
from tests.crash.client import Answer, Client
from tests.crash.history import Completion, Extension, Failure, Fetch, History, Outcome, Read, Start, Unlock, Write
from tests.crash.http import NotSentError

STEPS, REGISTERS = "steps", "registers"
#: Instances that are under way; more are not started.
_OPEN_AT_MOST = 60
_POLL_MS = 500
_PAUSE = 0.05
#: Milliseconds; short ones run out under way, so that tasks are granted again.
_LOCKS = (400, 1_000, 2_000)
_ONE = ("left", "right", "inside", "merged", "review", "last")


@dataclass
class Load:
    """What all of them share. ``calm``: no database goes away, so that an error of the server is a surprise."""

    ports: Sequence[int]
    seed: int
    calm: bool
    history: History = field(default_factory=History)
    lost_answers: int = 0
    unavailable: int = 0
    sent: int = 0
    draining: bool = False
    #: How many actors access registers. The instances of these are ended once there is none any more.
    clerks: int = 0
    #: Set when all is done, or nothing can be done any more.
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _open: int = 0
    #: Ids of the instances whose variable ``r`` is a register.
    registers: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def actor(self, name: str, ports: Sequence[int] = ()) -> Iterator["Actor"]:
        """An actor with its own random numbers, and connections to all servers, or to those that are named."""
        choice = random.Random(f"{self.seed} {name}")
        client = Client(ports or self.ports, choice)
        try:
            yield Actor(self, client, choice)
        finally:
            client.close()

    def token(self, name: str) -> str:
        """A text that was not used before."""
        return f"{name}-{next(self._numbers)}"

    async def run(self, *, workers: int, starters: int) -> None:
        """Run all actors at once, until it is over."""
        async with asyncio.TaskGroup() as group:
            for number in range(workers):
                group.create_task(self._work(f"worker{number}"))
            for number in range(starters):
                group.create_task(self._start_instances(f"starter{number}"))
            for number in range(2):
                group.create_task(self._access_registers(f"clerk{number}"))
            group.create_task(self._review())
            group.create_task(self._give_retries())

    async def prepare(self) -> None:
        """Start the instances whose variables are registers. Before any fault."""
        with self.actor("founder") as founder:
            for number in range(3):
                value = self.token("r")
                variables = {"topic": _typed(REGISTERS), "r": _typed(value)}
                answer = await founder.start("OneTask", variables, frozenset({"only"}))
                assert answer.outcome is Outcome.DONE, f"register {number}: {answer}"
                register = answer.body["id"]
                self.history.writes.append(Write(**answer.known, register=_name(register), value=value))
                self.registers.append(register)

    async def drain(self, seconds: float) -> bool:
        """Wait until all instances have ended; tells whether they did in so many seconds."""
        self.draining = True
        with self.actor("drain") as actor, contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    answer = await actor.send("GET", "/process-instance/count")
                    if answer.status == 200 and answer.body["count"] == 0:
                        return True
                    await asyncio.sleep(_PAUSE * 4)
        return False

    async def _work(self, name: str) -> None:
        with self.actor(name) as worker:
            while not self.over.is_set():
                ending = self.draining and not self.clerks
                for task in await worker.fetch(await worker.all_topics() if ending else [STEPS]):
                    await worker.deal_with(task)

    async def _start_instances(self, name: str) -> None:
        with self.actor(name) as starter:
            while not (self.draining or self.over.is_set()):
                if self._open < _OPEN_AT_MOST:
                    self._open += 1
                    await starter.start(*starter.chosen_process())
                    continue
                await asyncio.sleep(_PAUSE)
                answer = await starter.send("GET", "/process-instance/count")
                self._open = answer.body["count"] if answer.status == 200 else self._open

    async def _access_registers(self, name: str) -> None:
        self.clerks += 1
        try:
            with self.actor(name) as clerk:
                while not (self.draining or self.over.is_set()):
                    await clerk.access(clerk.choice.choice(self.registers))
                    await asyncio.sleep(_PAUSE / 2)
        finally:
            self.clerks -= 1

    async def _review(self) -> None:
        with self.actor("reviewer") as reviewer:
            while not self.over.is_set():
                answer = await reviewer.send("GET", "/task?candidateGroup=reviewers&maxResults=20")
                for task in answer.body if answer.status == 200 else ():
                    await reviewer.complete(None, task["id"], "/task/{}/complete", task["taskDefinitionKey"], Kind.TASK)
                await asyncio.sleep(_PAUSE)

    async def _give_retries(self) -> None:
        with self.actor("operator") as operator:
            while not self.over.is_set():
                answer = await operator.send("GET", "/external-task?noRetriesLeft=true")
                for task in answer.body if answer.status == 200 else ():
                    await operator.send("PUT", f"/external-task/{task['id']}/retries", {"retries": 3})
                await asyncio.sleep(_PAUSE * 2)


class Actor:
    """Sends one request after the other, and records each in the history."""

    def __init__(self, load: Load, client: Client, choice: random.Random) -> None:
        self._load = load
        self._history = load.history
        self._client = client
        self.choice = choice
        self.worker = load.token("w")

    async def send(self, method: str, path: str, body: object = None, *, refusals: bool = True) -> Answer:
        """Send a request, and try again while no server listens. ``refusals``: whether it may be refused."""
        load = self._load
        while True:
            try:
                answer = await self._client.send(method, path, body)
                break
            except NotSentError as error:
                if load.over.is_set():
                    return Answer(0, 0, Outcome.REFUSED, 0, str(error))
                await asyncio.sleep(_PAUSE)
        load.sent += 1
        load.lost_answers += answer.status == 0
        load.unavailable += answer.status >= 500 and answer.outcome is Outcome.UNKNOWN
        wrong = answer.outcome is Outcome.REFUSED and not refusals
        if wrong or (load.calm and answer.status >= 500 and answer.outcome is Outcome.UNKNOWN):
            self._history.surprises.append(f"{method} {path}: {answer}")
        if answer.outcome is Outcome.UNKNOWN:
            await asyncio.sleep(_PAUSE)  # an unavailable database is not asked again at once
        return answer

    async def start(self, key: str, variables: dict[str, Any], nodes: frozenset[str]) -> Answer:
        """Start an instance with a business key of its own."""
        business_key = self._load.token("k")
        body = {"businessKey": business_key, "variables": variables}
        answer = await self.send("POST", f"/process-definition/key/{key}/start", body, refusals=False)
        if answer.called:
            self._history.starts.append(Start(**answer.known, business_key=business_key, nodes=nodes))
        return answer

    async def start_one_task(self, topic: str) -> Answer:
        """Start an instance of the model with one task, again and again until one is known to be there."""
        while True:
            answer = await self.start("OneTask", {"topic": _typed(topic)}, frozenset({"only"}))
            if answer.outcome is Outcome.DONE or self._load.over.is_set():
                return answer

    def chosen_process(self) -> tuple[str, dict[str, Any], frozenset[str]]:
        """A process to start, by chance: its key, its variables, and the nodes that it will pass."""
        if self.choice.random() < 0.5:
            return "ThreeSteps", {"passed": _typed(0)}, frozenset({"step1", "step2", "step3"})
        ways = {"one": self.choice.random() < 0.6, "two": self.choice.random() < 0.6}
        taken = [name for name, way in ways.items() if way] or ["neither"]
        variables = {"first": _typed(ways["one"]), "second": _typed(ways["two"])}
        return "ThreeBranches", variables, frozenset({*_ONE, *taken})

    async def all_topics(self) -> list[str]:
        """Every topic that has a task, and that of the steps."""
        answer = await self.send("GET", "/external-task/topic-names")
        return sorted({STEPS, *(answer.body if answer.status == 200 else ())})

    async def fetch(self, topics: Sequence[str], poll_ms: int = _POLL_MS) -> list[Any]:
        """Fetch tasks, and wait a while for them."""
        milliseconds = self.choice.choice(_LOCKS)
        body = {
            "workerId": self.worker,
            "maxTasks": self.choice.randint(1, 5),
            "topics": [{"topicName": topic, "lockDuration": milliseconds} for topic in topics],
            "asyncResponseTimeout": poll_ms,
        }
        answer = await self.send("POST", "/external-task/fetchAndLock", body, refusals=False)
        if not answer.called:
            return []
        granted: list[Any] = answer.body if answer.outcome is Outcome.DONE else []
        tasks = tuple(decode(task["id"], Kind.EXTERNAL_TASK) for task in granted)
        self._history.fetches.append(
            Fetch(**answer.known, worker=self.worker, tasks=tasks, duration=milliseconds / 1000)
        )
        if answer.outcome is Outcome.UNKNOWN:
            self.worker = self._load.token("w")
        return granted

    async def deal_with(self, task: dict[str, Any]) -> None:
        """Complete a task, mostly."""
        number = decode(task["id"], Kind.EXTERNAL_TASK)
        chance = self.choice.random()
        if chance < 0.05:
            await self._fail(task["id"], number, retries=3)
        elif chance < 0.07:
            await self._fail(task["id"], number, retries=0)
        elif chance < 0.10:
            answer = await self.send("POST", f"/external-task/{task['id']}/unlock")
            self._history.unlocks.append(Unlock(**answer.known, task=number))
        else:
            if chance < 0.14:
                await self._extend(task["id"], number)
            elif chance < 0.18:
                await asyncio.sleep(0.6)  # a short lock runs out
            await self.complete(self.worker, task["id"], "/external-task/{}/complete", task["activityId"])

    async def complete(
        self, worker: str | None, task: str, path: str, node: str, kind: Kind = Kind.EXTERNAL_TASK
    ) -> None:
        """Complete a task; with the same value again, while the outcome is unknown."""
        token = self._load.token("t")
        body: dict[str, Any] = {"variables": {f"by_{node}": _typed(token)}}
        body |= {} if worker is None else {"workerId": worker}
        number, answer = decode(task, kind), None
        while answer is None or (answer.outcome is Outcome.UNKNOWN and not self._load.over.is_set()):
            answer = await self.send("POST", path.format(task), body)
            self._history.completions.append(Completion(**answer.known, worker=worker, task=number, token=token))

    async def access(self, instance: str) -> None:
        """Write or read a register."""
        if self.choice.random() < 0.3:
            await self.write(instance)
            return
        answer = await self.send("GET", f"/process-instance/{instance}/variables/r", refusals=False)
        if answer.outcome is Outcome.DONE:
            self._history.reads.append(Read(**answer.known, register=_name(instance), value=answer.body["value"]))

    async def write(self, instance: str) -> None:
        """Write a register."""
        value = self._load.token("r")
        answer = await self.send("PUT", f"/process-instance/{instance}/variables/r", _typed(value), refusals=False)
        self._history.writes.append(Write(**answer.known, register=_name(instance), value=value))

    async def _fail(self, task: str, number: int, *, retries: int) -> None:
        pause = self.choice.choice((0, 100, 300))
        body = {"workerId": self.worker, "errorMessage": "planned", "retries": retries, "retryTimeout": pause}
        answer = await self.send("POST", f"/external-task/{task}/failure", body)
        self._history.failures.append(Failure(**answer.known, worker=self.worker, task=number, pause=pause / 1000))

    async def _extend(self, task: str, number: int) -> None:
        milliseconds = self.choice.choice(_LOCKS)
        body = {"workerId": self.worker, "newDuration": milliseconds}
        answer = await self.send("POST", f"/external-task/{task}/extendLock", body)
        self._history.extensions.append(
            Extension(**answer.known, worker=self.worker, task=number, duration=milliseconds / 1000)
        )


def _typed(value: str | int) -> dict[str, Any]:
    """A variable as Camunda has it."""
    names = {bool: "Boolean", int: "Integer", str: "String"}
    return {"type": names[type(value)], "value": value}


def _name(instance: str) -> str:
    return f"{decode(instance, Kind.PROCESS_INSTANCE)}/r"
