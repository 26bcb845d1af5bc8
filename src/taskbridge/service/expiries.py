"""Wakes long polls when a lock or a retry time runs out: one alarm per topic that somebody waits for."""

from taskbridge.clock import Alarm, Clock
from taskbridge.service.background import sleep_until
from taskbridge.store.database import Database
from taskbridge.store.external_tasks import next_expiries

#: Channel of the signals that wake long polls; the payload is the topic.
EXTERNAL_TASKS = "external-task"
#: How often other processes on the same database are looked after (milliseconds).
_SWEEP = 1_000


class Expiries:
    """The earliest expiry per topic. Lives on the event loop."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._alarms: dict[str, tuple[int, Alarm]] = {}

    def note(self, topic: str, moment: int) -> None:
        """A lock of the topic runs out at that moment; remembered only while somebody waits for the topic."""
        if not self._database.signals.awaited(EXTERNAL_TASKS, topic):
            return
        known = self._alarms.get(topic)
        if known is not None:
            if known[0] <= moment:
                return
            known[1].cancel()
        self._alarms[topic] = (moment, self._clock.call_at(moment, lambda: self._ring(topic)))

    def _ring(self, topic: str) -> None:
        del self._alarms[topic]
        self._database.signals.deliver(EXTERNAL_TASKS, topic)

    async def sweep(self) -> None:
        """Wait a while, then look for what other processes did to this database unheard."""
        since = self._clock.now()
        await sleep_until(self._clock, since + _SWEEP)
        if self._database.others_wrote():
            self._database.signals.wake_all()
        topics = self._database.signals.payloads(EXTERNAL_TASKS)
        if topics and self._database.dialect != "sqlite":
            for topic, moment in await self._database.run(lambda tx: next_expiries(tx, topics, since)):
                self.note(topic, moment)
