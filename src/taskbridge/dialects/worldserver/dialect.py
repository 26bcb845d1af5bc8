"""WorldServer's dialect as the spec layer wants it: handlers, binding, words for failures and errors, sessions.

Made by the composition root. The handlers are the ``worldserver_…`` functions of the modules listed here.
"""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.worldserver import (
    failures,
    files,
    jobs,
    projects,
    reference,
    sessions,
    task_actions,
    tasks,
    workflows,
)
from taskbridge.dialects.worldserver.auth import session_user
from taskbridge.dialects.worldserver.binding import BINDING
from taskbridge.dialects.worldserver.wordings import render
from taskbridge.service.access import SHARED_PROJECTS
from taskbridge.service.identity import Credentials, Person
from taskbridge.service.unit import Services
from taskbridge.spec import Answer, CallInfo, Dialect, Failure, Handler, VendorSurface

BASE_PATHS = ("/ws-api/v2", "/ws-api/v1")

_MODULES = (files, jobs, projects, reference, sessions, task_actions, tasks, workflows)
HANDLERS: Mapping[str, Handler] = {
    name: handler for module in _MODULES for name, handler in vars(module).items() if name.startswith("worldserver_")
}


class WorldServerDialect(Dialect):
    """Speaks WorldServer."""

    name = "worldserver"
    policy = SHARED_PROJECTS
    binding = BINDING
    trailing_slash = True

    def __init__(self, services: Services) -> None:
        self.vendor = VendorSurface.of("WorldServer", __package__)
        self.handlers: dict[str, Any] = {
            **HANDLERS,
            "worldserver_login": sessions.login_handler(Credentials(services)),
        }

    async def authenticate(self, call: CallInfo) -> Person:
        """The user whose session token the request carries."""
        return await session_user(call)

    def failure(self, failure: Failure, call: CallInfo) -> Answer:
        """The answer to a request that ended outside its handler."""
        return failures.answer(failure, call)

    def error(self, error: Exception, call: CallInfo) -> Answer | None:
        """The answer to what a handler raised."""
        return render(error)
