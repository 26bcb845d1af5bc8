"""Every operation of the product's own document, called by the client that `openapi-python-client` makes out of it."""

from collections.abc import Callable

import pytest

from tests.clients.sweep import Sweep
from tests.figures import figure
from tests.metrics import Metrics


@pytest.fixture(scope="module")
def own(sweep: Callable[[str], Sweep]) -> Sweep:
    return sweep("taskbridge")


def test_health(own: Sweep) -> None:
    assert own("get_liveness").status == "alive"
    ready = own("get_readiness", expected=200)
    assert (ready.status, ready.checks.database, ready.checks.process) == ("ready", "available", "serving")


def test_metrics(own: Sweep) -> None:
    metrics = Metrics(own("get_metrics"))
    assert metrics.value("taskbridge_http_requests_total", operation="taskbridge_get_liveness", status="200") >= 1


def test_no_operation_is_missing(own: Sweep) -> None:
    assert own.missing() == []
    figure("sweep, taskbridge", f"{len(own.called)} operations called by a generated client")
