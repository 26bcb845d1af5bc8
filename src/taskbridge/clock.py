"""The one source of time. Everything else is given a clock or a moment; tests move theirs by hand.

Moments are milliseconds since 1970-01-01T00:00:00Z.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Alarm(Protocol):
    """Something that was set to happen and can be called off."""

    def cancel(self) -> None:
        """Call it off; nothing happens when it is over already."""


class Clock(Protocol):
    """Tells the present moment, and calls back at a later one."""

    def now(self) -> int:
        """The present moment."""

    def call_at(self, moment: int, callback: Callable[[], None]) -> Alarm:
        """Call back on the running event loop once the moment has come; never from within this call."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> int:
        """The present moment, from the operating system."""
        return time.time_ns() // 1_000_000

    def call_at(self, moment: int, callback: Callable[[], None]) -> Alarm:
        """Call back on the running event loop once the moment has come."""
        return asyncio.get_running_loop().call_later(max(0, moment - self.now()) / 1000, callback)


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: int = 1_700_000_000_000) -> None:
        self._now = now
        self._alarms: list[_ManualAlarm] = []

    def now(self) -> int:
        """The moment it was last moved to."""
        return self._now

    def call_at(self, moment: int, callback: Callable[[], None]) -> Alarm:
        """Call back once the clock has been moved to the moment or beyond."""
        loop = asyncio.get_running_loop()
        alarm = _ManualAlarm(moment, lambda: loop.call_soon_threadsafe(callback))
        if moment <= self._now:
            alarm.ring()
        else:
            self._alarms.append(alarm)
        return alarm

    def advance(self, milliseconds: int) -> None:
        """Move forward, and set off what was due on the way, earliest first."""
        self._now += milliseconds
        due = sorted((alarm for alarm in self._alarms if alarm.moment <= self._now), key=lambda alarm: alarm.moment)
        self._alarms = [alarm for alarm in self._alarms if alarm.moment > self._now]
        for alarm in due:
            alarm.ring()


class _ManualAlarm:
    def __init__(self, moment: int, ring: Callable[[], object]) -> None:
        self.moment = moment
        self._ring: Callable[[], object] | None = ring

    def ring(self) -> None:
        if self._ring is not None:
            self._ring()

    def cancel(self) -> None:
        self._ring = None
