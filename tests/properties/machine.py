"""Random operations by several workers, done to the server and to the model; after each the two must agree.

A rule draws the arguments, sends the request, and compares the answer with the model's; the invariants compare what is
left behind: tasks, process instances, variables and incidents.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.properties.model import DONE, Answer, Instance, Model, Task, Variable, Variables, date
from tests.properties.world import World

UNKNOWN = "00000000-0000-4000-8000-000000000000"
#: The worker that holds the task; the second kind locks it first if nobody does, or few would ever get anywhere.
HOLDER, A_HOLDER = "whoever holds it", "somebody who holds it"
_MOST_INSTANCES = 4

# A number picks a task: living ones mostly, else one that has gone, or none that ever was.
tasks = st.integers(0, 19)
workers = st.sampled_from([A_HOLDER, A_HOLDER, A_HOLDER, A_HOLDER, HOLDER, "w1", "w2", None])
durations = st.sampled_from([1_000, 1_000, 5_000, 60_000, 0, -1])
pauses = st.sampled_from([0, 0, 1_000, 5_000, -1])
messages = st.sampled_from([None, "why not", "", "x" * 700])
values: st.SearchStrategy[Variable] = st.one_of(
    st.tuples(st.just("Integer"), st.integers(-9, 9)),
    st.tuples(st.just("String"), st.sampled_from(["", "text", "2024-01-01T00:00:00.000+0000"])),
)
booms: st.SearchStrategy[Variable] = st.tuples(st.just("Boolean"), st.booleans())
variables = st.fixed_dictionaries({}, optional={"x": values, "y": values, "boom": booms})
counts = st.sampled_from([3, 1, 1, 0, 0, -1])
asked_topics = st.lists(
    st.tuples(st.integers(0, 1), durations, st.sampled_from([None, None, "k1", "k2"])),
    min_size=1,
    max_size=2,
    unique_by=lambda topic: topic[0],
)


class Workers(RuleBasedStateMachine):
    """One example: a few process instances of its own, and what is done to them."""

    #: Set by whoever runs the machine.
    world: World

    def __init__(self) -> None:
        super().__init__()
        number = next(self.world.examples)
        self.model = Model(self.world.clock.now(), f"first-{number}", f"second-{number}")
        self.seen: set[str] = set()
        self.steps = 0

    # process instances

    @initialize(more=variables, boom=booms)
    def start_two(self, more: Variables, boom: Variable) -> None:
        self.start("k1", 1, {**more, "boom": boom})
        self.start("k2", 2, more)

    @precondition(lambda self: len(self.model.instances) < _MOST_INSTANCES)
    @rule(business_key=st.sampled_from([None, "k1", "k2"]), rank=st.integers(-1, 3), more=variables)
    def start(self, business_key: str | None, rank: int, more: Variables) -> None:
        first, second = self.model.topics
        given = {"first": ("String", first), "second": ("String", second), "rank": ("Integer", rank), **more}
        body = {"businessKey": business_key, "variables": _sent(given)}
        started = self.world.read("POST", "/process-definition/key/Everything/start", body)
        self.model.started(started["id"], business_key, given)

    @precondition(lambda self: self.model.instances)
    @rule(number=tasks, suspended=st.sampled_from([True, False, False]))
    def suspend(self, number: int, suspended: bool) -> None:
        instance = self._instance(number)
        path = f"/process-instance/{instance.id}/suspended"
        self._agree(self.world.ask("PUT", path, {"suspended": suspended}), DONE)
        instance.suspended = suspended

    @precondition(lambda self: self.model.instances)
    @rule(number=tasks)
    def delete(self, number: int) -> None:
        if number < 15:  # seldom, or nothing ever gets far
            return
        instance = self._instance(number)
        for _ in range(2):
            response = self.world.ask("DELETE", f"/process-instance/{instance.id}")
            self._agree(response, self.model.delete(instance.id))

    @rule(milliseconds=st.sampled_from([1, 999, 1_000, 1_001, 4_000, 60_000]))
    def wait(self, milliseconds: int) -> None:
        self._wait_until(self.model.now + milliseconds)

    @precondition(lambda self: any(self.model.locked))
    @rule(number=tasks, offset=st.sampled_from([-1, 0, 0, 1]), then=st.sampled_from(["fetch", "lock", "extend"]))
    def use_the_moment(self, number: int, offset: int, then: str) -> None:
        """Just before, at, or just after the end of a lock: who may do what turns round on one millisecond."""
        locked = list(self.model.locked)
        task = locked[number % len(locked)]
        assert task.lock_until is not None
        self._wait_until(task.lock_until + offset)
        place = list(self.model.tasks).index(task)
        if then == "fetch":
            self.fetch("w3", 10, [(0, 1_000, None), (1, 1_000, None)], False, None)
        elif then == "lock":
            self.lock(place, "w3", 1_000)
        else:
            self.extend(place, HOLDER, 1_000)

    def _wait_until(self, moment: int) -> None:
        self.world.clock.advance(moment - self.model.now)
        self.model.now = self.world.clock.now()

    # handing out

    @rule(
        worker=st.sampled_from(["w1", "w2", "w3", None]),
        most=st.sampled_from([1, 2, 10, 10, 0, -1]),
        topics=asked_topics,
        by_priority=st.booleans(),
        created=st.sampled_from([None, "asc", "desc"]),
    )
    def fetch(
        self,
        worker: str | None,
        most: int,
        topics: list[tuple[int, int, str | None]],
        by_priority: bool,
        created: str | None,
    ) -> None:
        asked = [(self.model.topics[place], duration, key) for place, duration, key in topics]
        response = self.world.ask(
            "POST", "/external-task/fetchAndLock", _fetch_body(worker, most, asked, by_priority, created)
        )
        refusal = self.model.check_fetch(worker, most, [duration for _, duration, _ in asked])
        if refusal is not None or worker is None:
            self._agree(response, refusal or DONE)
            return
        candidates = self.model.candidates({name: key for name, _, key in asked})
        given = self._handed_out(response, worker, {name: duration for name, duration, _ in asked}, candidates)
        assert len(given) == min(most, len(candidates))
        ranks = [_rank(task, by_priority, created) for task in given]
        passed_over = [_rank(task, by_priority, created) for task in candidates if task not in given]
        assert ranks == sorted(ranks)
        assert not given or not passed_over or ranks[-1] <= min(passed_over)

    @rule(most=st.integers(1, 3))
    def fetch_at_once(self, most: int) -> None:
        """Two workers at the same moment: no task for both."""
        asked: list[tuple[str, int, str | None]] = [(name, 5_000, None) for name in self.model.topics]
        requests = [
            ("POST", "/external-task/fetchAndLock", _fetch_body(worker, most, asked, False, None))
            for worker in ("w1", "w2")
        ]
        candidates = self.model.candidates(dict.fromkeys(self.model.topics))
        handed_out: list[Task] = []
        for worker, response in zip(("w1", "w2"), self.world.together(*requests), strict=True):
            free = [task for task in candidates if task not in handed_out]
            handed_out += self._handed_out(response, worker, {name: 5_000 for name, _, _ in asked}, free)
        assert bool(handed_out) == bool(candidates)

    def _handed_out(
        self, response: httpx.Response, worker: str, lasting: Mapping[str, int], candidates: list[Task]
    ) -> list[Task]:
        assert response.status_code == 200, response.text
        told: list[dict[str, Any]] = response.json()
        given = [task for each in told for task in candidates if task.id == each["id"]]
        assert len(given) == len(told) == len({task.id for task in given})
        self.model.fetched(given, worker, lasting)
        for task, each in zip(given, told, strict=True):
            locked = {"variables": _shown(task.visible), "errorDetails": task.details, "extensionProperties": {}}
            assert each == {**self._view(task, each), **locked, "suspended": False}
        return given

    # one task

    @rule(number=tasks, worker=workers, given=variables, local=variables)
    def complete(self, number: int, worker: str | None, given: Variables, local: Variables) -> None:
        task_id, name = self._chosen(number, worker)
        body = {"variables": _sent(given), "localVariables": _sent(local)}
        response = self.world.ask("POST", f"/external-task/{task_id}/complete", _by(name, body))
        self._agree(response, self.model.complete(task_id, name, given, local))

    @rule(number=tasks, given=variables)
    def complete_at_once(self, number: int, given: Variables) -> None:
        """The same completion twice at the same moment: applied once."""
        task_id, name = self._chosen(number, A_HOLDER)
        request = ("POST", f"/external-task/{task_id}/complete", _by(name, {"variables": _sent(given)}))
        responses = sorted(self.world.together(request, request), key=lambda response: response.status_code)
        for response in responses:
            self._agree(response, self.model.complete(task_id, name, given, {}))

    @rule(
        number=tasks,
        worker=workers,
        told=st.tuples(messages, st.sampled_from([None, None, "at line 1", "y" * 5_000])),
        retries=counts,
        timeout=pauses,
        written=st.tuples(variables, variables),
    )
    def fail(
        self,
        number: int,
        worker: str | None,
        told: tuple[str | None, str | None],
        retries: int,
        timeout: int,
        written: tuple[Variables, Variables],
    ) -> None:
        task_id, name = self._chosen(number, worker)
        (message, details), (given, local) = told, written
        body = {
            "errorMessage": message,
            "errorDetails": details,
            "retries": retries,
            "retryTimeout": timeout,
            "variables": _sent(given),
            "localVariables": _sent(local),
        }
        response = self.world.ask("POST", f"/external-task/{task_id}/failure", _by(name, body))
        self._agree(response, self.model.fail(task_id, name, message, details, retries, timeout, given, local))

    @precondition(lambda self: any(self.model.tasks))
    @rule(number=tasks, retries=st.tuples(counts, counts), message=messages)
    def fail_twice(self, number: int, retries: tuple[int, int], message: str | None) -> None:
        """What the second report leaves out is forgotten or kept."""
        self.fail(number % 10, A_HOLDER, ("first", "at line 1"), retries[0], 0, ({}, {}))
        self.tasks_are_what_the_model_says()  # the report may have thrown an error, and made another task
        self.fail(number % 10, HOLDER, (message, None), retries[1], 0, ({}, {}))

    @rule(
        number=tasks,
        worker=workers,
        code=st.sampled_from(["E1", "E1", "E9", " ", None]),
        message=st.sampled_from([None, "why", " "]),
        given=variables,
    )
    def throw(self, number: int, worker: str | None, code: str | None, message: str | None, given: Variables) -> None:
        task_id, name = self._chosen(number, worker)
        body = {"errorCode": code, "errorMessage": message, "variables": _sent(given)}
        response = self.world.ask("POST", f"/external-task/{task_id}/bpmnError", _by(name, body))
        self._agree(response, self.model.throw(task_id, name, code, message, given))

    @rule(number=tasks, worker=workers, duration=durations)
    def lock(self, number: int, worker: str | None, duration: int) -> None:
        task_id, name = self._chosen(number, worker)
        response = self.world.ask("POST", f"/external-task/{task_id}/lock", _by(name, {"lockDuration": duration}))
        self._agree(response, self.model.lock(task_id, name, duration))

    @rule(number=tasks, worker=workers, duration=durations)
    def extend(self, number: int, worker: str | None, duration: int) -> None:
        task_id, name = self._chosen(number, worker)
        response = self.world.ask("POST", f"/external-task/{task_id}/extendLock", _by(name, {"newDuration": duration}))
        self._agree(response, self.model.extend(task_id, name, duration))

    @rule(number=tasks)
    def unlock(self, number: int) -> None:
        task_id, _ = self._chosen(number, HOLDER)
        self._agree(self.world.ask("POST", f"/external-task/{task_id}/unlock"), self.model.unlock(task_id))

    @rule(number=tasks, retries=st.sampled_from([0, 0, 1, 5, -1, None]))
    def set_retries(self, number: int, retries: int | None) -> None:
        task_id, _ = self._chosen(number, HOLDER)
        response = self.world.ask("PUT", f"/external-task/{task_id}/retries", {"retries": retries})
        self._agree(response, self.model.set_retries(task_id, retries))

    @rule(number=tasks, priority=st.integers(-2, 5))
    def set_priority(self, number: int, priority: int) -> None:
        task_id, _ = self._chosen(number, HOLDER)
        response = self.world.ask("PUT", f"/external-task/{task_id}/priority", {"priority": priority})
        self._agree(response, self.model.set_priority(task_id, priority))

    # what must hold after every step

    @invariant()
    def tasks_are_what_the_model_says(self) -> None:
        known = [*self.model.instances, *self.model.ended]
        told = self.world.read("POST", "/external-task", {"processInstanceIdIn": known}) if known else []
        found = {(each["processInstanceId"], each["activityId"]): each for each in told}
        expected = {(task.instance.id, task.activity): task for task in self.model.tasks}
        assert len(told) == len(found)
        assert found.keys() == expected.keys()
        for place, task in expected.items():
            if task.id is None:
                task.id = found[place]["id"]
                assert task.id not in self.seen
                self.seen.add(str(task.id))
            assert found[place] == self._view(task, found[place])

    @invariant()
    def instances_live_as_long_as_the_model_says(self) -> None:
        known = [*self.model.instances, *self.model.ended]
        told = self.world.read("POST", "/process-instance", {"processInstanceIds": known}) if known else []
        living = {each["id"]: each["suspended"] for each in told}
        assert living == {instance.id: instance.suspended for instance in self.model.instances.values()}

    @precondition(lambda self: self.model.instances)
    @invariant()
    def variables_incidents_and_details_are_what_the_model_says(self) -> None:
        """Of one instance after each step, in turn."""
        self.steps += 1
        instance = self._instance(self.steps)
        shown = self.world.read("GET", f"/process-instance/{instance.id}/variables")
        assert shown == _shown(instance.variables)
        told = self.world.read("GET", f"/incident?processInstanceId={instance.id}")
        found = sorted((each["configuration"], each["incidentMessage"] or "") for each in told)
        expected = [(task.id, task.incident[0] or "") for task in instance.tasks.values() if task.incident]
        assert found == sorted(expected)
        assert all(each["incidentType"] == "failedExternalTask" for each in told)
        for task in instance.tasks.values():
            response = self.world.ask("GET", f"/external-task/{task.id}/errorDetails")
            assert (response.status_code, response.text) == (204 if task.details is None else 200, task.details or "")

    # helpers

    def _instance(self, number: int) -> Instance:
        living = list(self.model.instances.values())
        return living[number % len(living)]

    def _chosen(self, number: int, worker: str | None) -> tuple[str, str | None]:
        """A task's id, and the worker's name."""
        living = list(self.model.tasks)
        if number >= 17 or not living:
            task_id = self.model.gone[-1] if number < 19 and self.model.gone else UNKNOWN
            return task_id, "w1" if worker in (HOLDER, A_HOLDER) else worker
        task = living[number % len(living)]
        assert task.id is not None
        if worker not in (HOLDER, A_HOLDER):
            return task.id, worker
        if worker == A_HOLDER and task.worker is None:
            response = self.world.ask("POST", f"/external-task/{task.id}/lock", _by("w1", {"lockDuration": 1_000}))
            self._agree(response, self.model.lock(task.id, "w1", 1_000))
        return task.id, task.worker or "w1"

    def _agree(self, response: httpx.Response, answer: Answer) -> None:
        assert response.status_code == answer.status, response.text
        if answer.type is not None:
            expected = {"type": answer.type, "message": answer.message, "code": answer.code}
            assert response.json() == expected

    def _view(self, task: Task, told: Mapping[str, Any]) -> dict[str, object]:
        """The task as the server shows it. What it may choose itself is taken from what it told, once checked."""
        assert task.id is not None
        execution, place = told["executionId"], told["activityInstanceId"]
        assert execution != task.instance.id
        assert place.startswith(f"{task.activity}:")
        assert all(UUID(text) for text in (task.id, execution, place.partition(":")[2]))
        return {
            "id": task.id,
            "activityId": task.activity,
            "activityInstanceId": place,
            "executionId": execution,
            "processInstanceId": task.instance.id,
            "processDefinitionId": told["processDefinitionId"],
            "processDefinitionKey": "Everything",
            "processDefinitionVersionTag": None,
            "businessKey": task.instance.business_key,
            "tenantId": None,
            "topicName": task.topic,
            "workerId": task.worker,
            "lockExpirationTime": date(task.lock_until),
            "createTime": date(task.created),
            "retries": task.retries,
            "priority": task.priority,
            "errorMessage": task.message,
            "suspended": task.instance.suspended,
        }


def _fetch_body(
    worker: str | None, most: int, asked: list[tuple[str, int, str | None]], by_priority: bool, created: str | None
) -> dict[str, object]:
    topics: list[dict[str, object]] = [
        {"topicName": name, "lockDuration": duration} | ({} if key is None else {"businessKey": key})
        for name, duration, key in asked
    ]
    sorting = None if created is None else [{"sortBy": "createTime", "sortOrder": created}]
    return _by(worker, {"maxTasks": most, "topics": topics, "usePriority": by_priority, "sorting": sorting})


def _rank(task: Task, by_priority: bool, created: str | None) -> tuple[int, int]:
    """The lower the earlier; equal where the request leaves the order open."""
    age = {None: 0, "asc": task.created, "desc": -task.created}[created]
    return (-task.priority if by_priority else 0), age


def _by(worker: str | None, body: Mapping[str, object]) -> dict[str, object]:
    return dict(body) if worker is None else {**body, "workerId": worker}


def _sent(given: Variables) -> dict[str, object]:
    return {name: {"type": type_, "value": value} for name, (type_, value) in given.items()}


def _shown(given: Variables) -> dict[str, object]:
    return {name: {"type": type_, "value": value, "valueInfo": {}} for name, (type_, value) in given.items()}
