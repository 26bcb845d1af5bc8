"""Judges a history by the final database: pure. Every function yields what is wrong, as an error message.

No answer was lost, so that every outcome is known: what was acknowledged has happened once, what was refused never.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import orjson

from taskbridge.kinds import ActivityKind, ActivityState, InstanceState
from tests.crash import locks
from tests.crash.history import History as WorkHistory
from tests.crash.history import Outcome
from tests.stress.expected import LAST_OF_STARTING, MODELS, STARTED, STARTING, Choice, Event, Join, Model
from tests.stress.history import Delivery, History
from tests.stress.stored import Activity, Instance, Stored

#: How often each node of an instance was reached, and how often it was done.
_Counts = Mapping[str, int]


def problems(history: History, stored: Stored) -> list[str]:
    """Every broken promise, once all instances have come to their ends."""
    return [
        *history.surprises,
        *_starts(history, stored),
        *_ends(history, stored),
        *_left_behind(stored),
        *_completions(history, stored),
        *locks.problems(_acknowledged(history.work)),
        *_deliveries(history, stored),
        *_movements(history, stored),
        *_started_by_signals(stored),
    ]


def _acknowledged(work: WorkHistory) -> WorkHistory:
    """Without refusals: who holds a task is rightly refused where an event has interrupted it."""
    return replace(work, completions=[each for each in work.completions if each.outcome is Outcome.DONE])


def _starts(history: History, stored: Stored) -> Iterator[str]:
    """An acknowledged start is there once, a refused one is not, and no instance is odd."""
    number = Counter(one.business_key for one in stored.instances if one.process != STARTED)
    for start in history.starts:
        found = number.pop(start.business_key, 0)
        if found != (start.outcome is Outcome.DONE):
            yield f"start {start.business_key} ({start.outcome.name}) is there {found} times"
    yield from (f"instance {key} was never asked for" for key in number)


def _ends(history: History, stored: Stored) -> Iterator[str]:
    """Every instance has ended: cancelled where a cancellation was acknowledged, once, and else by itself."""
    cancelled = Counter(each.instance for each in history.cancellations if each.outcome is Outcome.DONE)
    for one in stored.instances:
        wanted = InstanceState.EXTERNALLY_TERMINATED if cancelled[one.id] else InstanceState.COMPLETED
        if one.state != wanted or not one.ended or cancelled[one.id] > 1:
            yield f"{_named(one)} has the state {one.state}, cancelled {cancelled[one.id]} times"


def _left_behind(stored: Stored) -> Iterator[str]:
    """Nothing hangs on an instance that has ended, nothing in it is open, and no token is counted."""
    instances = {one.id: one for one in stored.instances}
    for row in stored.hanging:
        owner = instances.get(row.instance)
        if owner is None or owner.ended:
            yield f"{row.what} {row.id} ({row.node}) is left behind by instance {row.instance}"
    for activity in stored.activities:
        over = activity.state in (ActivityState.DONE, ActivityState.CANCELLED)
        if activity.ended != over or (not over and instances[activity.instance].ended):
            yield f"activity {activity.id} ({activity.node}) of {_named(instances[activity.instance])} is open"
    for one in stored.instances:
        if one.ended and any((orjson.loads(one.tokens) if one.tokens else {}).values()):
            yield f"{_named(one)} has ended, and has tokens: {one.tokens}"


def _completions(history: History, stored: Stored) -> Iterator[str]:
    """A task is done once where that was acknowledged, and never else."""
    acknowledged = Counter(each.task for each in history.work.completions if each.outcome is Outcome.DONE)
    for task in stored.activities:
        if task.kind in (ActivityKind.USER, ActivityKind.EXTERNAL):
            number = acknowledged.pop(task.id, 0)
            if number != (task.state == ActivityState.DONE):
                yield f"task {task.id} ({task.node}) has the state {task.state}, completed {number} times"
    yield from (f"task {number}, whose completion was acknowledged, is gone" for number in acknowledged)


def _deliveries(history: History, stored: Stored) -> Iterator[str]:
    """The variable of a delivery is with those who got it: one, those that the answer names, or none."""
    holders: defaultdict[str, list[Instance]] = defaultdict(list)
    for one in stored.instances:
        for name in one.variables:
            holders[name].append(one)
    for delivery in history.deliveries:
        found = holders.pop(delivery.marker, [])
        told = f"{delivery.kind} {delivery.name} ({delivery.marker}, {delivery.outcome.name})"
        if delivery.outcome is not Outcome.DONE:
            if found:
                yield f"{told} reached {', '.join(map(_named, found))}"
        elif delivery.receivers is not None:
            if {one.id for one in found} != set(delivery.receivers):
                yield f"{told} reached {sorted(one.id for one in found)}, not {sorted(delivery.receivers)}"
        elif delivery.instance is not None and [one.id for one in found] != [delivery.instance]:
            yield f"{told} for {delivery.business_key} reached {', '.join(map(_named, found)) or 'nothing'}"


def _movements(history: History, stored: Stored) -> Iterator[str]:
    """Every instance has moved by what it got, once by each, and by nothing else; joins and choices hold."""
    by_instance: defaultdict[int, list[Activity]] = defaultdict(list)
    for activity in stored.activities:
        by_instance[activity.instance].append(activity)
    markers = {each.marker: each for each in history.deliveries if each.outcome is Outcome.DONE}
    for one in stored.instances:
        model, activities = MODELS[one.process], by_instance[one.id]
        reached = Counter(each.node for each in activities)
        done = Counter(each.node for each in activities if each.state == ActivityState.DONE)
        got = [markers[name] for name in one.variables & markers.keys()]
        completed = one.state == InstanceState.COMPLETED
        for what in (
            *_events(one, model, got, reached, done),
            *(each for join in model.joins for each in _join(join, reached, done)),
            *(each for choice in model.choices for each in _choice(choice, reached, done, completed=completed)),
            *(f"was at {node} {reached[node]} times" for node in model.once if reached[node] > 1),
        ):
            yield f"{_named(one)}: {what}"


def _events(one: Instance, model: Model, got: Sequence[Delivery], reached: _Counts, done: _Counts) -> Iterator[str]:
    """Each event has happened as often as it was delivered."""
    delivered: Counter[tuple[str, str]] = Counter()
    for each in got:
        delivered[each.kind, each.name] += 1 if each.receivers is None else each.receivers.count(one.id)
    for kind, events in (("message", model.messages), ("signal", model.signals)):
        for event in events:
            happened, number = _happened(event, reached, done), delivered.pop((kind, event.name), 0)
            if happened != number:
                yield f"{kind} {event.name} has happened {happened} times, and was delivered {number} times"
    yield from (f"got {kind} {name}, which it has no event for" for kind, name in delivered)


def _happened(event: Event, reached: _Counts, done: _Counts) -> int:
    return (done if event.waits else reached).get(event.node, 0)


def _join(join: Join, reached: _Counts, done: _Counts) -> Iterator[str]:
    """A join fires once a token has come on every branch, and takes one of each."""
    arrivals = [sum(done.get(node, 0) for node in branch) for branch in join.branches]
    fired = reached.get(join.behind, 0)
    if fired != min(arrivals) or max(arrivals) > fired + 1:
        yield f"the join before {join.behind} has fired {fired} times on arrivals {arrivals}"


def _choice(choice: Choice, reached: _Counts, done: _Counts, *, completed: bool) -> Iterator[str]:
    chosen, waited = sum(done.get(node, 0) for node in choice.outcomes), reached.get(choice.node, 0)
    if not (chosen == waited if completed else waited - 1 <= chosen <= waited):
        yield f"{choice.node} was reached {waited} times, and left by an event {chosen} times"


def _started_by_signals(stored: Stored) -> Iterator[str]:
    """Each instance that throws at its end has started one other."""
    threw = {one.id for one in stored.instances if one.process == STARTING}
    ended = sum(
        each.instance in threw and each.node == LAST_OF_STARTING and each.state == ActivityState.DONE
        for each in stored.activities
    )
    started = sum(one.process == STARTED for one in stored.instances)
    if started != ended:
        yield f"{ended} instances have thrown what starts another one, and {started} were started"


def _named(one: Instance) -> str:
    return f"instance {one.business_key or one.process} ({one.id})"
