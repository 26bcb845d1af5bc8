"""The counts of requests as samples of Prometheus."""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from taskbridge.spec import RequestCounts
from taskbridge.spec.request_counts import BOUNDS, NO_OPERATION, NO_STATUS

#: What the labels are where there is no operation, and where there was no answer.
_NONE = "none"
_LABELS = ("api", "operation", "status")
_BOUNDS = (*map(str, BOUNDS), "+Inf")


def request_samples(counts: RequestCounts) -> Iterator[Metric]:
    """How many requests there were, and how long they took, by API, operation and status."""
    number = CounterMetricFamily("taskbridge_http_requests", "Requests that were answered", labels=_LABELS)
    duration = HistogramMetricFamily(
        "taskbridge_http_request_duration_seconds", "From the head of a request to its answer", labels=_LABELS
    )
    for (operation, status), tally in list(counts.tallies.items()):
        api = operation.partition("_")[0] if operation != NO_OPERATION else _NONE
        labels = [api, operation or _NONE, str(status) if status != NO_STATUS else _NONE]
        so_far = list(accumulate(tally.classes))
        number.add_metric(labels, so_far[-1])
        duration.add_metric(labels, list(zip(_BOUNDS, so_far, strict=True)), tally.seconds)
    yield number
    yield duration
