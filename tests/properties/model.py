"""What external tasks do, said a second time, as simply as possible: the contract's sections 1.6 to 1.14, 3.2 to 3.8.

Knows the process in ``everything.bpmn``. Imports nothing of the product. Each operation changes the model and gives the
answer that the server has to give; the machine compares.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

Variable = tuple[str, object]
Variables = Mapping[str, Variable]

_JOIN_NEEDS = 2
_AFTER = {"A": ("B1", "B2"), "C": (), "H": ()}


@dataclass(frozen=True)
class Answer:
    """What the server says: 204, or an error with its type, message and code."""

    status: int
    type: str | None = None
    message: str | None = None
    code: int | None = 0


DONE = Answer(204)


def refused(message: str, status: int = 400) -> Answer:
    """A rule of the engine, told by the resource."""
    return Answer(status, "RestException", message)


def is_null(name: str) -> Answer:
    """A required member is missing."""
    return Answer(500, "NullValueException", f"{name} is null")


def invalid(message: str) -> Answer:
    """A value that the engine checks."""
    return Answer(500, "ProcessEngineException", message)


@dataclass(eq=False)
class Task:
    """A living external task. ``incident`` is the message of its open incident, in a tuple."""

    instance: "Instance"
    activity: str
    topic: str
    priority: int
    created: int
    id: str | None = None
    worker: str | None = None
    lock_until: int | None = None
    retries: int | None = None
    message: str | None = None
    details: str | None = None
    incident: tuple[str | None] | None = None
    local: dict[str, Variable] = field(default_factory=dict)

    @property
    def visible(self) -> dict[str, Variable]:
        """Its own variables, and those around it."""
        return {**self.instance.variables, **self.local}

    def fetchable(self, now: int) -> bool:
        """Whether a fetch may hand it out."""
        free = self.lock_until is None or self.lock_until <= now
        return free and not self.instance.suspended and (self.retries is None or self.retries > 0)

    def write(self, given: Variables, local: Variables) -> None:
        """Write variables where their names already are, local ones into the task."""
        for name, value in given.items():
            (self.local if name in self.local else self.instance.variables)[name] = value
        self.local.update(local)

    def set_retries(self, retries: int) -> None:
        """Count the retries; none left is an incident."""
        if retries > 0:
            self.incident = None
        elif self.retries != 0:
            self.incident = (self.message,)
        self.retries = retries


@dataclass(eq=False)
class Instance:
    """A process instance: its tasks by activity, and the tokens that wait at the join."""

    id: str
    business_key: str | None
    variables: dict[str, Variable]
    suspended: bool = False
    arrived: int = 0
    tasks: dict[str, Task] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether nothing is left in it."""
        return not self.tasks and not self.arrived


