"""The running state of one process instance, as the interpreter sees and changes it. Plain values; nothing does I/O.

A waiting activity instance is one row of the store and stays as its own history. What waits for nobody outside (tokens
at a join, the number of tokens in a scope) is the small ``Tokens`` document of the instance.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, Protocol

import orjson

from taskbridge.engine.shown import Shown
from taskbridge.engine.variables import Variables


class ActivityKind(IntEnum):
    """What an activity instance row is."""

    USER = 1
    EXTERNAL = 2
    SCOPE = 3


class ActivityState(IntEnum):
    """Where an activity instance stands. OPEN and SUSPENDED are alive."""

    OPEN = 0
    SUSPENDED = 1
    DONE = 2
    CANCELLED = 3


class InstanceState(IntEnum):
    """Where a process instance stands. ACTIVE and SUSPENDED are alive."""

    ACTIVE = 0
    SUSPENDED = 1
    COMPLETED = 2
    EXTERNALLY_TERMINATED = 3
    INTERNALLY_TERMINATED = 4


@dataclass(slots=True)
class ExternalTask:
    """What an external task is created with."""

    topic: str
    priority: int = 0


@dataclass(slots=True)
class UserTask:
    """What a user task is created with. Moments are epoch milliseconds."""

    name: str | None = None
    description: str | None = None
    assignee: str | None = None
    priority: int = 50
    due_at: int | None = None
    follow_up_at: int | None = None
    form_key: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()


@dataclass(slots=True)
class Activity:
    """An activity instance that waits for somebody outside, or that is a scope around others.

    ``scope_id`` is the id of the enclosing scope: an Activity of kind SCOPE, or the process instance itself.
    """

    id: int
    scope_id: int
    node_id: str
    kind: ActivityKind
    state: ActivityState = ActivityState.OPEN
    variables: Variables = field(default_factory=Variables)
    task: ExternalTask | UserTask | None = None  # given when the activity is created here; not needed for existing ones
    trail: str = ""  # what was passed in the command that ended this activity (see ``Trail``)


class Arrival(NamedTuple):
    """A token that waits at a join."""

    id: int  # its activity instance id
    node_id: str
    scope_id: int
    flow_id: str


class Tokens:
    """How many tokens live in each scope, and which of them wait at joins. One token per scope is the default."""

    __slots__ = ("_text", "_waiting", "changed", "counts")

    def __init__(self, text: str | None = None) -> None:
        document = orjson.loads(text) if text else {}
        self._text = text
        self.counts: dict[int, int] = {int(scope): count for scope, count in document.get("tokens", {}).items()}
        self._waiting: dict[int, dict[str, list[Arrival]]] = {}  # by scope and node, in the order of their arrival
        for entry in document.get("joins", ()):
            self._add(Arrival(*entry))
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
    def arrivals(self) -> list[Arrival]:
        """Every token that waits at a join, by scope and join."""
        return [one for scope in self._waiting.values() for arrivals in scope.values() for one in arrivals]

    @property
    def some_wait(self) -> bool:
        """Whether any token waits at a join."""
        return bool(self._waiting)

    def joins(self) -> list[tuple[str, int]]:
        """The joins at which tokens wait: node and scope."""
        return [(node_id, scope_id) for scope_id, scope in self._waiting.items() for node_id in scope]

    def waiting(self, node_id: str, scope_id: int) -> int:
        """How many tokens wait at a join in a scope."""
        return len(self._waiting.get(scope_id, {}).get(node_id, ()))

    def waiting_in(self, scope_id: int) -> list[Arrival]:
        """Every token that waits at a join of a scope."""
        return [one for arrivals in self._waiting.get(scope_id, {}).values() for one in arrivals]

    def park(self, arrival: Arrival) -> None:
        """Let a token wait at a join."""
        self._add(arrival)
        self.changed = True

    def unpark(self, node_id: str, scope_id: int) -> int:
        """Take every token that waits at a join in a scope away from it; returns how many these were."""
        scope = self._waiting.get(scope_id, {})
        taken = len(scope.pop(node_id, ()))
        if not scope:
            self._waiting.pop(scope_id, None)
        self.changed = self.changed or taken > 0
        return taken

    def forget(self, scope_id: int) -> None:
        """Drop a scope that is gone, with every token that waited in it."""
        counted, waited = self.counts.pop(scope_id, None), self._waiting.pop(scope_id, None)
        self.changed = self.changed or counted is not None or waited is not None

    def clear(self) -> None:
        """Drop everything: the instance is over."""
        self.changed = self.changed or bool(self.counts or self._waiting)
        self.counts.clear()
        self._waiting.clear()

    def text(self) -> str | None:
        """The stored form; None while it says nothing beyond the default."""
        if not self.changed:
            return self._text
        tokens = {str(scope): count for scope, count in self.counts.items() if count != 1}
        joins = [list(arrival) for arrival in self.arrivals]
        document = ({"tokens": tokens} if tokens else {}) | ({"joins": joins} if joins else {})
        return orjson.dumps(document).decode() if document else None

    def _add(self, arrival: Arrival) -> None:
        self._waiting.setdefault(arrival.scope_id, {}).setdefault(arrival.node_id, []).append(arrival)


@dataclass(slots=True)
class Instance:
    """One process instance in memory, for the length of one command."""

    id: int
    definition_id: int
    business_key: str | None = None
    state: InstanceState = InstanceState.ACTIVE
    variables: Variables = field(default_factory=Variables)
    tokens: Tokens = field(default_factory=Tokens)
    started_by: str | None = None


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

    def new_id(self) -> int:
        """A fresh positive id, greater than all handed out before on this node."""

    def scope(self, activity_id: int) -> Activity:
        """One open activity of kind SCOPE of this instance, loaded from the store; the interpreter keeps it."""

    def open_activities(self) -> list[Activity]:
        """All activities of this instance that are alive in the store, scopes included."""

    def expect_long_work(self) -> None:
        """Called once by a command that takes longer than some 50 ms, before any of its changes can be written.

        It may raise what ends the command; the instance in memory is thrown away then, as after any error.
        """


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
    trail: list[str] = field(default_factory=list)
    uncaught: list[str] = field(default_factory=list)  # error codes that no handler caught, for the log
