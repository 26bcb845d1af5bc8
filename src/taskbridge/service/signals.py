"""Signals: who gets one, and in which order.

A signal reaches what waits for its name at the moment when it is thrown, and starts instances; all of it is one
transaction, so that where one receiver fails none has got it. An event that throws one has reached what waits in its
own instance already (``engine.events.signal``). What waits elsewhere goes on after the thrower, instance by instance;
what these throw goes before the rest.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from taskbridge.engine import interpreter
from taskbridge.engine.errors import TooManySteps
from taskbridge.engine.events.signal import SIGNAL_TYPE, waits_on_its_way
from taskbridge.engine.interpreter import Received
from taskbridge.engine.state import Thrown
from taskbridge.engine.variables import Variable
from taskbridge.kinds import InstanceState
from taskbridge.service import events, processes, queue, variables
from taskbridge.service.errors import SignalNotAwaited, Suspended
from taskbridge.service.running import Running
from taskbridge.service.unit import Unit
from taskbridge.store import definitions, instances, subscriptions
from taskbridge.store.jobs import JobRow
from taskbridge.store.subscriptions import SubscriptionRow

#: The type of jobs that carry a signal, as the vendor's API names it.
JOB_TYPE = "event"
#: How long a chain of signals may be that instances throw when they get one: an end for those that go in circles.
LONGEST_CHAIN = 1_000
#: Receivers that the signals of one transaction may have, beside those of the one signal that has most: an end for
#: those that multiply. So many take seconds, as the steps do that one instance may take (``movement.MAX_STEPS``).
MOST_RECEIVERS = 10_000
_NONE: Mapping[str, Variable] = {}


class Delivery(NamedTuple):
    """A signal for one subscription, with what it brings."""

    row: SubscriptionRow
    given: Mapping[str, Variable] = _NONE
    business_key: str | None = None


@dataclass(slots=True)
class Chain:
    """What the signals of a transaction have still to reach, the next one last; each with its place in the chain.

    ``found`` counts the receivers that they have had so far, ``widest`` those of the one that had most.
    """

    waiting: list[tuple[int, Sequence[Delivery]]] = field(default_factory=list)
    place: int = 1  # of what is thrown now
    works: bool = False  # whether what waits is being worked off
    found: int = 0
    widest: int = 0


def broadcast(
    unit: Unit, name: str, given: Mapping[str, Variable], tenants: Collection[str | None] | None = None
) -> None:
    """Give a signal to everything that waits for it, one after the other, and start instances after that.

    ``tenants`` as ``subscriptions.signalled`` has them. Raises EngineError.
    """
    rows = subscriptions.signalled(unit.tx, name, tenants)
    _count(unit, len(rows))
    _hold(unit, rows)
    for row in sorted(rows, key=lambda row: row.instance_id is None):
        _deliver(unit, [Delivery(row, given)])


def send(unit: Unit, execution_id: int, name: str, given: Mapping[str, Variable]) -> None:
    """Give a signal to one execution. Raises NotFound, SignalNotAwaited, Suspended, EngineError."""
    place = variables.execution(unit, execution_id)
    activity_id = None if place.activity is None else place.activity.id
    found = [
        row
        for row in subscriptions.of_instance(unit.tx, place.running.instance.id)
        if (row.type, row.name, row.activity_id) == (SIGNAL_TYPE, name, activity_id)
    ]
    if not found:
        raise SignalNotAwaited(execution_id, name)
    if place.running.instance.state == InstanceState.SUSPENDED:
        raise Suspended("execution", execution_id)
    for row in found:
        _deliver(unit, [Delivery(row, given)])


def gather(unit: Unit, instance_id: int, tenant: str | None, thrown: Sequence[Thrown]) -> list[Delivery]:
    """Whom the signals that an instance has thrown reach elsewhere at this moment, and what they start.

    Signals of a tenant reach what is of the tenant or of none, those of no tenant what is of none. What gets them later
    has its job at once. Raises TooManySteps.
    """
    found: list[Delivery] = []
    elsewhere: dict[str, list[SubscriptionRow]] = {}
    for signal in thrown:
        if signal.name not in elsewhere:
            rows = subscriptions.signalled(unit.tx, signal.name, {tenant, None})
            elsewhere[signal.name] = [row for row in rows if row.instance_id != instance_id]
        _count(unit, len(elsewhere[signal.name]))
        for row in elsewhere[signal.name]:
            if signal.later and _can_wait(unit, row):
                _deliver_later(unit, row)
            else:
                found.append(Delivery(row, signal.variables, signal.business_key))
        _deliver_to_own_later(unit, instance_id, signal)
    return found


def pass_on(unit: Unit, found: Sequence[Delivery]) -> bool:
    """Let all of these have their signals. Raises EngineError.

    The answer is whether something else has moved by now: within a chain that happens after the return.
    """
    _hold(unit, [one.row for one in found])
    unit.signalled = unit.signalled or bool(found)
    return bool(found) and _work_off(unit, _by_receiver(found))


def carry_out(unit: Unit, job: JobRow) -> None:
    """Let what a job carries a signal to have it; nothing happens where that waits no longer.

    As at the vendor's, the signal brings nothing. Raises Suspended, EngineError.
    """
    row = subscriptions.get(unit.tx, orjson.loads(job.payload)["subscription"])
    if row is None:
        return
    if row.instance_id is None:
        _start(unit, Delivery(row))
    else:
        events.receive(unit, row)


def _chain(unit: Unit) -> Chain:
    if unit.signals is None:
        unit.signals = Chain()
    return unit.signals


def _count(unit: Unit, receivers: int) -> None:
    """To be called for every signal before any of its receivers gets it. Raises TooManySteps."""
    chain = _chain(unit)
    chain.found += receivers
    chain.widest = max(chain.widest, receivers)
    if chain.found - chain.widest > MOST_RECEIVERS:
        raise TooManySteps(MOST_RECEIVERS)
    unit.expect_commands(chain.found)


def _work_off(unit: Unit, found: Iterable[Sequence[Delivery]]) -> bool:
    """Deliver; False where that is left to who is delivering already."""
    chain = _chain(unit)
    chain.waiting += ((chain.place, one) for one in found)
    if chain.works:  # a receiver has thrown something: who is delivering goes on with it
        return False
    chain.works = True
    try:
        while chain.waiting:
            place, deliveries = chain.waiting.pop()
            if place > LONGEST_CHAIN:
                raise TooManySteps(LONGEST_CHAIN)
            chain.place = place + 1
            _deliver(unit, deliveries)
    finally:
        chain.waiting.clear()
        chain.place, chain.works = 1, False
    return True


def _by_receiver(found: Iterable[Delivery]) -> Iterable[Sequence[Delivery]]:
    """What one instance gets together; each start is one by itself."""
    receivers: dict[tuple[bool, int], list[Delivery]] = {}
    for number, one in enumerate(found):
        instance_id = one.row.instance_id
        key = (False, number) if instance_id is None else (True, instance_id)
        receivers.setdefault(key, []).append(one)
    return receivers.values()


def _hold(unit: Unit, rows: Iterable[SubscriptionRow]) -> None:
    """Lock the trees of receivers; who reads them after that sees what is still there."""
    instances.lock_further_roots(unit.tx, {row.root_id for row in rows if row.root_id is not None})


def _deliver(unit: Unit, deliveries: Sequence[Delivery]) -> None:
    """Let an instance have its signals, or start one. What was ended or suspended meanwhile is passed over."""
    instance_id = deliveries[0].row.instance_id
    if instance_id is None:
        _start(unit, deliveries[0])
        return
    row = instances.get(unit.tx, instance_id)
    if row is None or row.state != InstanceState.ACTIVE:
        return
    running = Running.of_instance(unit, row)
    found = received(running, deliveries)
    open_ = {activity.id: activity for activity in running.open_activities()}
    hosts = [open_[one.host_id] for one in found if one.host_id in open_]
    running.move(
        lambda: interpreter.receive_signals(running.process, running.instance, running, found),
        hosts[0] if hosts else None,
    )


def received(running: Running, deliveries: Iterable[Delivery]) -> list[Received]:
    """What an instance gets, as it can hold it."""
    instance_id = running.instance.id
    return [
        Received(
            one.row.activity_id or instance_id,
            one.row.node_id,
            running.in_order(variables.copied(running.unit, instance_id, one.given)),
        )
        for one in deliveries
    ]


def _start(unit: Unit, delivery: Delivery) -> None:
    definition = definitions.get(unit.tx, delivery.row.definition_id)
    if definition is None or definition.suspended:
        return
    given = {name: variables.with_content(unit, variable) for name, variable in delivery.given.items()}
    processes.start(unit, definition, given, delivery.business_key, node_id=delivery.row.node_id)


def _can_wait(unit: Unit, row: SubscriptionRow) -> bool:
    return row.instance_id is None or waits_on_its_way(unit.process(row.definition_id).nodes[row.node_id])


def _deliver_to_own_later(unit: Unit, instance_id: int, signal: Thrown) -> None:
    if not signal.waiting:
        return
    hosts = {(one.host_id, one.node_id) for one in signal.waiting}
    for row in subscriptions.of_instance(unit.tx, instance_id):
        if (row.activity_id, row.node_id) in hosts:
            _deliver_later(unit, row)


def _deliver_later(unit: Unit, row: SubscriptionRow) -> None:
    """Let a job carry the signal; it goes with what waits for it."""
    queue.schedule(
        unit,
        JOB_TYPE,
        definition_id=row.definition_id,
        node_id=row.node_id,
        instance_id=row.instance_id,
        root_id=row.root_id,
        activity_id=row.activity_id,
        tenant=row.tenant,
        payload={"subscription": row.id},
    )
