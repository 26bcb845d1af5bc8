"""Alfresco's dialect as the spec layer wants it: handlers, binding, words for failures and errors, credentials.

Made by the composition root. The handlers are the ``alfresco_…`` functions of the modules listed here, and where one
function serves several operations, the ``HANDLERS`` of its module.
"""

from collections.abc import Mapping

from taskbridge.dialects.alfresco import (
    deployments,
    failures,
    forms,
    images,
    items,
    process_definitions,
    process_variables,
    processes,
    start,
    task_lists,
    task_updates,
    task_variables,
    tasks,
    tickets,
)
from taskbridge.dialects.alfresco.access import POLICY
from taskbridge.dialects.alfresco.auth import caller
from taskbridge.dialects.alfresco.errors import render
from taskbridge.service.identity import Credentials, Person
from taskbridge.service.unit import Services
from taskbridge.spec import Answer, Binding, CallInfo, Dialect, Failure, Handler, VendorSurface

BASE_PATHS = ("/alfresco/api/{network}/public", "/{network}/public")

_MODULES = (
    deployments,
    forms,
    images,
    items,
    process_definitions,
    process_variables,
    processes,
    start,
    task_lists,
    task_updates,
    task_variables,
    tasks,
    tickets,
)
#: Handlers are functions of their modules; families of like ones stand in a module's own table ``HANDLERS``.
HANDLERS: Mapping[str, Handler] = {
    name: handler
    for module in _MODULES
    for name, handler in (vars(module) | getattr(module, "HANDLERS", {})).items()
    if name.startswith("alfresco_")
}

_JSON = "application/json"
_CONTENT_TYPE = "application/json;charset=UTF-8"
_NO_CACHE = {"Cache-Control": "no-cache", "Pragma": "no-cache"}
#: Methods whose resource is looked up before anybody asks for credentials (contract 1.2).
_LOOKED_UP_FIRST = ("GET", "HEAD", "POST", "OPTIONS")


class AlfrescoDialect(Dialect):
    """Speaks the Alfresco Workflow API."""

    name = "alfresco"
    policy = POLICY
    handlers = HANDLERS
    binding = Binding()
    trailing_slash = True
    guards_unknown_paths = True

    def __init__(self, services: Services) -> None:
        self.vendor = VendorSurface.of("Alfresco", __package__)
        self.credentials = Credentials(services)

    async def authenticate(self, call: CallInfo) -> Person | None:
        """Who calls; None where a path or method is unknown and the vendor says so to anybody."""
        if call.operation is None and call.method in _LOOKED_UP_FIRST:
            return None
        return await caller(call, self.credentials)

    def failure(self, failure: Failure, call: CallInfo) -> Answer:
        """The answer to a request that ended outside its handler."""
        return failures.answer(failure, call)

    def error(self, error: Exception, call: CallInfo) -> Answer | None:
        """The answer to what a handler raised."""
        return render(error, call)

    def finish(self, answer: Answer, call: CallInfo) -> Answer | None:
        """The headers that every answer of the vendor has (contract 1.3)."""
        if answer.content_type == _JSON:
            answer.content_type = _CONTENT_TYPE
        answer.headers = {**answer.headers, **_NO_CACHE}
        return None