class Model:
    """All instances of one example. ``now`` is moved by whoever moves the server's clock."""

    def __init__(self, now: int, first: str, second: str) -> None:
        self.now = now
        self.topics = (first, second)
        self.instances: dict[str, Instance] = {}
        self.ended: set[str] = set()
        self.gone: list[str] = []

    @property
    def tasks(self) -> Iterator[Task]:
        """All living tasks."""
        return (task for instance in self.instances.values() for task in instance.tasks.values())

    @property
    def locked(self) -> Iterator[Task]:
        """The tasks whose lock has not run out yet."""
        return (task for task in self.tasks if task.lock_until is not None and task.lock_until > self.now)

    def find(self, task_id: str) -> Task | None:
        """The living task of an id."""
        return next((task for task in self.tasks if task.id == task_id), None)

    # process instances

    def started(self, instance_id: str, business_key: str | None, variables: Variables) -> None:
        """An instance was started and waits at A."""
        instance = self.instances[instance_id] = Instance(instance_id, business_key, dict(variables))
        self._enter(instance, "A")

    def delete(self, instance_id: str) -> Answer:
        """An instance is deleted from outside."""
        instance = self.instances.get(instance_id)
        if instance is None:
            message = f"No process instance found for id '{instance_id}': processInstance is null"
            return Answer(404, "InvalidRequestException", message)
        for task in list(instance.tasks.values()):
            self._leave(task)
        instance.arrived = 0
        self._settle(instance)
        return DONE

    # handing out

    def check_fetch(self, worker: str | None, most: int, durations: Sequence[int]) -> Answer | None:
        """Why a fetch is refused, if it is."""
        if worker is None:
            return is_null("workerId")
        if most < 0:
            return invalid("maxResults is not greater than or equal to 0")
        if any(duration <= 0 for duration in durations):
            return invalid("lockTime is not greater than 0")
        return None

    def candidates(self, topics: Mapping[str, str | None]) -> list[Task]:
        """What a fetch may hand out: of these topics, with that business key if one is asked for."""
        return [
            task
            for task in self.tasks
            if task.topic in topics
            and task.fetchable(self.now)
            and topics[task.topic] in (None, task.instance.business_key)
        ]

    def fetched(self, tasks: Iterable[Task], worker: str, durations: Mapping[str, int]) -> None:
        """These were handed out."""
        for task in tasks:
            task.worker = worker
            task.lock_until = self.now + durations[task.topic]

    # one task

    def complete(self, task_id: str, worker: str | None, given: Variables, local: Variables) -> Answer:
        """Section 1.7."""
        task, answer = self._held(task_id, worker, "External Task {} cannot be completed by worker '{}'.")
        if task is None:
            return answer
        if task.activity == "C":
            boom = {**task.visible, **given, **local}.get("boom")
            if boom is None:
                return invalid("Unknown property used in expression: ${boom}. Cause: Cannot resolve identifier 'boom'")
            if boom[1] is True:
                task.write(given, local)
                return self._throw(task, "E2", task.message)
        task.write(given, local)
        self._pass(task)
        return DONE

    def fail(  # the request has this many members
        self,
        task_id: str,
        worker: str | None,
        message: str | None,
        details: str | None,
        retries: int,
        timeout: int,
        given: Variables,
        local: Variables,
    ) -> Answer:
        """Section 1.8."""
        if worker is None:
            return is_null("workerId")
        if retries < 0:
            return invalid("retries is not greater than or equal to 0")
        if timeout < 0:
            return invalid("retryDuration is not greater than or equal to 0")
        task, answer = self._held(task_id, worker, "Failure of External Task {} cannot be reported by worker '{}'.")
        if task is None:
            return answer
        task.write(given, local)
        task.message = None if message is None else message[:666]
        task.details = task.details if details is None else details
        if task.activity == "C" and task.visible.get("boom", ("", False))[1] is True:
            return self._throw(task, "E2", task.message)
        task.lock_until = self.now + timeout
        task.set_retries(retries)
        return DONE

    def throw(
        self, task_id: str, worker: str | None, code: str | None, message: str | None, given: Variables
    ) -> Answer:
        """Section 1.9."""
        if worker is None:
            return is_null("workerId")
        if code is None:
            return is_null("errorCode")
        task, answer = self._held(task_id, worker, "Bpmn error of External Task {} cannot be reported by worker '{}'.")
        if task is None:
            return answer
        if not code.strip():
            return invalid("Error Code is empty")
        if message is not None and not message.strip():
            return invalid("Error Message is empty")
        task.write(given, {})
        return self._throw(task, code, message)

    def lock(self, task_id: str, worker: str | None, duration: int) -> Answer:
        """Section 1.10."""
        if worker is None:
            return is_null("workerId")
        if duration <= 0:
            return refused("lockDuration is not greater than 0")
        task = self.find(task_id)
        if task is None:
            return _unknown(task_id)
        if task.worker not in (None, worker) and task.lock_until is not None and task.lock_until >= self.now:
            return refused(
                f"External Task {task_id} cannot be locked by worker '{worker}'. "
                f"It is locked by worker '{task.worker}'."
            )
        task.worker, task.lock_until = worker, self.now + duration
        return DONE

    def extend(self, task_id: str, worker: str | None, duration: int) -> Answer:
        """Section 1.11."""
        if duration <= 0:
            return refused("lockTime is not greater than 0")
        if worker is None:
            return is_null("workerId")
        task = self.find(task_id)
        if task is None:
            return _unknown(task_id)
        if task.worker != worker:
            return _others(task, worker, "The lock of the External Task {} cannot be extended by worker '{}''.")
        if task.lock_until is None or task.lock_until < self.now:
            return refused(
                f"Cannot extend a lock that expired: lockExpirationTime is not greater than or equal to {self.now}"
            )
        if task.instance.suspended:
            return _suspended(task_id)
        task.lock_until = self.now + duration
        return DONE

    def unlock(self, task_id: str) -> Answer:
        """Section 1.12."""
        task = self.find(task_id)
        if task is None:
            return _unknown(task_id)
        task.worker = task.lock_until = None
        return DONE

    def set_retries(self, task_id: str, retries: int | None) -> Answer:
        """Section 1.13."""
        if retries is None:
            return Answer(400, "InvalidRequestException", "The number of retries cannot be null.", None)
        if retries < 0:
            return Answer(
                400,
                "BadUserRequestException",
                "The number of retries cannot be negative: retries is not greater than or equal to 0",
            )
        task = self.find(task_id)
        if task is None:
            return _unknown(task_id)
        task.set_retries(retries)
        return DONE

    def set_priority(self, task_id: str, priority: int) -> Answer:
        """Section 1.14."""
        task = self.find(task_id)
        if task is None:
            return _unknown(task_id)
        task.priority = priority
        return DONE

    # the process

    def _held(self, task_id: str, worker: str | None, wrong: str) -> tuple[Task | None, Answer]:
        if worker is None:
            return None, is_null("workerId")
        task = self.find(task_id)
        if task is None:
            return None, _unknown(task_id)
        if task.worker != worker:
            return None, _others(task, worker, wrong)
        if task.instance.suspended:
            return None, _suspended(task_id)
        return task, DONE

    def _throw(self, task: Task, code: str, message: str | None) -> Answer:
        instance = task.instance
        self._leave(task)
        if task.activity == "C":
            self._enter(instance, "H")
        elif task.activity == "A" and code == "E1":
            instance.variables["code"] = ("String", code)
            instance.variables["why"] = ("Null", None) if message is None else ("String", message)
            self._enter(instance, "H")
        self._settle(instance)
        return DONE

    def _pass(self, task: Task) -> None:
        instance = task.instance
        self._leave(task)
        if task.activity in ("B1", "B2"):
            instance.arrived += 1
            if instance.arrived == _JOIN_NEEDS:
                instance.arrived = 0
                self._enter(instance, "C")
        for activity in _AFTER.get(task.activity, ()):
            self._enter(instance, activity)
        self._settle(instance)

    def _enter(self, instance: Instance, activity: str) -> None:
        topic = self.topics[0] if activity in ("A", "C") else self.topics[1]
        rank = instance.variables["rank"][1] if activity == "A" else 0
        assert isinstance(rank, int)
        instance.tasks[activity] = Task(instance, activity, topic, rank, self.now)

    def _leave(self, task: Task) -> None:
        del task.instance.tasks[task.activity]
        assert task.id is not None
        self.gone.append(task.id)

    def _settle(self, instance: Instance) -> None:
        if instance.ended:
            del self.instances[instance.id]
            self.ended.add(instance.id)


def _unknown(task_id: str) -> Answer:
    return refused(f"External task with id {task_id} does not exist", 404)


def _others(task: Task, worker: str, wrong: str) -> Answer:
    holder = "null" if task.worker is None else task.worker
    return refused(f"{wrong.format(task.id, worker)} It is locked by worker '{holder}'.")


def _suspended(task_id: str) -> Answer:
    return refused(f"ENGINE-03043 ExternalTask with id '{task_id}' is suspended.")


def date(moment: int | None) -> str | None:
    """A moment as the server writes it."""
    if moment is None:
        return None
    seconds = datetime.fromtimestamp(moment // 1000, UTC)
    return f"{seconds:%Y-%m-%dT%H:%M:%S}.{moment % 1000:03d}+0000"
