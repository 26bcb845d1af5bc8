"""Wakes long polls when a lock or a retry time runs out: one alarm per topic that somebody waits for.

And looks after what was not signalled, such as a task that a fetch had locked when its transaction was rolled back: a
poll that passed over the task meanwhile (SKIP LOCKED) has found nothing, and no commit follows that could wake it.
"""

from typing import NamedTuple

from taskbridge.clock import Alarm, Clock
from taskbridge.service.background import sleep_for
from taskbridge.store.database import Database, Transaction
from taskbridge.store.external_tasks import first_fetchable, next_expiries

#: Channel of the signals that wake long polls; the payload is the topic.
EXTERNAL_TASKS = "external-task"
#: How often other processes on the same database are looked after (milliseconds).
_SWEEP = 1_000
#: So far the wall clock may move against the time that passes without being taken for set (milliseconds).
_TOLERANCE = 500


class _Findings(NamedTuple):
    """What a sweep finds in the database of the topics that are waited for."""

    offset: int  # by how much the clock is ahead of ``Clock.elapsed``
    expiries: list[tuple[str, int]]
    fetchable: frozenset[tuple[str, int]]


class Expiries:
    """The earliest expiry per topic, as a moment of ``Clock.elapsed``. Lives on the event loop."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._alarms: dict[str, tuple[int, Alarm]] = {}
        self._offset: int | None = None
        self._fetchable: frozenset[tuple[str, int]] = frozenset()

    def note(self, topic: str, due: int) -> None:
        """A lock of the topic runs out when ``Clock.elapsed`` shows ``due``; remembered only while it is waited for."""
        if not self._database.signals.awaited(EXTERNAL_TASKS, topic):
            return
        known = self._alarms.get(topic)
        if known is not None:
            if known[0] <= due:
                return
            known[1].cancel()
        alarm = self._clock.call_after(due - self._clock.elapsed(), lambda: self._ring(topic))
        self._alarms[topic] = (due, alarm)

    def _ring(self, topic: str) -> None:
        del self._alarms[topic]
        self._database.signals.deliver(EXTERNAL_TASKS, topic)

    async def sweep(self) -> None:
        """Wait a while, then look for what was not signalled: other processes on a file, locks on other nodes.

        Locks are moments of the clock: when it was set, whoever waits has to look again. The same holds while the same
        task of a topic can be had in two sweeps in a row. Raises StoreError.
        """
        await sleep_for(self._clock, _SWEEP)
        if self._database.others_wrote():
            self._database.signals.wake_all()
        topics = self._database.signals.payloads(EXTERNAL_TASKS)
        if self._database.dialect == "sqlite":
            self._look_at(self._clock.now() - self._clock.elapsed())
        elif topics:
            found = await self._database.run(lambda tx: self._find(tx, topics))
            self._look_at(found.offset)
            for topic, moment in found.expiries:
                self.note(topic, moment - found.offset)
            self._wake_left(found.fetchable)
        else:
            self._fetchable = frozenset()

    def _find(self, tx: Transaction, topics: list[str]) -> _Findings:
        """The next moments after the last sweep, and what can be had already."""
        return _Findings(
            tx.now - self._clock.elapsed(),
            next_expiries(tx, topics, tx.now - 2 * _SWEEP),
            frozenset(first_fetchable(tx, topics)),
        )

    def _wake_left(self, fetchable: frozenset[tuple[str, int]]) -> None:
        """Wake who waits for a topic of which a task is still there: a fetch that had locked it was rolled back."""
        for topic in {topic for topic, _ in fetchable & self._fetchable}:
            self._database.signals.deliver(EXTERNAL_TASKS, topic)
        self._fetchable = fetchable

    def _look_at(self, offset: int) -> None:
        """Wake everybody who waits when the clock has been set since the last look."""
        if self._offset is not None and abs(offset - self._offset) > _TOLERANCE:
            self._database.signals.wake_all()
        self._offset = offset
