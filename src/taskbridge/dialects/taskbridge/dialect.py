"""The dialect of the product's own API as the spec layer wants it. Made by the composition root.

No operation asks for credentials: what is answered names no person, no id and no host.
"""

from typing import Any

from taskbridge.dialects.taskbridge.failures import answer
from taskbridge.dialects.taskbridge.health import liveness, readiness_handler
from taskbridge.dialects.taskbridge.metrics import metrics_handler
from taskbridge.service.unit import Services
from taskbridge.service.watching import Watch
from taskbridge.settings import Settings
from taskbridge.spec import Answer, Binding, CallInfo, Dialect, Failure, RequestCounts

#: Every path names its own server, the root: other paths below the root belong to other documents.
BASE_PATHS: tuple[str, ...] = ()


class TaskbridgeDialect(Dialect):
    """Serves health and metrics."""

    name = "taskbridge"
    binding = Binding()

    def __init__(self, settings: Settings, services: Services, counts: RequestCounts) -> None:
        watch = Watch(services)
        self.handlers: dict[str, Any] = {
            "taskbridge_get_liveness": liveness,
            "taskbridge_get_readiness": readiness_handler(services, watch),
            "taskbridge_get_metrics": metrics_handler(services, watch, counts, served=settings.metrics),
        }

    def failure(self, failure: Failure, call: CallInfo) -> Answer:
        """The answer to a request that ended outside its handler."""
        return answer(failure)

    def error(self, error: Exception, call: CallInfo) -> Answer | None:
        """The handlers raise nothing that is foreseen."""
        return None
