"""The counts of requests in the text format of Prometheus.

Written here and not by the library: with every operation under a few statuses there are 10,000 samples, for which the
library takes half a second, while other requests wait.
"""

from itertools import accumulate

from taskbridge.spec import RequestCounts
from taskbridge.spec.request_counts import BOUNDS, NO_OPERATION, NO_STATUS, Tally

#: What the labels are where there is no operation, and where there was no answer.
_NONE = "none"
_REQUESTS = "taskbridge_http_requests_total"
_DURATION = "taskbridge_http_request_duration_seconds"
_HEAD_OF_REQUESTS = f"# HELP {_REQUESTS} Requests that were answered\n# TYPE {_REQUESTS} counter\n"
_HEAD_OF_DURATION = f"# HELP {_DURATION} From the head of a request to its answer\n# TYPE {_DURATION} histogram\n"


class _Lines:
    """The lines of one tally: as texts to be filled with numbers, and as they were at the last scrape."""

    def __init__(self, operation: str, status: int) -> None:
        api = operation.partition("_")[0] if operation != NO_OPERATION else _NONE
        answered = str(status) if status != NO_STATUS else _NONE
        # Names of operations and numbers: nothing that would have to be escaped.
        labels = f'api="{api}",operation="{operation or _NONE}",status="{answered}"'
        bounds = (*map(str, BOUNDS), "+Inf")
        self._request = f"{_REQUESTS}{{{labels}}} %d\n"
        self._buckets = "".join(f'{_DURATION}_bucket{{{labels},le="{bound}"}} %d\n' for bound in bounds)
        self._rest = f"{_DURATION}_count{{{labels}}} %d\n{_DURATION}_sum{{{labels}}} %r\n"
        self._number = 0
        self.requests = self.duration = ""

    def fill(self, tally: Tally) -> None:
        """Write the numbers of now, unless they are those of the last time."""
        number = sum(tally.classes)
        if number != self._number:
            self._number = number
            self.requests = self._request % number
            self.duration = self._buckets % tuple(accumulate(tally.classes)) + self._rest % (number, tally.seconds)


class RequestSamples:
    """Writes the samples of counts; keeps what it wrote, which costs a few hundred bytes for each of them."""

    def __init__(self, counts: RequestCounts) -> None:
        self._counts = counts
        self._lines: dict[tuple[str, int], _Lines] = {}

    def text(self) -> str:
        """How many requests there were, and how long they took, by API, operation and status."""
        for operation, by_status in self._counts.tallies.items():
            for status, tally in by_status.items():
                lines = self._lines.get((operation, status))
                if lines is None:
                    lines = self._lines[operation, status] = _Lines(operation, status)
                lines.fill(tally)
        written = self._lines.values()
        requests = "".join(lines.requests for lines in written)
        durations = "".join(lines.duration for lines in written)
        return f"{_HEAD_OF_REQUESTS}{requests}{_HEAD_OF_DURATION}{durations}"
