"""Holds every answer of the program against the document that its path belongs to, and remembers who got it.

Used by the clients of the tests (`tests.client`, `tests.checked_http`), and inside the servers that the vendors' own
clients speak to (`tests.checked_server`): whoever asks, no answer goes unchecked.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from taskbridge.app import document_of
from taskbridge.dialects.alfresco import dialect as alfresco
from taskbridge.dialects.camunda import dialect as camunda
from taskbridge.dialects.digioffice import dialect as digioffice
from taskbridge.dialects.taskbridge import dialect as own
from taskbridge.dialects.worldserver import dialect as worldserver
from taskbridge.pages import PATH as PAGES
from taskbridge.pages import START
from taskbridge.spec.conformance import ResponseChecker
from taskbridge.spec.document import Operation, operations

Modules: TypeAlias = defaultdict[str, set[str]]
#: The header of requests that a test sends by itself, to tell them from those of the clients that it lets speak.
BY_TEST = "x-by-test"
BASE_PATHS = {
    "alfresco": alfresco.BASE_PATHS,
    "camunda": camunda.BASE_PATHS,
    "digioffice": digioffice.BASE_PATHS,
    "taskbridge": own.BASE_PATHS,
    "worldserver": worldserver.BASE_PATHS,
}


@dataclass(frozen=True)
class Vendor:
    """A document, its operations by id, and what checks answers by it."""

    name: str
    operations: Mapping[str, Operation]
    checker: ResponseChecker


@dataclass
class Exercised:
    """What was checked: how many answers per vendor, and who had an operation of a document do its work.

    ``tests`` and ``clients`` have the paths of test modules by operationId: those whose own requests did it, and those
    whose clients did, which are other people's code.
    """

    answers: Counter[str] = field(default_factory=Counter)
    tests: Modules = field(default_factory=lambda: defaultdict(set))
    clients: Modules = field(default_factory=lambda: defaultdict(set))

    def add(self, operation: Operation | None, vendor: str, status: int, test: str, *, by_client: bool) -> None:
        """Count an answer. An error is no work done, unless errors are all that the document has for the operation."""
        self.answers[vendor] += 1
        if test and operation is not None and (status < 400 or _only_fails(operation)):
            (self.clients if by_client else self.tests)[operation.operation_id].add(test)

    def handed_over(self) -> dict[str, Any]:
        """All of it as JSON, for the process that prints it."""
        return {"answers": dict(self.answers), "tests": _as_lists(self.tests), "clients": _as_lists(self.clients)}

    def taken_over(self, others: Mapping[str, Mapping[str, Any]]) -> None:
        """What another process of the same run checked."""
        self.answers.update(others["answers"])
        for mine, theirs in ((self.tests, others["tests"]), (self.clients, others["clients"])):
            for name, modules in theirs.items():
                mine[name].update(modules)

    def told(self) -> list[str]:
        """The figures, a line per vendor."""
        return [
            f"answers checked, {vendor.name}: {self.answers[vendor.name]}; "
            f"{len(vendor.operations.keys() & (self.tests.keys() | self.clients.keys()))} of {len(vendor.operations)} "
            "operations did their work"
            for vendor in vendors()
            if self.answers[vendor.name]
        ]


#: What this run of the tests has checked.
EXERCISED = Exercised()


@lru_cache
def vendors() -> tuple[Vendor, ...]:
    """All documents."""
    return tuple(_vendor(name, bases) for name, bases in BASE_PATHS.items())


def vendor_of(method: str, path: str) -> tuple[Vendor | None, Operation | None]:
    """Whose a path is, and the operation that it and the method name; None where no document has them."""
    owner = None
    for vendor in vendors():
        found = vendor.checker.operation(method, path)
        if found is not None:
            return vendor, found
        owner = owner or (vendor if vendor.checker.knows(path) else None)
    return owner, None


def problems(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> list[str]:
    """What is wrong with an answer by its document; the arguments are those of `ResponseChecker.check`."""
    vendor, _ = vendor_of(method, path)
    if vendor is None and (path in (START, PAGES) or path.startswith(f"{PAGES}/")):
        return []
    return (vendor or vendors()[0]).checker.check(method, path, status, headers, body)


def note(method: str, path: str, status: int, test: str, *, by_client: bool = False) -> None:
    """Remember that a test, or a client of its, got an answer."""
    vendor, operation = vendor_of(method, path)
    if vendor is not None:
        EXERCISED.add(operation, vendor.name, status, test, by_client=by_client)


def _vendor(name: str, bases: tuple[str, ...]) -> Vendor:
    document = document_of(name)
    known = {operation.operation_id: operation for operation in operations(document)}
    return Vendor(name, known, ResponseChecker(document, bases))


def _as_lists(modules: Modules) -> dict[str, list[str]]:
    return {name: sorted(found) for name, found in modules.items()}


def _only_fails(operation: Operation) -> bool:
    return not any(str(status).startswith(("2", "3", "default")) for status in operation.raw["responses"])
