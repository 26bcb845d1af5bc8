"""Which action is next. A policy depends on names and on what was tried before, so it walks one way on every server."""

from collections import Counter
from collections.abc import Collection, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple, Self

from model_driver.rest import TASK_ERROR, TASK_ESCALATION
from model_driver.values import JsonObject


class Kind(StrEnum):
    """What can be acted on."""

    TASK = "task"
    EXTERNAL_TASK = "external_task"
    JOB = "job"
    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITION = "condition"
    EXECUTION = "execution"


_TASKS = (Kind.TASK, Kind.EXTERNAL_TASK)
_EVENTS = (Kind.MESSAGE, Kind.SIGNAL, Kind.CONDITION, Kind.EXECUTION)
#: What does not interrupt, or is repeated without end, would leave no steps for anything else.
_MOST_TRIGGERED = 5


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """Something that waits: ``nth`` counts equal ones by creation.

    ``name`` is a job's type, an event's name, or that of the variable that makes a condition true.
    """

    kind: Kind
    activity: str
    name: str = ""
    nth: int = 1

    def next(self) -> Self:
        """The same, created after this one."""
        return replace(self, nth=self.nth + 1)


class Target(NamedTuple):
    """How a server knows what is acted on: the id of a task, job or execution, or of the instance that has an event.

    ``execution`` is the one that waits for an event.
    """

    id: str
    execution: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One step: complete a task, execute a job, trigger an event, or throw a BPMN error or an escalation.

    ``directly``: the message or signal goes to the one execution that waits.
    """

    candidate: Candidate
    error_code: str = ""
    escalation_code: str = ""
    directly: bool = False

    @property
    def throws(self) -> bool:
        """Whether it throws something in a task."""
        return bool(self.error_code or self.escalation_code)

    def shown(self) -> JsonObject:
        """As it is recorded."""
        candidate = self.candidate
        verb = "throw" if self.error_code else "escalate" if self.escalation_code else _VERBS[candidate.kind]
        verb = "deliver" if self.directly else verb
        shown = {"do": verb, "kind": candidate.kind.value, "activity": candidate.activity, "nth": candidate.nth}
        more = {"name": candidate.name, "error_code": self.error_code, "escalation_code": self.escalation_code}
        return shown | {name: value for name, value in more.items() if value}


_VERBS = {
    Kind.TASK: "complete",
    Kind.EXTERNAL_TASK: "complete",
    Kind.JOB: "execute",
    Kind.MESSAGE: "correlate",
    Kind.SIGNAL: "broadcast",
    Kind.CONDITION: "set",
    Kind.EXECUTION: "signal",
}
_THROWN = {"throw": TASK_ERROR, "escalate": TASK_ESCALATION}


#: What a server must have (`Server.has`) for an action on a candidate.
_NEEDED = {
    Kind.TASK: frozenset({"tasks"}),
    Kind.EXTERNAL_TASK: frozenset({"external_tasks"}),
    Kind.JOB: frozenset({"jobs"}),
    Kind.MESSAGE: frozenset({"message", "subscriptions"}),
    Kind.SIGNAL: frozenset({"signal", "subscriptions"}),
    Kind.CONDITION: frozenset({"variable", "subscriptions"}),
    Kind.EXECUTION: frozenset({"execution", "subscriptions"}),
}


def needed(action: JsonObject) -> frozenset[str]:
    """What a server must have for an action that is given as it is recorded."""
    kind = Kind(action["kind"])
    if action["do"] == "deliver":
        return _NEEDED[kind] | ({"execution"} if kind is Kind.MESSAGE else set())
    return _NEEDED[kind] | ({_THROWN[action["do"]]} if kind is Kind.TASK and action["do"] in _THROWN else set())


@dataclass(frozen=True, slots=True)
class Policy:
    """Kinds in groups: candidates of an earlier group come first; in a group the activity id decides.

    ``last`` takes the last activity id, and the latest created of equal ones. ``throws`` has a BPMN error, and
    ``escalates`` an escalation, thrown once for every activity of a task before it is completed, in models that have
    events of such. ``directly`` has messages and signals delivered to the execution that waits.
    """

    name: str
    groups: tuple[tuple[Kind, ...], ...]
    last: bool = False
    throws: bool = False
    escalates: bool = False
    directly: bool = False

    def choose(self, candidates: Collection[Candidate], past: "Past", means: "Means") -> Action | None:
        """The next action; None when nothing is left that this policy does, and the server can do."""
        for group in self.groups:
            waiting = [one for one in candidates if one.kind in group and not past.left_alone(one)]
            possible = [action for action in (self._action(one, past, means) for one in waiting) if action is not None]
            if possible:
                return (max if self.last else min)(possible, key=_place)
        return None

    def _action(self, candidate: Candidate, past: "Past", means: "Means") -> Action | None:
        if candidate.kind in _TASKS and candidate.activity not in past.thrown:
            throw = self._throw(candidate, means)
            if throw is not None and needed(throw.shown()) <= means.has:
                return throw
        plain = Action(candidate, directly=self.directly and candidate.kind in (Kind.MESSAGE, Kind.SIGNAL))
        return plain if needed(plain.shown()) <= means.has else None

    def _throw(self, candidate: Candidate, means: "Means") -> Action | None:
        if self.throws and means.error_code:
            return Action(candidate, means.error_code)
        if self.escalates and means.escalation_code and candidate.kind is Kind.TASK:  # a worker has no operation for it
            return Action(candidate, escalation_code=means.escalation_code)
        return None


def _place(action: Action) -> tuple[str, str, int, Kind]:
    one = action.candidate
    return (one.activity, one.name, one.nth, one.kind)


@dataclass(frozen=True, slots=True)
class Means:
    """What a policy may use: the operations of the server, and the codes that it throws, none where there is none."""

    has: Set[str]
    error_code: str = ""
    escalation_code: str = ""


@dataclass(slots=True)
class Past:
    """What a run did so far: its steps, actions that were refused, and activities in which something was thrown."""

    refused: set[Candidate] = field(default_factory=set)
    steps: int = 0
    thrown: set[str] = field(default_factory=set)
    triggered: Counter[tuple[Kind, str]] = field(default_factory=Counter)

    def left_alone(self, candidate: Candidate) -> bool:
        """Whether it was just refused, or is an event or a job of an activity that comes again and again."""
        return candidate in self.refused or self.triggered[candidate.kind, candidate.activity] >= _MOST_TRIGGERED

    def note(self, action: Action, *, refused: bool) -> None:
        """An action was carried out, or refused. What was refused is tried again once something else has happened.

        A job is tried again at once: the server counts its retries.
        """
        self.steps += 1
        if action.throws:
            self.thrown.add(action.candidate.activity)
        if not refused:
            self.refused.clear()
            if action.candidate.kind not in _TASKS:
                self.triggered[action.candidate.kind, action.candidate.activity] += 1
        elif not action.throws and action.candidate.kind is not Kind.JOB:
            self.refused.add(action.candidate)


#: `tasks` is what runs without steps were recorded with.
POLICIES = {
    policy.name: policy
    for policy in (
        Policy("first", (_TASKS, (Kind.JOB,), _EVENTS)),
        Policy("tasks", (_TASKS,)),
        Policy("last", (_TASKS, (Kind.JOB,), _EVENTS), last=True),
        Policy("jobs-first", ((Kind.JOB,), _TASKS, _EVENTS)),
        Policy("events-first", (_EVENTS, (Kind.JOB,), _TASKS)),
        Policy("mixed", ((*_TASKS, Kind.JOB, *_EVENTS),)),
        Policy("mixed-last", ((*_TASKS, Kind.JOB, *_EVENTS),), last=True),
        Policy("one-by-one", (_EVENTS, (Kind.JOB,), _TASKS), directly=True),
        Policy("errors-first", (_TASKS, (Kind.JOB,), _EVENTS), throws=True),
        Policy("escalations-first", (_TASKS, (Kind.JOB,), _EVENTS), escalates=True),
    )
}
DEFAULT = POLICIES["first"]
