"""Watches how far the ids of all rows have grown: two of the dialects show them as numbers of 32 bits.

There is one space of ids up to 2**60. WorldServer and DigiOffice declare theirs as 32-bit integers, as their vendors
do. Beyond that their answers still tell the whole number, which clients that keep to the declaration cannot read, and
their requests refuse it as they refuse any number that is too large. So an operator has to know in time.
"""

import logging

from taskbridge.service.background import sleep_for
from taskbridge.service.unit import Services
from taskbridge.store.id_counter import counted_ids

log = logging.getLogger("taskbridge.ids")

#: The greatest id that every dialect can show.
HORIZON = 2**31 - 1
_WARNED_AT = HORIZON * 8 // 10
_HOUR = 3_600_000
_DAY = 24 * _HOUR


class Watch:
    """Looks at the counter once an hour; warns once when 80 % are used, and says each day when there are none left."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._warned = False
        self._said_at: int | None = None

    async def look_and_wait(self) -> None:
        """Look, then wait for an hour. Raises StoreError."""
        number = await self._services.run(lambda unit: counted_ids(unit.tx))
        now = self._services.clock.elapsed()
        if number > HORIZON:
            if self._said_at is None or now - self._said_at >= _DAY:
                self._said_at = now
                log.error("ids are at %d: beyond %d WorldServer and DigiOffice cannot name them", number, HORIZON)
        elif number > _WARNED_AT and not self._warned:
            self._warned = True
            log.warning("ids are at %d of %d that WorldServer and DigiOffice can name", number, HORIZON)
        await sleep_for(self._services.clock, _HOUR)
