"""The running state of one process instance, as the interpreter sees and changes it. Plain values; nothing does I/O.

A waiting activity instance is one row of the store and stays as its own history. What waits for nobody outside (tokens
at a join, the number of tokens in a scope) is the small ``Tokens`` document of the instance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

import orjson

from taskbridge.engine.scripts.script import Runner
from taskbridge.engine.shown import Shown
from taskbridge.engine.variables import Variable, Variables
from taskbridge.kinds import ActivityKind, ActivityState, InstanceState

if TYPE_CHECKING:
    from taskbridge.engine.graph import Process
    from taskbridge.engine.movement import Movement


@dataclass(slots=True)
class ForWorker:
    """An external task: what a worker finds it by."""

    topic: str
    priority: int = 0


class Link(NamedTuple):
    """A user or a group that a task is linked to. ``type`` is the vendor's text; candidates have ``CANDIDATE``."""

    type: str
    user: str | None
    group: str | None


CANDIDATE = "candidate"


@dataclass(slots=True)
class ForPerson:
    """A user task. Moments are epoch milliseconds."""

    name: str | None = None
    description: str | None = None
    assignee: str | None = None
    priority: int = 50
    due_at: int | None = None
    follow_up_at: int | None = None
    form_key: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    owner: str | None = None
    delegation: int | None = None
    created_at: int | None = None  # of a stored task
    updated_at: int | None = None
    over: bool = False  # whether its work is done
    links: list["Link"] | None = None  # once listeners have asked for them; they stand for the candidates then


@dataclass(frozen=True, slots=True)
class ForTime:
    """A timer that falls due. ``cycle`` tells how it goes on after that (``schedules.Cycle.text``), None for once."""

    due_at: int
    cycle: str | None = None


@dataclass(frozen=True, slots=True)
class ForTimeout:
    """The time of a task listener, which ``listener_id`` names; ``cycle`` as for ``ForTime``."""

    due_at: int
    cycle: str | None
    listener_id: str


@dataclass(frozen=True, slots=True)
class ForEvent:
    """An event from outside of the process, or a condition. ``type`` is the vendor's text; a condition has no name."""

    type: str  # "message", "signal" or "conditional"
    name: str | None


@dataclass(frozen=True, slots=True)
class ForContinuation:
    """A token that goes on in a transaction of its own: before it enters a node, or ``after`` it has left one.

    ``flow_id`` is the flow on which it is; None where it starts, or where no flow leads on. ``begun``: the instance has
    begun before, though it may be a start event that the token waits for.
    """

    after: bool
    flow_id: str | None
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Armed:
    """Something that an activity, or the instance itself, waits for: a job or subscription that hangs on it.

    ``host_id`` is the id of either. ``node_id`` is the event that is triggered, or the node whose token goes on.
    """

    host_id: int
    node_id: str
    wait: ForTime | ForTimeout | ForContinuation | ForEvent
    priority: int = 0
    tries: int | None = None  # how often the job is tried, where the model says so


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done and can be compensated: the vendor's event subscription of type ``compensate``.

    ``host_id`` is the scope in which it was done: an activity, or the instance. ``node_id`` is what compensates it.
    ``scope_id``: the completed subprocess that is compensated from the inside, with the variables that it had then;
    None for an activity whose handler stands beside it.
    """

    id: int
    host_id: int
    node_id: str
    scope_id: int | None


@dataclass(frozen=True, slots=True)
class Thrown:
    """A signal that was thrown, for those who wait for it outside of the thrower's instance, and for what it starts.

    ``later``: those who wait on their way, and what it starts, get it in a transaction of their own, without variables.
    ``waiting`` are those of them in the thrower's instance; all others in it have got the signal already.
    """

    name: str
    variables: Mapping[str, Variable]
    business_key: str | None
    later: bool
    waiting: tuple[Armed, ...] = ()


class Binding(Enum):
    """Which version of a process is called. The values are those of the vendor's attribute."""

    LATEST = "latest"
    DEPLOYMENT = "deployment"  # the one that was deployed together with the caller
    VERSION = "version"
    VERSION_TAG = "versionTag"


