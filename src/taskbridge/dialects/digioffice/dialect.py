"""DigiOffice's dialect as the spec layer wants it: handlers, binding, words for failures and errors, credentials.

Made by the composition root. The handlers are the ``digioffice_…`` functions of the modules listed here, and where one
function serves several operations, the ``HANDLERS`` of its module.
"""

from collections.abc import Mapping

from taskbridge.dialects.digioffice import failures, metadata, predefined, sessions, task_lists, tasks
from taskbridge.dialects.digioffice.answers import written
from taskbridge.dialects.digioffice.auth import caller
from taskbridge.dialects.digioffice.binding import BINDING
from taskbridge.dialects.digioffice.catalogue import Catalogue
from taskbridge.dialects.digioffice.errors import render
from taskbridge.dialects.digioffice.negotiation import without_suffix
from taskbridge.dialects.digioffice.task_lists import POLICY
from taskbridge.service.identity import Credentials
from taskbridge.service.unit import Services
from taskbridge.spec import Answer, CallInfo, Dialect, Document, Failure, Handler, VendorSurface

BASE_PATHS = ("/api",)

_MODULES = (metadata, sessions, task_lists, tasks)
#: Handlers are functions of their modules; families of like ones stand in a module's own table ``HANDLERS``.
HANDLERS: Mapping[str, Handler] = {
    name: handler
    for module in _MODULES
    for name, handler in (vars(module) | getattr(module, "HANDLERS", {})).items()
    if name.startswith("digioffice_")
}


class DigiOfficeDialect(Dialect):
    """Speaks the DigiOffice API Services."""

    name = "digioffice"
    policy = POLICY
    handlers = HANDLERS
    binding = BINDING
    trailing_slash = True
    binds_first = True

    def __init__(self, services: Services, document: Document) -> None:
        self.vendor = VendorSurface.of("DigiOffice", __package__)
        self.credentials = Credentials(services)
        self.catalogue = Catalogue(document)
        self._namespaces = self.catalogue.namespaces()

    async def authenticate(self, call: CallInfo) -> str:
        """The name of the user who calls."""
        return (await caller(call, self.credentials)).name

    def other_path(self, path: str) -> str | None:
        """Routes count in any letter case, and with the name of a format behind them."""
        other = without_suffix(path).lower()
        return other if other != path else None

    def meant(self, call: CallInfo) -> str:
        """The operation behind a predefined route."""
        return predefined.meant(call, self.catalogue)

    def failure(self, failure: Failure, call: CallInfo) -> Answer:
        """The answer to a request that ended outside its handler."""
        return failures.answer(failure, call)

    def error(self, error: Exception, call: CallInfo) -> Answer | None:
        """The answer to what a handler raised."""
        return render(error)

    def finish(self, answer: Answer, call: CallInfo) -> Answer | None:
        """Write the answer in the format that the client wants."""
        return written(answer, call, self._namespaces)
