"""How often, and after which pauses, a job is tried again: ``camunda:failedJobRetryTimeCycle``.

Evaluated when a job is made, and again when it fails (``service.retry_cycles``).
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from taskbridge.engine.expressions import Expression, ExpressionError, Resolver
from taskbridge.engine.graph import Node
from taskbridge.engine.schedules import InvalidSchedule, retry_intervals

log = logging.getLogger("taskbridge.engine")


class RetryCycle(NamedTuple):
    """The number of tries in all, and the pauses between them in milliseconds."""

    tries: int
    pauses: Sequence[int]

    def pause(self, left: int) -> int:
        """Milliseconds to wait after a failure before which so many tries were left; the last pause repeats."""
        if not self.pauses:
            return 0
        last = len(self.pauses) - 1
        return self.pauses[max(0, min(last, last + 2 - left))]


def evaluated(node: Node, cycle: Expression, resolve: Resolver, now: int) -> RetryCycle | None:
    """What a retry cycle yields now (epoch milliseconds); None, for the default, where that cannot be read."""
    try:
        text = cycle.evaluate(resolve)
        if not isinstance(text, str) or not text:
            return None
        tries, pauses = retry_intervals(text, now)
    except (ExpressionError, InvalidSchedule) as error:
        log.warning("the retry cycle at %r is left out: %s", node.id, error)
        return None
    return RetryCycle(max(tries, 1), pauses)  # a job is tried once at least
