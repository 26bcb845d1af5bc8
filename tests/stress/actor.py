"""One client: sends requests, and writes down in the history what it was answered."""

import asyncio
import random
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from taskbridge.dialects.camunda.ids import Kind, decode
from tests.crash.client import Answer, Client
from tests.crash.history import Completion, Failure, Fetch, Outcome, Unlock
from tests.stress.expected import MODELS, Event, model_of
from tests.stress.history import Cancellation, Delivery, History, Start
from tests.stress.requests import GROUPS, Target, aimed, typed, variables

#: Milliseconds of a long poll, and of a lock.
_POLL_MS = 300
_LOCK_MS = 20_000
#: The parts of paths that name something.
_NAMES = re.compile(r"[0-9a-f-]{36}|Stress[^/]*|(?<=Subscriptions/)[^/]*")
#: How often an event that goes on may be chosen.
_RARE = 0.25
_GONE = frozenset({404, 500})
#: What errors with the status 500 say that are no faults: something is gone, or waits for this no longer.
_DECLARED = ("Cannot find", "doesn't exist", "does not exist", "does not have a subscription", "is not subscribed")
#: How a message comes to its instance: by what names the instance, or by the execution that waits.
_WAYS = ("business key", "instance", "correlation key", "trigger", "signal")
_TO_EXECUTIONS = frozenset({"trigger", "signal"})
#: Activities that end when they are signalled.
_SIGNALLED = frozenset({"payment", "hear"})


