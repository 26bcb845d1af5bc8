"""The history checker: compares what was answered with the final database, and lists every promise that was broken.

Pure: values in, problems out. ``locks`` and ``registers`` judge the history by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from taskbridge.kinds import ActivityKind, ActivityState, InstanceState
from tests.crash import locks, registers
from tests.crash.history import History, Outcome, Read


@dataclass(frozen=True, slots=True)
class Instance:
    """A process instance as it is stored; variables by name, without their types."""

    id: int
    business_key: str | None
    state: int
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity instance as it is stored. ``scope`` is the row of its scope, or its instance."""

    id: int
    instance: int
    scope: int
    node: str
    kind: int
    state: int


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as it is stored."""

    id: int
    instance: int
    activity: int
    open: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate as it is stored, with what it belongs to: a user task or a process instance."""

    id: int
    parent: int


@dataclass
class Stored:
    """The final database. ``damage``: what the database's own check found."""

    instances: list[Instance] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def problems(history: History, stored: Stored, *, ended: bool = True) -> list[str]:
    """Every broken promise, as an error message.

    ``ended``: all work was done before the database was read, so every instance must have come to its end.
    """
    found = [*history.surprises, *stored.damage]
    found += _starts(history, stored)
    found += _completions(history, stored)
    found += _ends(history, stored) if ended else []
    found += _nodes(history, stored)
    found += _counts(stored)
    found += _orphans(stored)
    found += locks.problems(history)
    found += _registers(history, stored)
    return found


def _starts(history: History, stored: Stored) -> Iterator[str]:
    """An acknowledged start is there once, another one at most once, a refused one is not, and no instance is odd."""
    number = Counter(instance.business_key for instance in stored.instances)
    for start in history.starts:
        found = number.pop(start.business_key, 0)
        least, most = (start.outcome is Outcome.DONE), start.possible
        if not least <= found <= most:
            yield f"start {start.business_key} ({start.outcome.name}) is there {found} times"
    yield from (f"instance {key} was never asked for" for key in number)


def _completions(history: History, stored: Stored) -> Iterator[str]:
    """The value of an acknowledged completion is there, and no other; that of a refused one is not."""
    variables = {instance.id: instance.variables for instance in stored.instances}
    tasks = {each.id: each for each in stored.activities if each.kind != ActivityKind.SCOPE}
    sent: defaultdict[int, list[tuple[str, Outcome]]] = defaultdict(list)
    for completion in history.completions:
        sent[completion.task].append((completion.token, completion.outcome))
        if completion.task not in tasks and completion.outcome is Outcome.DONE:
            yield f"task {completion.task}, whose completion {completion.token} was acknowledged, is gone"
    for number, task in tasks.items():
        certain = {token for token, outcome in sent[number] if outcome is Outcome.DONE}
        allowed = certain or {token for token, outcome in sent[number] if outcome is Outcome.UNKNOWN}
        value = variables.get(task.instance, {}).get(f"by_{task.node}")
        if task.state == ActivityState.DONE and value not in allowed:
            yield f"task {number} ({task.node}) was completed by {value}; acknowledged or possible: {sorted(allowed)}"
        elif task.state != ActivityState.DONE and certain:
            yield f"task {number} ({task.node}): the completion {', '.join(certain)} was acknowledged, and is lost"
        elif task.state != ActivityState.DONE and value is not None:
            yield f"task {number} ({task.node}) is not completed, but there is the value {value}"


def _ends(history: History, stored: Stored) -> Iterator[str]:
    expected = {start.business_key: start.nodes for start in history.starts}
    nodes: defaultdict[int, set[str]] = defaultdict(set)
    for task in stored.activities:
        nodes[task.instance].add(task.node)
        if task.state != ActivityState.DONE:
            yield f"activity {task.id} ({task.node}) of instance {task.instance} has the state {task.state}"
    for instance in stored.instances:
        if instance.state != InstanceState.COMPLETED:
            yield f"instance {instance.business_key} ({instance.id}) has the state {instance.state}"
        missing = expected.get(instance.business_key or "", frozenset()) - nodes[instance.id]
        if missing:
            yield f"instance {instance.business_key} ({instance.id}) never was at {', '.join(sorted(missing))}"
    yield from (f"incident {each.id} is still open" for each in stored.incidents if each.open)


def _nodes(history: History, stored: Stored) -> Iterator[str]:
    """No token was doubled: an instance is at each node once at most, and only where its way leads."""
    expected = {start.business_key: start.nodes for start in history.starts}
    keys = {instance.id: instance.business_key for instance in stored.instances}
    visits = Counter((each.instance, each.node) for each in stored.activities)
    for (instance, node), number in visits.items():
        key = keys.get(instance) or ""
        if number > 1:
            yield f"instance {key} ({instance}) was at {node} {number} times"
        if key in expected and node not in expected[key]:
            yield f"instance {key} ({instance}) was at {node}, where its way does not lead"


def _counts(stored: Stored) -> Iterator[str]:
    """Each completed task has added one to the variable ``passed`` of its instance, where there is one."""
    done = Counter(each.instance for each in stored.activities if each.state == ActivityState.DONE)
    for instance in stored.instances:
        if instance.variables.get("passed", done[instance.id]) != done[instance.id]:
            passed = instance.variables["passed"]
            yield f"instance {instance.business_key} counted {passed} steps, {done[instance.id]} were done"


def _orphans(stored: Stored) -> Iterator[str]:
    instances = {each.id for each in stored.instances}
    activities = {each.id: each for each in stored.activities}
    for task in stored.activities:
        if task.instance not in instances:
            yield f"activity {task.id} has no instance"
        if task.scope != task.instance and task.scope not in activities:
            yield f"activity {task.id} has no scope"
    for incident in stored.incidents:
        owner = activities.get(incident.activity)
        if incident.instance not in instances or owner is None:
            yield f"incident {incident.id} has no activity"
        elif incident.open and owner.state >= ActivityState.DONE:
            yield f"incident {incident.id} is open, but its activity {owner.id} is over"
    for candidate in stored.candidates:
        if candidate.parent not in activities and candidate.parent not in instances:
            yield f"candidate {candidate.id} belongs to nothing"


def _registers(history: History, stored: Stored) -> Iterator[str]:
    """What is stored at the end is one more read."""
    end = max((each.answered for each in history.operations()), default=0.0) + 1
    stored_values = {
        f"{instance.id}/{name}": str(value)
        for instance in stored.instances
        for name, value in instance.variables.items()
    }
    names = {write.register for write in history.writes if write.outcome is Outcome.DONE}
    yield from (f"register {name} is gone" for name in names - stored_values.keys())
    final = [
        Read(called=end, answered=end, outcome=Outcome.DONE, register=name, value=stored_values[name])
        for name in names & stored_values.keys()
    ]
    yield from registers.problems(history.writes, [*history.reads, *final])
