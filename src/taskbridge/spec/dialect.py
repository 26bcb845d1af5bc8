"""What a vendor's dialect tells this package: its handlers, its binding rules, its words for what goes wrong.

Implemented by subclassing (the optional parts have defaults here) in each vendor's package; called per request.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from taskbridge.spec.binding import Binding
from taskbridge.spec.calls import Answer, CallInfo, Handler, User
from taskbridge.spec.failures import Failure
from taskbridge.spec.vendor_surface import VendorSurface


class Dialect(Protocol):
    """One vendor's way of speaking.

    - `name`: the prefix of its operationIds ("camunda" for "camunda_get_task").
    - `handlers`: operationId to handler; one for every operation of the document, and no other.
    - `binding`: how lenient it is with bodies and parameters.
    - `trailing_slash`: whether a path with a slash too many is the same path; else it is unknown.
    - `binds_first`: whether a request's body and parameters are bound before its credentials are looked at; only small
    bodies are, whatever the dialect says.
    - `guards_unknown_paths`: whether unknown paths and methods ask for credentials first.
    - `vendor`: what the vendor's product has beyond the document, where that is known.
    """

    name: str
    handlers: Mapping[str, Handler]
    binding: Binding
    trailing_slash: bool = False
    guards_unknown_paths: bool = False
    binds_first: bool = False
    vendor: VendorSurface | None = None

    @abstractmethod
    def failure(self, failure: Failure, call: CallInfo) -> Answer:
        """The vendor's answer to a request that ended outside its handler. Every subclass of Failure is possible."""

    @abstractmethod
    def error(self, error: Exception, call: CallInfo) -> Answer | None:
        """The vendor's answer to an exception of the service; None for one it does not know (it is then unexpected)."""

    async def authenticate(self, call: CallInfo) -> User:
        """The user who calls. Runs for operations with security requirements, before the body is read.

        Raises Unauthorized, or any exception that `error` knows. None is a valid answer: nobody in particular, let in.
        """
        return None

    def other_path(self, path: str) -> str | None:
        """How a path may be read instead, where no operation has it or only with more parameters; None: as it is."""
        return None

    def meant(self, call: CallInfo) -> str:
        """The operationId that is meant by a request for an operation that stands in for others.

        Raises a Failure, or any exception that `error` knows, when none is.
        """
        raise LookupError(f"{call.path}: nothing is meant")

    def options(self, allowed: list[str], call: CallInfo) -> Answer:
        """The answer to OPTIONS on a path whose document says nothing about it."""
        return Answer(200, headers={"Allow": ", ".join(allowed)})

    def finish(self, answer: Answer, call: CallInfo) -> Answer | None:
        """A last look at every answer, failures included: another answer to send in its place, or None."""
        return None
