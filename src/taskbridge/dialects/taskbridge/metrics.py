"""``GET /metrics``: the counts of the process, as samples of Prometheus.

Other modules count in plain numbers; the samples are made of them here, at each request.
"""

import sys
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from taskbridge import __version__
from taskbridge.dialects.taskbridge.request_samples import RequestSamples
from taskbridge.service.unit import Services
from taskbridge.service.watching import Watch
from taskbridge.spec import Answer, Call, Handler, RequestCounts, UnknownPath
from taskbridge.store.waiting_work import WaitingWork

#: The format that every version of Prometheus reads.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics_handler(services: Services, watch: Watch, counts: RequestCounts, *, served: bool) -> Handler:
    """A handler that answers the metrics, or, when they are not ``served``, that nothing is there."""
    collected = _Collected(services)
    requests = RequestSamples(counts)
    registry = CollectorRegistry()
    registry.register(collected)
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)

    async def metrics(call: Call) -> Answer:
        if not served:
            raise UnknownPath(call.info.path)
        collected.waiting_work = await watch.waiting_work()
        text = generate_latest(registry) + requests.text().encode()
        return Answer(200, text, CONTENT_TYPE, {"Cache-Control": "no-store"})

    return metrics


class _Collected(Collector):
    """Makes samples of the numbers of one application, for the library to write."""

    def __init__(self, services: Services) -> None:
        self.waiting_work: WaitingWork | None = None
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """All samples but those of requests, as of now."""
        yield self._build()
        yield from self._waiting()
        yield from self._store()
        yield from self._work()
        yield _labelled(
            CounterMetricFamily(
                "taskbridge_login_failures", "Credentials that were not accepted, by kind", labels=["kind"]
            ),
            self._services.guesses.failed,
        )

    def _build(self) -> Metric:
        python = ".".join(map(str, sys.version_info[:3]))
        family = GaugeMetricFamily(
            "taskbridge_build_info", "What runs; always 1", labels=["version", "python", "database"]
        )
        family.add_metric([__version__, python, self._services.database.dialect], 1)
        return family

    def _waiting(self) -> Iterator[Metric]:
        services = self._services
        yield GaugeMetricFamily("taskbridge_long_polls_waiting", "Long polls that wait for work", services.waiting)
        yield GaugeMetricFamily(
            "taskbridge_login_attempts_delayed", "Sign-ins that wait, as others failed", services.guesses.waiting
        )

    def _store(self) -> Iterator[Metric]:
        database = self._services.database
        numbers = database.statistics()
        available = self.waiting_work is not None
        yield GaugeMetricFamily("taskbridge_database_available", "Whether the database answered this scrape", available)
        yield CounterMetricFamily("taskbridge_database_outages", "Times the database was found away", database.outages)
        yield CounterMetricFamily("taskbridge_store_commits", "Transactions that were committed", numbers.commits)
        yield CounterMetricFamily("taskbridge_store_works", "Works that those transactions held", numbers.works)
        yield GaugeMetricFamily("taskbridge_store_works_waiting", "Works that wait for their turn", numbers.waiting)
        connections = {"open": numbers.connections - numbers.broken, "broken": numbers.broken}
        yield _labelled(
            GaugeMetricFamily("taskbridge_store_connections", "Connections to the database", labels=["state"]),
            connections,
        )

    def _work(self) -> Iterator[Metric]:
        """What waits in the database; nothing is said while that does not answer."""
        work = self.waiting_work
        if work is None:
            return
        jobs = {"due": work.jobs_due, "waiting": work.jobs_waiting, "failed": work.jobs_failed}
        jobs["suspended"] = work.jobs_suspended
        yield _labelled(
            GaugeMetricFamily("taskbridge_jobs", "Jobs of the server itself, by state", labels=["state"]),
            jobs | {"locked": self._services.jobs_under_way},
        )
        yield _labelled(
            GaugeMetricFamily("taskbridge_external_tasks", "External tasks that wait, by state", labels=["state"]),
            {"free": work.tasks_free, "locked": work.tasks_locked},
        )
        yield GaugeMetricFamily("taskbridge_incidents_open", "Open incidents of processes", work.incidents)


def _labelled(family: Metric, values: dict[str, int]) -> Metric:
    """A family with one label, filled."""
    assert isinstance(family, CounterMetricFamily | GaugeMetricFamily)
    for label, value in values.items():
        family.add_metric([label], value)
    return family
