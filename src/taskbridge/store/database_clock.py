"""The clock of a PostgreSQL server, as this process knows it: measured, with a bounded error, and measured again.

Moments of locks, retries and jobs are compared by all nodes of a database, whose own clocks may differ. So on
PostgreSQL they are the server's: its moment is this machine's monotonic clock plus an offset, which asks for no round
trip. Made by the PostgreSQL backend; the service takes it for its clock.
"""

import logging
import threading
from collections.abc import Callable

from taskbridge.clock import Alarm, Clock

log = logging.getLogger("taskbridge.store")

#: How long a measurement is good (milliseconds). The clocks of two machines drift apart by less than 1 ms meanwhile.
_GOOD_FOR = 5_000
#: By how much two clocks may drift apart (parts of the time that has passed).
_DRIFT = 1 / 2_000
#: A machine whose clock differs by more (milliseconds) is worth a warning.
_CONSPICUOUS = 1_000


class DatabaseClock:
    """A clock that shows the server's time. ``sample`` is called by the threads that hold connections."""

    adjustable = False

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._updating = threading.Lock()
        self._offset = machine.now() - machine.elapsed()
        self._lowest = self._highest = 0.0
        self._measured_at: int | None = None
        self._warned = False

    def now(self) -> int:
        """The server's present moment, wrong by half the round trip of the best recent measurement at most."""
        return self._machine.elapsed() + self._offset

    def elapsed(self) -> int:
        """Milliseconds of the machine's monotonic clock."""
        return self._machine.elapsed()

    def call_after(self, milliseconds: int, callback: Callable[[], None]) -> Alarm:
        """Call back once so much time has passed."""
        return self._machine.call_after(milliseconds, callback)

    def due(self) -> bool:
        """Whether it is time to measure again."""
        return self._measured_at is None or self._machine.elapsed() - self._measured_at >= _GOOD_FOR

    def sample(self, before: int, moment: int, after: int) -> None:
        """Learn that the server's clock showed ``moment`` between two moments of ``elapsed``.

        Each measurement bounds the offset on both sides. It narrows what is known; one that contradicts what is known
        (somebody set the server's clock, or it is another server) takes its place.
        """
        # All three are whole milliseconds, rounded down or to the nearest.
        lowest, highest = float(moment - after - 2), float(moment - before + 1)
        with self._updating:
            if self._measured_at is not None:
                drift = 1 + (after - self._measured_at) * _DRIFT
                narrowed = max(lowest, self._lowest - drift), min(highest, self._highest + drift)
                if narrowed[0] <= narrowed[1]:
                    lowest, highest = narrowed
            self._lowest, self._highest = lowest, highest
            self._measured_at = after
            self._offset = round((lowest + highest) / 2)
            self._warn()

    def _warn(self) -> None:
        difference = self._machine.now() - self.now()
        if abs(difference) <= _CONSPICUOUS:
            self._warned = False
        elif not self._warned:
            self._warned = True
            log.warning(
                "the clock of this machine differs from the database's by %.1f s; the database's is used",
                difference / 1000,
            )
