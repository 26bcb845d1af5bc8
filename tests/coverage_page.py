"""`docs/coverage.md`: which tests and which clients have every operation of every document do its work.

It is made out of what a whole run of the tests saw (`tests.answers`), and held against that by every later one.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.answers import EXERCISED, Vendor, vendors

PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
TITLES = {
    "alfresco": "Alfresco",
    "camunda": "Camunda",
    "digioffice": "DigiOffice",
    "taskbridge": "Taskbridge itself",
    "worldserver": "WorldServer",
}
#: Test modules that let a client of the vendor's, or one made from the document, speak to a server.
CLIENTS = {
    "clients/test_alfresco_node": "npm @alfresco/js-api",
    "clients/test_alfresco_python": "python-alfresco-api",
    "clients/test_camunda_client": "camunda-client",
    "clients/test_four_vendors": "the four vendors' clients in turn",
    "clients/test_generated_clients": "openapi-python-client",
    "clients/test_generated_typescript": "openapi-typescript with openapi-fetch",
    "clients/test_generic_client": "generic-camunda-client",
    "clients/test_node": "npm camunda-external-task-client-js",
    "clients/test_pycamunda": "pycamunda",
    "clients/test_python3_worker": "camunda-external-task-client-python3",
    "clients/test_servicestack_node": "npm @servicestack/client",
    "clients/test_servicestack_python": "servicestack",
    "clients/test_sweep_alfresco": "openapi-python-client",
    "clients/test_sweep_camunda": "openapi-python-client",
    "clients/test_sweep_digioffice": "openapi-python-client",
    "clients/test_sweep_taskbridge": "openapi-python-client",
    "clients/test_sweep_worldserver": "openapi-python-client",
    "clients/test_worldserver_generated": "openapi-python-client",
}
#: Test modules in which chance or a race decides what is asked: a run may see less of them than the page says.
BY_CHANCE = {"conformance/test_many_workers", "crash/test_kill", "properties/test_workers"}
#: How many tests a row names; of the others it tells the number.
_NAMED = 6
_HEAD = """# Coverage

Every operation of the five documents, with the tests that had it do its work (an answer that is no error, or the error
that is all it has) and the real clients among them: the vendors' own, unmodified, and those made from the documents.
Every answer was held against its document. `make coverage` makes this page; every whole run of the tests checks it.
"""
_ROW = re.compile(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)


def written() -> str:
    """The page, as this run of the tests saw it."""
    return _HEAD + "".join(_section(vendor) for vendor in vendors())


def rows(page: str) -> dict[str, tuple[list[str], list[str]]]:
    """Tests and clients by operationId, as a page has them."""
    return {name: (_listed(tests), _listed(clients)) for name, tests, clients in _ROW.findall(page)}


def untrue(page: str, skipped: Collection[str] = ()) -> Iterator[str]:
    """What a page says that this whole run did not see, although the module for it was not ``skipped`` in part."""
    unseen = {_name(module) for module in skipped}
    excused = BY_CHANCE | unseen | {CLIENTS[module] for module in unseen & CLIENTS.keys()}
    for name, (tests, clients) in rows(page).items():
        for told, seen in ((tests, _tests(name)), (clients, _clients(name))):
            for one in told:
                if one not in seen and one not in excused:
                    yield f"{name} is not exercised by {one}"


def _section(vendor: Vendor) -> str:
    body = "".join(
        f"| `{name}` | {operation.method} {operation.path} | {_named(_tests(name))} | {', '.join(_clients(name))} |\n"
        for name, operation in vendor.operations.items()
    )
    head = "| operation | method and path | tests | real clients |\n|---|---|---|---|\n"
    return f"\n## {TITLES[vendor.name]}: {len(vendor.operations)} operations\n\n{head}{body}"


def _tests(operation: str) -> list[str]:
    """The test modules that exercised an operation, by their names below the folder of tests."""
    others = (_name(test) for test in EXERCISED.clients[operation])
    return sorted({_name(test) for test in EXERCISED.tests[operation]} | {one for one in others if one not in CLIENTS})


def _clients(operation: str) -> list[str]:
    """The real clients that did."""
    modules = (_name(test) for test in EXERCISED.clients[operation])
    return sorted({CLIENTS[module] for module in modules if module in CLIENTS})


def _name(module: str) -> str:
    return module.removeprefix("tests/").removesuffix(".py")


def _named(tests: list[str]) -> str:
    more = len(tests) - _NAMED
    return ", ".join(tests[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _listed(cell: str) -> list[str]:
    return [one for one in re.sub(r" and \d+ more$", "", cell.strip()).split(", ") if one]