class Actor:
    """Sends one request after the other, or two at the same moment to different nodes."""

    def __init__(
        self, history: History, ports: Sequence[int], choice: random.Random, name: str, numbers: Iterator[int]
    ) -> None:
        self.choice = choice
        self._history = history
        self._name = name
        self._numbers = numbers
        self._clients = [Client([port], choice) for port in (ports if len(ports) > 1 else [*ports, *ports])]

    def close(self) -> None:
        """Hang up."""
        for client in self._clients:
            client.close()

    async def send(
        self, method: str, path: str, body: object = None, *, node: int | None = None, may_be: Collection[int] = ()
    ) -> Answer:
        """Send a request to a node, by default one by chance. ``may_be``: statuses of refusals that are expected."""
        client = self.choice.choice(self._clients) if node is None else self._clients[node]
        answer = await client.send(method, path, body)
        if answer.status in may_be and _is_declared(answer):
            answer = replace(answer, outcome=Outcome.REFUSED)
        asked = f"{method} {_NAMES.sub('*', path.partition('?')[0])}"
        self._history.answers[asked, answer.status] += 1
        if answer.outcome is Outcome.UNKNOWN or (answer.outcome is Outcome.REFUSED and answer.status not in may_be):
            self._history.surprises.append(f"{self._name}: {method} {path} {body}: {answer}")
        return answer

    # who starts and looks

    async def start(self, process: str) -> Target | None:
        """Start an instance, by the key of its process or by a message."""
        number = next(self._numbers)
        business_key = f"{process}-{number}"
        given = variables(business_key, number % GROUPS)
        starts = MODELS[process].starts
        if starts and self.choice.random() < 0.5:
            message = {"messageName": self.choice.choice(starts), "businessKey": business_key, "resultEnabled": True}
            answer = await self.send("POST", "/message", {**message, "processVariables": given})
            started = answer.body[0]["processInstance"] if answer.outcome is Outcome.DONE else None
        else:
            body = {"businessKey": business_key, "variables": given}
            answer = await self.send("POST", f"/process-definition/key/{process}/start", body)
            started = answer.body if answer.outcome is Outcome.DONE else None
        self._history.starts.append(Start(**answer.known, business_key=business_key))
        return None if started is None else Target(started["id"], business_key, process)

    async def look(self) -> list[Target]:
        """The instances that are alive."""
        answer = await self.send("GET", "/process-instance")
        return [Target(one["id"], one["businessKey"] or "", model_of(one["businessKey"]) or "") for one in answer.body]

    async def count_alive(self) -> int:
        """How many instances are alive."""
        number: int = (await self.send("GET", "/process-instance/count")).body["count"]
        return number

    async def tasks(self, target: Target | None = None) -> list[str]:
        """The ids of the tasks for people, of an instance or some of all."""
        asked = "maxResults=20" if target is None else f"processInstanceId={target.id}"
        answer = await self.send("GET", f"/task?{asked}")
        return [task["id"] for task in answer.body]

    async def jobs(self, target: Target) -> list[str]:
        """The ids of the jobs of an instance."""
        answer = await self.send("GET", f"/job?processInstanceId={target.id}")
        return [job["id"] for job in answer.body]

    # who sends

    def names_of(self, events: Sequence[Event], *, draining: bool = False) -> list[str]:
        """Names of events; seldom of those that go on, for they make work without end, and never while draining."""
        rare = self.choice.random() < _RARE and not draining
        return [event.name for event in events if rare or not event.goes_on]

    async def a_message(self, target: Target, *, draining: bool = False) -> str:
        """The name of a message that the instance waits for, or may wait for; while draining none that goes on."""
        names = self.names_of(MODELS[target.process].messages, draining=draining)
        if self.choice.random() < 0.6:
            waiting = await self._subscriptions(target)
            names = [one["eventName"] for one in waiting if one["eventName"] in names] or names
        return self.choice.choice(names)

    async def deliver(self, target: Target, message: str, *, node: int | None = None) -> None:
        """Let one instance have a message, which it may wait for or not: correlated, or given to what waits for it."""
        way, marker = self.choice.randrange(len(_WAYS)), f"m{next(self._numbers)}"
        given = {marker: typed(target.business_key)}
        waiting = await self._subscriptions(target, message, node) if _WAYS[way] in _TO_EXECUTIONS else []
        body: dict[str, Any]
        if waiting:
            path, body = _to_execution(_WAYS[way], self.choice.choice(waiting)), {"variables": given}
        else:
            path, body = "/message", {"messageName": message, "processVariables": given, **aimed(target, way)}
        answer = await self.send("POST", path, body, node=node, may_be={400, 500})
        self._history.deliveries.append(
            Delivery(
                **answer.known,
                kind="message",
                name=message,
                marker=marker,
                business_key=target.business_key,
                instance=decode(target.id, Kind.PROCESS_INSTANCE),
            )
        )

    async def _subscriptions(
        self, target: Target, message: str | None = None, node: int | None = None
    ) -> list[dict[str, Any]]:
        query = f"processInstanceId={target.id}&eventType=message" + (f"&eventName={message}" if message else "")
        found: list[dict[str, Any]] = (await self.send("GET", f"/event-subscription?{query}", node=node)).body
        return found

    async def correlate_all(self, message: str) -> None:
        """Send a message to every instance of a group that waits for it."""
        marker = f"a{next(self._numbers)}"
        body = {
            "messageName": message,
            "all": True,
            "resultEnabled": True,
            "correlationKeys": {"group": typed(self.choice.randrange(GROUPS))},
            "processVariables": {marker: typed(message)},
        }
        answer = await self.send("POST", "/message", body)
        results: list[Any] = answer.body if answer.outcome is Outcome.DONE else []
        found = tuple(decode(one["execution"]["processInstanceId"], Kind.PROCESS_INSTANCE) for one in results)
        self._history.deliveries.append(
            Delivery(**answer.known, kind="message", name=message, marker=marker, receivers=found)
        )

    async def signal(self, name: str) -> None:
        """Throw a signal."""
        marker = f"s{next(self._numbers)}"
        answer = await self.send("POST", "/signal", {"name": name, "variables": {marker: typed(name)}})
        self._history.deliveries.append(Delivery(**answer.known, kind="signal", name=name, marker=marker))

    async def execute(self, job: str, *, node: int | None = None) -> None:
        """Let a timer happen now; its node may carry it out, or something else may take it away, meanwhile."""
        await self.send("POST", f"/job/{job}/execute", node=node, may_be=_GONE)

    async def cancel(self, target: Target, *, node: int | None = None) -> bool:
        """Delete an instance; it may have ended meanwhile."""
        answer = await self.send("DELETE", f"/process-instance/{target.id}", node=node, may_be={404})
        number = decode(target.id, Kind.PROCESS_INSTANCE)
        self._history.cancellations.append(Cancellation(**answer.known, instance=number))
        return answer.outcome is Outcome.DONE

    # who works

    async def fetch(self) -> list[Any]:
        """Fetch tasks, and wait a while for them."""
        body = {
            "workerId": self._name,
            "maxTasks": self.choice.randint(1, 3),
            "topics": [{"topicName": "stress", "lockDuration": _LOCK_MS}],
            "asyncResponseTimeout": _POLL_MS,
        }
        answer = await self.send("POST", "/external-task/fetchAndLock", body)
        granted: list[Any] = answer.body if answer.outcome is Outcome.DONE else []
        tasks = tuple(decode(task["id"], Kind.EXTERNAL_TASK) for task in granted)
        self._history.work.fetches.append(
            Fetch(**answer.known, worker=self._name, tasks=tasks, duration=_LOCK_MS / 1000)
        )
        return granted

    async def deal_with(self, task: dict[str, Any], *, again: float) -> None:
        """Complete a task, mostly; ``again``: the chance that its process begins another round where it has some."""
        number, chance = decode(task["id"], Kind.EXTERNAL_TASK), self.choice.random()
        if chance < 0.05:
            answer = await self.send("POST", f"/external-task/{task['id']}/unlock", may_be={404})
            self._history.work.unlocks.append(Unlock(**answer.known, task=number))
        elif chance < 0.08:
            body: dict[str, Any] = {"workerId": self._name, "errorMessage": "planned", "retries": 3, "retryTimeout": 50}
            answer = await self.send("POST", f"/external-task/{task['id']}/failure", body, may_be={400, 404})
            self._history.work.failures.append(Failure(**answer.known, worker=self._name, task=number, pause=0.05))
        else:
            await asyncio.sleep(0.2 * self.choice.random() ** 4)
            body = {"workerId": self._name, "variables": {"more": typed(self.choice.random() < again)}}
            answer = await self.send("POST", f"/external-task/{task['id']}/complete", body, may_be={400, 404})
            self._completed(answer, number, self._name)

    async def complete_task(self, task: str, *, node: int | None = None) -> None:
        """Complete a task for people, which others complete, too."""
        answer = await self.send("POST", f"/task/{task}/complete", {}, node=node, may_be=_GONE)
        self._completed(answer, decode(task, Kind.TASK), None)

    def _completed(self, answer: Answer, task: int, worker: str | None) -> None:
        token = f"t{next(self._numbers)}"
        self._history.work.completions.append(Completion(**answer.known, worker=worker, task=task, token=token))


def _is_declared(answer: Answer) -> bool:
    return answer.status < 500 or any(each in (answer.body.get("message") or "") for each in _DECLARED)


def _to_execution(way: str, subscription: dict[str, Any]) -> str:
    """The path that lets the execution of a subscription go on."""
    if way == "signal" and subscription["activityId"] in _SIGNALLED:
        return f"/execution/{subscription['executionId']}/signal"
    return f"/execution/{subscription['executionId']}/messageSubscriptions/{subscription['eventName']}/trigger"
