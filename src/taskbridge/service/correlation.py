"""Messages: which instance or definition one is for, and what it does there.

The rules are the vendor's. A message goes to the one execution that waits for it and fits what the message names; else
it starts an instance of the one process that begins with it. Or it goes to all of them. Receivers are looked for
without a lock, then their trees are locked, in ascending order of roots, and they are looked for again. Where another
transaction came first, the work begins anew (``Conflict``), a bounded number of times.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from taskbridge.engine.variables import Variable, Variables
from taskbridge.service import events, processes
from taskbridge.service.errors import AmbiguousMessage, NoReceiver, NotSubscribed, SeveralSubscriptions
from taskbridge.service.processes import Started
from taskbridge.service.unit import Unit
from taskbridge.store import activities, instances, subscriptions
from taskbridge.store import correlation as store
from taskbridge.store.correlation import Criteria
from taskbridge.store.errors import Conflict
from taskbridge.store.subscriptions import SubscriptionRow


@dataclass(frozen=True, slots=True)
class Message:
    """A message: what must be so of its receiver, and what it brings.

    ``given`` go where the process sets variables, ``local`` on what waits, ``triggered`` into the scope that is begun.
    An instance that begins has all of them as its variables, and ``business_key`` as its key.
    """

    criteria: Criteria
    given: Mapping[str, Variable] = field(default_factory=dict)
    local: Mapping[str, Variable] = field(default_factory=dict)
    triggered: Mapping[str, Variable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Correlated:
    """What a message came to: an instance that went on, or one that began (``started``).

    ``activity_id`` is what waited, None for the instance itself; ``over`` tells whether that has ended by now.
    ``variables`` are those of the instance.
    """

    instance_id: int
    activity_id: int | None
    tenant: str | None
    over: bool
    variables: Variables
    started: Started | None = None


def correlate(unit: Unit, message: Message) -> Correlated:
    """Give a message to the one receiver that it fits. Raises NoReceiver, AmbiguousMessage, and what comes of it."""
    found = store.waiting(unit.tx, message.criteria, 2)
    if len(found) > 1 and (number := store.receivers(unit.tx, message.criteria)) > 1:
        raise AmbiguousMessage(message.criteria.name, number)
    if not found:
        return _start(unit, message, _only_start(unit, message.criteria))
    return _receive(unit, message, _held(unit, message.criteria, found[:1])[0])


def correlate_all(unit: Unit, message: Message, *, only_instances: bool = False) -> list[Correlated]:
    """Give a message to everything that it fits, in one transaction; what waits comes before what begins.

    With ``only_instances`` nothing begins. Raises NotSubscribed where what one receiver does with it takes away what
    another one waited for, and what comes of it.
    """
    found = _of_each(store.waiting(unit.tx, message.criteria))
    starts = [] if only_instances else store.starts(unit.tx, message.criteria)
    unit.expect_commands(len(found) + len(starts))
    held = store.held(unit.tx, message.criteria, found)
    results = [
        *(_receive(unit, message, row) for row in _still_waiting(unit, message.criteria.name, held)),
        *(_start(unit, message, row) for row in starts),
    ]
    return [_as_left(unit, one) for one in results] if unit.signalled else results


def _only_start(unit: Unit, criteria: Criteria) -> SubscriptionRow:
    starts = store.starts(unit.tx, criteria)
    if not starts:
        raise NoReceiver(criteria.name)
    if len(starts) > 1:
        raise AmbiguousMessage(criteria.name, len(starts), of_definitions=True)
    return starts[0]


def _held(unit: Unit, criteria: Criteria, found: Sequence[SubscriptionRow]) -> list[SubscriptionRow]:
    """All that were found, with the locks of their trees; raises Conflict where one of them waits no longer."""
    held = store.held(unit.tx, criteria, found)
    if len(held) < len(found):
        raise Conflict(f"what waited for message {criteria.name!r} does so no longer")
    return held


def _of_each(rows: Sequence[SubscriptionRow]) -> list[SubscriptionRow]:
    """One subscription of each receiver. Raises SeveralSubscriptions where one waits for messages of several names."""
    chosen: dict[int, SubscriptionRow] = {}
    for row in rows:
        first = chosen.setdefault(_host(row), row)
        if first.name != row.name:
            raise SeveralSubscriptions(_host(row), None, of_instance=row.activity_id is None)
    return list(chosen.values())


def _host(row: SubscriptionRow) -> int:
    """What waits: an activity instance, or the process instance itself."""
    return row.activity_id or row.instance_id or 0


def _still_waiting(unit: Unit, name: str | None, rows: Sequence[SubscriptionRow]) -> Iterator[SubscriptionRow]:
    """The rows one by one.

    One can have taken another away where both are of one instance, and once any instance has thrown a signal.
    """
    seen: set[int | None] = set()
    for row in rows:
        if (unit.signalled or row.instance_id in seen) and subscriptions.get(unit.tx, row.id) is None:
            raise NotSubscribed(_host(row), name, of_instance=row.activity_id is None)
        seen.add(row.instance_id)
        yield row


def _receive(unit: Unit, message: Message, row: SubscriptionRow) -> Correlated:
    running = events.receive(unit, row, given=message.given, local=message.local, triggered=message.triggered)
    instance = running.instance
    return Correlated(instance.id, row.activity_id, row.tenant, running.is_over(row.activity_id), instance.variables)


def _as_left(unit: Unit, result: Correlated) -> Correlated:
    """The same once signals that other instances have thrown since may have moved this one."""
    if result.started is not None:
        started = processes.as_left(unit, result.started)
        return replace(result, over=started.ended, started=started)
    instance = instances.get(unit.tx, result.instance_id)
    host = instance if result.activity_id is None else activities.get(unit.tx, result.activity_id)
    if instance is None or host is None:
        raise LookupError(f"process instance {result.instance_id} is gone")
    result.variables.take_over(instance.variables)
    return replace(result, over=host.ended_at is not None)


def _start(unit: Unit, message: Message, row: SubscriptionRow) -> Correlated:
    definition = processes.definition(unit, row.definition_id)
    given = {**message.given, **message.local, **message.triggered}
    started = processes.start(unit, definition, given, message.criteria.business_key, node_id=row.node_id)
    return Correlated(started.id, None, row.tenant, started.ended, started.variables, started)
