"""Camunda's dialect as the spec layer wants it: handlers, binding, words for failures and errors, credentials.

Made by the composition root. The handlers are the ``camunda_…`` functions of the modules listed here, and where one
function serves several operations, the ``HANDLERS`` of its module.
"""

from collections.abc import Mapping

from taskbridge.dialects.camunda import (
    batches,
    conditions,
    deployments,
    engines,
    event_subscriptions,
    execution_lists,
    executions,
    external_task_fetch,
    external_task_lists,
    external_tasks,
    failures,
    incidents,
    job_definitions,
    job_lists,
    job_retries,
    job_suspensions,
    jobs,
    messages,
    migrations,
    modifications,
    process_definitions,
    process_instances,
    restarts,
    signals,
    statistics,
    task_lists,
    tasks,
    variable_instances,
    variable_operations,
)
from taskbridge.dialects.camunda.auth import basic_user
from taskbridge.dialects.camunda.binding import BINDING
from taskbridge.dialects.camunda.errors import CamundaError, render
from taskbridge.service.access import OPEN
from taskbridge.service.identity import Credentials
from taskbridge.service.unit import Services
from taskbridge.settings import Auth, Settings
from taskbridge.spec import Answer, CallInfo, Dialect, Failure, Handler, VendorSurface

BASE_PATHS = ("/engine-rest", f"/engine-rest/engine/{failures.ENGINE}")

_MODULES = (
    batches,
    conditions,
    deployments,
    engines,
    event_subscriptions,
    execution_lists,
    executions,
    external_task_fetch,
    external_task_lists,
    external_tasks,
    incidents,
    job_definitions,
    job_lists,
    job_retries,
    job_suspensions,
    jobs,
    messages,
    migrations,
    modifications,
    process_definitions,
    process_instances,
    restarts,
    signals,
    statistics,
    task_lists,
    tasks,
    variable_instances,
    variable_operations,
)
#: Handlers are functions of their modules; families of like ones stand in a module's own table ``HANDLERS``.
HANDLERS: Mapping[str, Handler] = {
    name: handler
    for module in _MODULES
    for name, handler in (vars(module) | getattr(module, "HANDLERS", {})).items()
    if name.startswith("camunda_")
}

_NO_CACHE = {"Cache-Control": "no-cache"}


class CamundaDialect(Dialect):
    """Speaks Camunda 7."""

    name = "camunda"
    policy = OPEN
    handlers = HANDLERS
    binding = BINDING
    trailing_slash = True  # as the vendor's frameworks have it

    def __init__(self, settings: Settings, services: Services) -> None:
        self.vendor = VendorSurface.of("Camunda 7", __package__)
        self.guards_unknown_paths = settings.camunda_auth is Auth.BASIC
        self._credentials = Credentials(services)

    async def authenticate(self, call: CallInfo) -> str | None:
        """The name of the user; None while everybody may come in."""
        if not self.guards_unknown_paths:
            return None
        if call.operation is None and (engine := failures.unknown_engine(call)) is not None:
            raise CamundaError(404, "InvalidRequestException", f"Process engine {engine} not available")
        return await basic_user(call, self._credentials)

    def failure(self, failure: Failure, call: CallInfo) -> Answer:
        """The answer to a request that ended outside its handler."""
        return failures.answer(failure, call)

    def error(self, error: Exception, call: CallInfo) -> Answer | None:
        """The answer to what a handler raised."""
        return render(error, call)

    def finish(self, answer: Answer, call: CallInfo) -> Answer | None:
        """Keep proxies from caching what GET gives (contract 0.2)."""
        if call.method == "GET" and not call.path.endswith("xml"):
            answer.headers = {**answer.headers, **_NO_CACHE} if answer.headers else _NO_CACHE
        return None