@dataclass(frozen=True, slots=True)
class Call:
    """A process that an activity calls, and what its instance begins with.

    ``tenant`` is whose process it is, '' for nobody's; None where the model names none: then it is the caller's.
    """

    activity_id: int
    node_id: str
    key: str
    binding: Binding = Binding.LATEST
    version: int | None = None
    version_tag: str | None = None
    tenant: str | None = None
    business_key: str | None = None
    variables: Mapping[str, Variable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Escaped:
    """An error, or an escalation, that was thrown in an instance that was called, for those that have called it.

    ``stays``: it is caught in the instance, which only hands back its variables to the one above.
    """

    code: str
    message: str | None = None
    is_error: bool = False
    left: "Instance | None" = None  # the thrower as it was then, for what it hands back
    stays: bool = False


@dataclass(slots=True)
class Activity:
    """An activity instance that waits for something outside, or that is a scope around others.

    ``scope_id`` is the id of the enclosing scope: an Activity of kind SCOPE, or the process instance itself.
    """

    id: int
    scope_id: int
    node_id: str
    kind: ActivityKind
    state: ActivityState = ActivityState.OPEN
    variables: Variables = field(default_factory=Variables)
    wait: ForWorker | ForPerson | None = None  # given when the activity is created here; not needed for existing ones
    trail: str = ""  # what was passed in the command that ended this activity (see ``Trail``)


class Waiting(NamedTuple):
    """Tokens that wait at a join in one scope; ``first_id`` is the id of the one that came first."""

    node_id: str
    scope_id: int
    number: int
    first_id: int


class Tokens:
    """How many tokens live in each scope, and how many of them wait at which join. One token per scope is the default.

    Tokens that wait are counted and not listed, so that a join of many flows costs each of them the same.
    ``again`` has the scopes in which a completed subprocess is compensated, each with the completed one.
    """

    __slots__ = ("_text", "_waiting", "again", "changed", "counts")

    def __init__(self, text: str | None = None) -> None:
        document = orjson.loads(text) if text else {}
        self._text = text
        self.counts: dict[int, int] = {int(scope): count for scope, count in document.get("tokens", {}).items()}
        self._waiting: dict[int, dict[str, tuple[int, int]]] = {}  # count and first id, by scope and node
        for node_id, scope_id, count, first_id in document.get("waiting", ()):
            self._waiting.setdefault(scope_id, {})[node_id] = (count, first_id)
        for first_id, node_id, scope_id, _ in document.get("joins", ()):  # as earlier versions wrote each token
            self._add(node_id, scope_id, first_id)
        again = document.get("again")
        self.again: dict[int, int] = {int(scope): done for scope, done in again.items()} if again else {}
        self.changed = False

    def count(self, scope_id: int) -> int:
        """Tokens alive directly in that scope, those at joins included."""
        return self.counts.get(scope_id, 1)

    def add(self, scope_id: int, number: int) -> int:
        """Change the number of tokens in a scope; returns the new number."""
        count = self.counts[scope_id] = self.count(scope_id) + number
        self.changed = True
        return count

    @property
    def some_wait(self) -> bool:
        """Whether any token waits at a join."""
        return bool(self._waiting)

    def joins(self) -> list[Waiting]:
        """The joins at which tokens wait, by scope."""
        return [one for scope_id in self._waiting for one in self.joins_in(scope_id)]

    def joins_in(self, scope_id: int) -> list[Waiting]:
        """The joins of a scope at which tokens wait, in the order in which the first of each came."""
        found = self._waiting.get(scope_id, {}).items()
        return [Waiting(node_id, scope_id, count, first_id) for node_id, (count, first_id) in found]

    def waiting(self, node_id: str, scope_id: int) -> int:
        """How many tokens wait at a join in a scope."""
        found = self._waiting.get(scope_id, {}).get(node_id)
        return 0 if found is None else found[0]

    def park(self, node_id: str, scope_id: int, new_id: Callable[[], int]) -> None:
        """Let a token wait at a join; the first one gets an id."""
        waits = node_id in self._waiting.get(scope_id, {})
        self._add(node_id, scope_id, 0 if waits else new_id())
        self.changed = True

    def wait(self, waiting: Waiting) -> None:
        """Let tokens wait at a join that have waited elsewhere."""
        self._waiting.setdefault(waiting.scope_id, {})[waiting.node_id] = (waiting.number, waiting.first_id)
        self.changed = True

    def unpark(self, node_id: str, scope_id: int) -> int:
        """Take every token that waits at a join in a scope away from it; returns how many these were."""
        scope = self._waiting.get(scope_id, {})
        taken, _ = scope.pop(node_id, (0, 0))
        if not scope:
            self._waiting.pop(scope_id, None)
        self.changed = self.changed or taken > 0
        return taken

    def take_one(self, node_id: str, scope_id: int) -> None:
        """Take one of the tokens that wait at a join in a scope away from it."""
        scope = self._waiting[scope_id]
        count, first_id = scope[node_id]
        if count == 1:
            self.unpark(node_id, scope_id)
        else:
            scope[node_id] = (count - 1, first_id)
            self.changed = True

    def forget(self, scope_id: int) -> None:
        """Drop a scope that is gone, with every token that waited in it."""
        counted, waited = self.counts.pop(scope_id, None), self._waiting.pop(scope_id, None)
        self.changed = self.changed or counted is not None or waited is not None

    def do_again(self, scope_id: int, done_id: int) -> None:
        """In a scope a completed subprocess is compensated from now on."""
        self.again[scope_id] = done_id
        self.changed = True

    def end_again(self, scope_id: int) -> int | None:
        """A scope ends; the completed subprocess that was compensated in it, None for any other scope."""
        done_id = self.again.pop(scope_id, None)
        self.changed = self.changed or done_id is not None
        return done_id

    def clear(self) -> None:
        """Drop everything: the instance is over."""
        self.changed = self.changed or bool(self.counts or self._waiting or self.again)
        self.counts.clear()
        self._waiting.clear()
        self.again.clear()

    def saved(self, text: str | None) -> None:
        """They have been written in that form: what changes from now on is written anew."""
        self._text, self.changed = text, False

    def text(self) -> str | None:
        """The stored form; None while it says nothing beyond the default."""
        if not self.changed:
            return self._text
        tokens = {str(scope): count for scope, count in self.counts.items() if count != 1}
        joins = [list(one) for one in self.joins()]
        document = ({"tokens": tokens} if tokens else {}) | ({"waiting": joins} if joins else {})
        if self.again:
            document |= {"again": {str(scope): done for scope, done in self.again.items()}}
        return orjson.dumps(document).decode() if document else None

    def _add(self, node_id: str, scope_id: int, first_id: int) -> None:
        scope = self._waiting.setdefault(scope_id, {})
        count, first = scope.get(node_id, (0, first_id))
        scope[node_id] = (count + 1, first)


class VariableChange(NamedTuple):
    """A variable of a scope (an activity, or the instance) that was changed. ``kind``: create, update or delete."""

    scope_id: int
    name: str
    kind: str


@dataclass(slots=True)
class Instance:
    """One process instance in memory, for the length of one command.

    ``variable_changes`` are those that no condition has been judged by yet; None where the process has no conditions.
    """

    id: int
    definition_id: int
    business_key: str | None = None
    state: InstanceState = InstanceState.ACTIVE
    variables: Variables = field(default_factory=Variables)
    tokens: Tokens = field(default_factory=Tokens)
    started_by: str | None = None
    variable_changes: list[VariableChange] | None = None
    held: bool = False  # whether it stays when its last token has ended, for it is being modified
    cancelled: bool = False  # whether what ended last in it was cancelled then


class Environment(Protocol):
    """What a command lends the interpreter. Loading happens only when it is asked for."""

    @property
    def now(self) -> int:
        """The moment of this command, epoch milliseconds."""

    @property
    def user(self) -> str | None:
        """Who acts, for ``authenticatedUserId``."""

    @property
    def shown(self) -> Shown:
        """The ids that clients are shown, for expressions."""

    @property
    def scripts(self) -> Runner:
        """What evaluates scripts."""

    @property
    def root_id(self) -> int:
        """The instance at the top of the tree: the one that was not called."""

    def caller(self) -> "Caller | None":
        """The activity that has called this instance; None for one that stands for itself."""

    def members(self, group: str) -> list[str]:
        """The names of the people in a group, those of the network of the instance, in order."""

    def new_id(self) -> int:
        """A fresh positive id, greater than all handed out before on this node."""

    def scope(self, activity_id: int) -> Activity:
        """One open activity of kind SCOPE of this instance, loaded from the store; the interpreter keeps it."""

    def open_activities(self) -> list[Activity]:
        """All activities of this instance that are alive in the store, scopes included."""

    def subscriptions(self) -> list[Armed]:
        """The events and conditions that this instance waits for in the store, in the order of their arming."""

    def done(self) -> list[Done]:
        """What of this instance can be compensated by the store, in the order in which it was done."""

    def completed(self, activity_id: int) -> Activity:
        """A completed subprocess, as it was then."""

    def links(self, activity_id: int) -> list[Link]:
        """Whom a stored task is linked to."""

    def expect_long_work(self) -> None:
        """Called once by a command that takes longer than some 50 ms, before any of its own changes can be written.

        It may raise what ends the command, and undoes what others of the same transaction have written. The instance
        in memory is thrown away then, as after any error.
        """


class Caller(NamedTuple):
    """An activity that has called a process, with the instance in which it is."""

    process: "Process"
    instance: Instance
    activity: Activity
    environment: Environment


@dataclass(slots=True)
class Changes:
    """What one command did, for the store to write in as few statements as possible.

    ``ended`` and ``cancelled`` hold activities that existed before; one created and ended within the command stands in
    ``created`` with its final state. ``trail`` tells the nodes that were passed without a row, in order, each as
    ``node`` or ``node@scope`` (``!`` appended when cancelled); a token that waited at a join stands there once it goes
    on. The trail belongs into the row of the activity or instance the command was about.
    """

    created: list[Activity] = field(default_factory=list)
    ended: list[Activity] = field(default_factory=list)
    cancelled: list[Activity] = field(default_factory=list)
    armed: list[Armed] = field(default_factory=list)
    dissolved: list[int] = field(default_factory=list)  # scopes in which nothing but tokens that have ended was left
    disarmed: list[int] = field(default_factory=list)  # hosts on which nothing of the store may hang any more
    trail: list[str] = field(default_factory=list)
    beside: Activity | None = None  # one of ``created`` that the trail belongs to, where the command ends no other
    thrown: list[Thrown] = field(default_factory=list)  # signals
    done: list[Done] = field(default_factory=list)  # what can be compensated from now on
    forgotten: list[int] = field(default_factory=list)  # ids of what of that in the store cannot be any more
    uncaught: list[str] = field(default_factory=list)  # error codes that no handler caught, for the log
    calls: list[Call] = field(default_factory=list)  # processes that begin before anything else moves here
    escaped: list[Escaped] = field(default_factory=list)  # what was thrown, for those who have called the instance
    paused: "Movement | None" = None  # what goes on once the calls have been made
    elsewhere: list[tuple["Process", Activity]] = field(default_factory=list)  # created in others of the tree
    work: int = 0  # what the command did, as ``Movement.spend`` counts it
