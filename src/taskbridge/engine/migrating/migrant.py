"""An instance that is to be migrated, with all that it waits for and all that it has done."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from taskbridge.engine.state import Activity, Done, ForContinuation, Instance


class TimerJob(NamedTuple):
    """A timer that hangs on an activity, or on the instance: the job that triggers an event."""

    id: int
    host_id: int
    node_id: str


class TimeoutJob(NamedTuple):
    """The time of a task listener, which ``listener_id`` names."""

    id: int
    host_id: int
    listener_id: str


class Subscription(NamedTuple):
    """An event or a condition that an activity, or the instance, waits for."""

    id: int
    host_id: int
    node_id: str


class Migrant(NamedTuple):
    """The instance as it stands. ``continuations`` are the jobs of tokens between two transactions, by activity.

    ``completed`` are the completed subprocesses that can be compensated, by id.
    """

    instance: Instance
    activities: Sequence[Activity]
    timers: Sequence[TimerJob] = ()
    timeouts: Sequence[TimeoutJob] = ()
    continuations: Mapping[int, ForContinuation] = {}
    subscriptions: Sequence[Subscription] = ()
    done: Sequence[Done] = ()
    completed: Mapping[int, str] = {}

    def is_transition(self, activity: Activity) -> bool:
        """Whether its token waits for a transaction of its own, before or behind an activity."""
        return activity.id in self.continuations
