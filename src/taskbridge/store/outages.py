"""What the log says of a database that is away: a line when it goes, one a second while it stays, one when it is back.

Used on the event loop, by ``Database`` for every work and by the parts of a backend that connect by themselves.
"""

import logging
from time import monotonic

log = logging.getLogger("taskbridge.store")

#: Seconds between two lines, and how long nothing may fail before the database is said to be back.
_PAUSE = 1.0


class Outages:
    """Counts what fails for want of the database, and says so in few lines, never with a traceback."""

    def __init__(self) -> None:
        self.away = False
        self.number = 0  # of outages so far, the present one included
        self._since = self._failed_at = self._logged_at = 0.0
        self._failures = 0

    def failed(self, error: Exception) -> None:
        """Something could not be done because of an error that means that the database is away."""
        now = self._failed_at = monotonic()
        if not self.away:
            self.away, self._since = True, now
            self.number += 1
        self._failures += 1
        if now - self._logged_at >= _PAUSE or not self._logged_at:
            self._logged_at = now
            log.error("the database is not available (%d failures): %s", self._failures, " ".join(str(error).split()))
            self._failures = 0

    def over(self) -> None:
        """Something was done again. While other things still fail, this means nothing."""
        now = monotonic()
        if not self.away or now - self._failed_at < _PAUSE:
            return
        log.warning("the database is available again, after %.1f s", now - self._since)
        self.away = False
