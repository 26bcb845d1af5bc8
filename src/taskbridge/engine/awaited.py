"""What an instance waits for at one point of a command: its subscriptions, found by event and by host."""

from collections import defaultdict
from collections.abc import Iterable

from taskbridge.engine.state import Armed, ForEvent


class Awaited:
    """Subscriptions in the order of their arming; those of a host go together."""

    __slots__ = ("_by_event", "_by_host", "_number")

    def __init__(self, armed: Iterable[Armed]) -> None:
        self._by_event: dict[ForEvent, dict[int, Armed]] = defaultdict(dict)
        self._by_host: dict[int, list[tuple[ForEvent, int]]] = defaultdict(list)
        self._number = 0
        for one in armed:
            self.add(one)

    def add(self, armed: Armed) -> None:
        """Wait for something more; jobs are none of this."""
        if isinstance(armed.wait, ForEvent):
            self._number += 1
            self._by_event[armed.wait][self._number] = armed
            self._by_host[armed.host_id].append((armed.wait, self._number))

    def drop(self, host_id: int) -> None:
        """Forget what hangs on a host."""
        for event, number in self._by_host.pop(host_id, ()):
            del self._by_event[event][number]

    def of(self, event: ForEvent) -> list[Armed]:
        """What waits for an event."""
        return list(self._by_event[event].values()) if event in self._by_event else []

    def all(self) -> list[Armed]:
        """Everything that is waited for."""
        numbered = {number: one for events in self._by_event.values() for number, one in events.items()}
        return [numbered[number] for number in sorted(numbered)]
