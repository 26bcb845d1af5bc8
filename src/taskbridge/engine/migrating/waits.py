"""What becomes of the timers and subscriptions of an instance: those that go along, that go, and that are new.

As at the vendor's: what is waited for goes along where the event has an instruction that leads to an event of the same
host, and is made anew on request. A timer that has fired already, and let its host go on, does not come again. Other
than there, a subscription does not go along to a timer, nor a timer to what is subscribed to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from taskbridge.engine.errors import NothingToUpdate
from taskbridge.engine.events.base import Event
from taskbridge.engine.events.timer import TIMER
from taskbridge.engine.graph import Node
from taskbridge.engine.migrating.matching import Matching
from taskbridge.engine.migrating.migrant import Migrant, Subscription, TimeoutJob, TimerJob
from taskbridge.engine.migrating.moves import Moves
from taskbridge.engine.task_listening import timeouts_of
from taskbridge.kinds import ActivityKind

HungT = TypeVar("HungT", TimerJob, TimeoutJob, Subscription)


class New(NamedTuple):
    """Something that a host, an activity or the instance, waits for from now on; ``listener_id`` of a task listener."""

    host_id: int
    node_id: str
    listener_id: str | None = None


class Kept(NamedTuple):
    """A job or subscription that goes along, and whether it is made anew."""

    id: int
    host_id: int
    node_id: str
    updates: bool
    listener_id: str | None = None


@dataclass(slots=True)
class Waits:
    """What becomes of each."""

    timers: list[Kept] = field(default_factory=list)
    subscriptions: list[Kept] = field(default_factory=list)
    gone_jobs: list[int] = field(default_factory=list)
    gone_subscriptions: list[int] = field(default_factory=list)
    new: list[New] = field(default_factory=list)


def waits(matching: Matching, migrant: Migrant, moved: Moves) -> Waits:
    """What becomes of all that an instance waits for."""
    found = Waits()
    before = {one.id: one.node_id for one in migrant.activities}
    hosts: list[tuple[int, str | None, str | None]] = [(migrant.instance.id, None, None)]
    transitions = migrant.continuations
    kinds = {one.id: one.kind for one in migrant.activities}
    hosts += [
        (place.id, before[place.id], place.node_id)
        for place in moved.activities
        if place.id not in transitions and kinds[place.id] is not ActivityKind.ENDED
    ]
    timers, subscriptions = _by_host(migrant.timers), _by_host(migrant.subscriptions)
    timeouts = _by_host(migrant.timeouts)
    for host_id, source, goal in hosts:
        of_host = _Host(matching, host_id, source, goal)
        of_host.timers(found, timers.get(host_id, []))
        of_host.subscriptions(found, subscriptions.get(host_id, []))
        if goal is not None:
            of_host.timeouts(found, timeouts.get(host_id, []))
    return found


def _by_host(hung: Sequence[HungT]) -> dict[int, list[HungT]]:
    found: dict[int, list[HungT]] = {}
    for one in hung:
        found.setdefault(one.host_id, []).append(one)
    return found


class _Host(NamedTuple):
    """An activity that lives on, or the instance (None), with its node before and after."""

    matching: Matching
    id: int
    source: str | None
    goal: str | None

    def timers(self, found: Waits, hung: Sequence[TimerJob]) -> None:
        """Its timers."""
        kept = self._along(found.timers, found.gone_jobs, hung, are_timers=True)
        fired = set(self._fired(hung))
        for event in self._awaited():
            if _is_timer(event) and event.id not in kept and event.id not in fired:
                found.new.append(New(self.id, event.id))

    def subscriptions(self, found: Waits, hung: Sequence[Subscription]) -> None:
        """Its events and conditions."""
        kept = self._along(found.subscriptions, found.gone_subscriptions, hung, are_timers=False)
        for event in self._awaited():
            if not _is_timer(event) and event.id not in kept:
                found.new.append(New(self.id, event.id))

    def timeouts(self, found: Waits, hung: Sequence[TimeoutJob]) -> None:
        """The times of its listeners, where it is a task."""
        goal = self.goal or ""
        listeners = timeouts_of(self.matching.target.nodes[goal])
        updates = self.matching.updates(self.source or "")
        for one in hung:
            if one.listener_id in listeners:
                found.timers.append(Kept(one.id, self.id, goal, updates, one.listener_id))
            else:
                found.gone_jobs.append(one.id)
        there = {one.listener_id for one in hung}
        there.update(timeouts_of(self.matching.source.nodes[self.source or ""]))  # what is not there has come to pass
        found.new += [New(self.id, goal, one) for one in listeners if one not in there]

    def _along(
        self, kept: list[Kept], gone: list[int], hung: Sequence[TimerJob | Subscription], *, are_timers: bool
    ) -> set[str]:
        """What goes along; the events of the target that are waited for by that. Raises NothingToUpdate."""
        target, events = self.matching.target, set()
        for one in hung:
            goal, updates = self.matching.goal(one.node_id), self.matching.updates(one.node_id)
            if goal is None or goal not in target.hosts or target.hosts[goal] != self.goal:
                gone.append(one.id)
            elif _is_timer(target.nodes[goal]) is are_timers:
                kept.append(Kept(one.id, self.id, goal, updates))
                events.add(goal)
            elif updates:
                raise NothingToUpdate(goal)
            else:
                gone.append(one.id)
        return events

    def _awaited(self) -> Iterator[Node]:
        """What the host waits for in the target."""
        for event in self.matching.target.hosted(self.goal):
            if isinstance(event.settings, Event):
                if event.settings.definition.waits:
                    yield event
            elif event.behaviour.for_events and event.settings is not None:  # a receive task with a message
                yield event

    def _fired(self, hung: Sequence[TimerJob]) -> Iterator[str]:
        """The timers of the target whose own in the source have come to pass, and did not end the host."""
        waiting = {one.node_id for one in hung}
        for event in self.matching.source.hosted(self.source):
            settings = event.settings
            if _is_timer(event) and isinstance(settings, Event) and not settings.interrupting:
                goal = self.matching.goal(event.id)
                if event.id not in waiting and goal is not None:
                    yield goal


def _is_timer(event: Node) -> bool:
    return isinstance(event.settings, Event) and event.settings.definition is TIMER
