"""What a load did and what it was answered: the history that the checker judges, together with the final database.

Moments are seconds of one monotonic clock, that of the process which sends the requests. An operation that was carried
out took effect between its call and its answer. One whose outcome is unknown (the connection broke, or an error said
that the database is away) may take effect at any time after its call, or never: a server may still hold the request, or
PostgreSQL the COMMIT. One that was refused has no effect.
"""

import math
from dataclasses import dataclass, field
from enum import Enum, auto


class Outcome(Enum):
    """What is known of an operation."""

    DONE = auto()
    REFUSED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A request: when it was sent, when its answer (or the loss of it) was seen, and what the answer was."""

    called: float
    answered: float
    outcome: Outcome

    @property
    def latest(self) -> float:
        """The latest moment at which it can have taken effect; its call is the earliest."""
        return self.answered if self.outcome is Outcome.DONE else math.inf

    @property
    def possible(self) -> bool:
        """Whether it can have taken effect at all."""
        return self.outcome is not Outcome.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Operation):
    """A process instance was asked for. Each request has a business key of its own, and is never sent again."""

    business_key: str
    #: The tasks that such an instance has passed once it has ended, each exactly once.
    nodes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch(Operation):
    """A worker asked for external tasks, and was granted these for so many seconds.

    A worker takes another name after a fetch with an unknown outcome, so that none of its locks is unknown.
    """

    worker: str
    tasks: tuple[int, ...]
    duration: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion(Operation):
    """A task was completed with a variable ``by_<node>`` of this value, unique to it. No worker: a user task."""

    worker: str | None
    task: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(Operation):
    """A worker gave a task back, to be tried again after so many seconds."""

    worker: str
    task: int
    pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock(Operation):
    """The lock of a task was removed, whichever worker held it."""

    task: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Operation):
    """A worker asked to hold a task for so many seconds from now on; that may be less than before."""

    worker: str
    task: int
    duration: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Access(Operation):
    """A register (a variable of a process instance) was written or read. Every value is written once."""

    register: str
    value: str


class Write(Access):
    """The value was sent."""


class Read(Access):
    """The value was answered."""


@dataclass
class History:
    """All operations by kind, in no order. ``surprises``: answers that are never right; must stay empty."""

    starts: list[Start] = field(default_factory=list)
    fetches: list[Fetch] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    unlocks: list[Unlock] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def operations(self) -> list[Operation]:
        """Every operation."""
        changes = (*self.starts, *self.completions, *self.failures, *self.unlocks, *self.extensions)
        return [*changes, *self.fetches, *self.writes, *self.reads]
