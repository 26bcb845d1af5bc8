"""The one source of time. Everything else is given a clock or a moment; tests move theirs by hand.

Moments are milliseconds since 1970-01-01T00:00:00Z and may jump when somebody sets the machine's clock. Durations and
deadlines are measured by ``elapsed``, which never jumps.
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

    #: Whether it tries to show the real time, so that a database server's clock may be taken in its place.
    adjustable: bool

    def now(self) -> int:
        """The present moment."""

    def elapsed(self) -> int:
        """Milliseconds since some fixed point. Only differences mean something; it never goes back."""

    def call_after(self, milliseconds: int, callback: Callable[[], None]) -> Alarm:
        """Call back on the running event loop once so much time has passed; never from within this call."""


class SystemClock:
    """The machine's own time."""

    adjustable = True

    def now(self) -> int:
        """The present moment, from the operating system."""
        return time.time_ns() // 1_000_000

    def elapsed(self) -> int:
        """Milliseconds of the operating system's monotonic clock."""
        return time.monotonic_ns() // 1_000_000

    def call_after(self, milliseconds: int, callback: Callable[[], None]) -> Alarm:
        """Call back on the running event loop once so much time has passed."""
        return asyncio.get_running_loop().call_later(max(0, milliseconds) / 1000, callback)


class ManualClock:
    """A clock that stands still until it is moved. It rules alone: no database corrects it."""

    adjustable = False

    def __init__(self, now: int = 1_700_000_000_000) -> None:
        self._now = now
        self._elapsed = 0
        self._alarms: list[_ManualAlarm] = []

    def now(self) -> int:
        """The moment it was last moved to."""
        return self._now

    def elapsed(self) -> int:
        """By how much it was advanced in all; setting it changes nothing."""
        return self._elapsed

    def call_after(self, milliseconds: int, callback: Callable[[], None]) -> Alarm:
        """Call back once the clock has been advanced by so much."""
        loop = asyncio.get_running_loop()
        alarm = _ManualAlarm(self._elapsed + milliseconds, lambda: loop.call_soon_threadsafe(callback))
        if milliseconds <= 0:
            alarm.ring()
        else:
            self._alarms.append(alarm)
        return alarm

    def advance(self, milliseconds: int) -> None:
        """Let time pass, and set off what was due on the way, earliest first."""
        self._now += milliseconds
        self._elapsed += milliseconds
        due = sorted((alarm for alarm in self._alarms if alarm.due <= self._elapsed), key=lambda alarm: alarm.due)
        self._alarms = [alarm for alarm in self._alarms if alarm.due > self._elapsed]
        for alarm in due:
            alarm.ring()

    def set(self, moment: int) -> None:
        """Show another moment, as when somebody sets the machine's clock: no time has passed, and no alarm rings."""
        self._now = moment


class _ManualAlarm:
    def __init__(self, due: int, ring: Callable[[], object]) -> None:
        self.due = due
        self._ring: Callable[[], object] | None = ring

    def ring(self) -> None:
        if self._ring is not None:
            self._ring()

    def cancel(self) -> None:
        self._ring = None
