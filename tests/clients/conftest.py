"""Servers as their users run them, for each database and each way to sign in, shared by all tests of this folder."""

import importlib
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import psycopg
import pytest
from pydantic import PydanticDeprecatedSince20
from sqlalchemy import make_url

from tests import checked_http
from tests.clients.alfresco import Alfresco
from tests.clients.engine import Engine, Model, model
from tests.clients.generated import Caller, Generated, generated_client
from tests.clients.office import Office
from tests.clients.programs import ANSWERS, checking, finished, taskbridge
from tests.clients.sweep import Sweep
from tests.clients.worldserver import Place
from tests.npm import installed

with warnings.catch_warnings():
    # This client speaks to Pydantic in an old way while it is imported; the tests then import it without a sound.
    warnings.simplefilter("ignore", PydanticDeprecatedSince20)
    importlib.import_module("camunda.utils.auth_bearer")

_NUMBERS = count(1)
USER, PASSWORD = "packer", "Sesame-1"
NODE_FOLDER = Path(__file__).with_name("node")


@pytest.fixture(autouse=True)
def answered() -> Iterator[None]:
    """Every answer that a client of a test was sent is one of the document."""
    yield
    wrong = ANSWERS.read()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="session")
def sqlite_service_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path_factory.mktemp('sqlite-database')}/taskbridge.db"


@pytest.fixture(scope="session")
def postgresql_service_database(postgresql_server: str) -> str:
    """URL of a PostgreSQL database that is empty."""
    with psycopg.connect(postgresql_server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE of_clients")
    return make_url(postgresql_server).set(database="of_clients").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_service(tmp_path_factory: pytest.TempPathFactory, sqlite_service_database: str) -> Iterator[str]:
    """Base URL of a server on an SQLite file that did not exist before."""
    with checking(tmp_path_factory.mktemp("sqlite-service"), database_url=sqlite_service_database) as (_, url):
        yield url


@pytest.fixture(scope="session")
def postgresql_service(tmp_path_factory: pytest.TempPathFactory, postgresql_service_database: str) -> Iterator[str]:
    """Base URL of a server on a PostgreSQL database that was empty before."""
    folder = tmp_path_factory.mktemp("postgresql-service")
    with checking(folder, database_url=postgresql_service_database) as (_, url):
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def worldserver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgresql_server: str
) -> Iterator[Place]:
    """A server with the demo's people, locales and processes, on each database in turn."""
    folder = tmp_path_factory.mktemp(f"worldserver-{request.param}")
    database = f"sqlite:///{folder}/taskbridge.db"
    if request.param == "postgresql":
        name = f"of_worldserver_clients_{next(_NUMBERS)}"  # it is made anew whenever other tests came between
        with psycopg.connect(postgresql_server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        database = make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    with checking(folder, "--demo", database_url=database) as (_, url):
        yield Place(url)


@pytest.fixture(scope="session")
def demo_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Scheme, host and port of a server with the demo, on an SQLite file."""
    folder = tmp_path_factory.mktemp("demo-service")
    with checking(folder, "--demo", database_url=f"sqlite:///{folder}/taskbridge.db") as (_, url):
        yield url.removesuffix("/engine-rest")


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Generated]]:
    """Makes a Python client out of a document, once for all tests."""
    made: dict[str, Generated] = {}
    with ExitStack() as stack:

        def client(document: str) -> Generated:
            if document not in made:
                folder = tmp_path_factory.mktemp(document)
                made[document] = stack.enter_context(generated_client(document, folder))
            return made[document]

        yield client


@pytest.fixture
def caller(demo_service: str, generated: Callable[[str], Generated]) -> Iterator[Callable[[str, str], Caller]]:
    """Makes a user of the Python client of a document, on the server with the demo."""
    with ExitStack() as stack:

        def signed_in(document: str, name: str) -> Caller:
            user = Caller(generated(document), demo_service, name)
            stack.callback(user.close)
            return user

        yield signed_in


@pytest.fixture(scope="session")
def sweep(demo_service: str, generated: Callable[[str], Generated]) -> Iterator[Callable[[str], Sweep]]:
    """Makes the sweep of a document, by the demo's administrator."""
    with ExitStack() as stack:

        def made(document: str) -> Sweep:
            user = Caller(generated(document), demo_service, "demo")
            stack.callback(user.close)
            return Sweep(user)

        yield made


@pytest.fixture(scope="session")
def guarded_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a server that wants to know who is there."""
    folder = tmp_path_factory.mktemp("guarded-service")
    database = f"sqlite:///{folder}/taskbridge.db"
    add_person(folder, database)
    with checking(folder, "--camunda-auth", "basic", database_url=database) as (_, url):
        yield url


def add_person(folder: Path, database: str, name: str = USER, *more: str) -> None:
    """Make the person that clients sign in as, an administrator; or another one, by further options of the command."""
    options = more or ("--admin",)
    add = ["user", "add", name, "--password", PASSWORD, *options]
    for command in (["migrate"], add):
        done = finished([taskbridge(), *command, "--database-url", database], folder)
        assert done.returncode == 0, done.stderr


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A server, on each database in turn."""
    url: str = request.getfixturevalue(f"{request.param}_service")
    with checked_http.checked(base_url=url) as http:
        yield Engine(url, http)


@pytest.fixture
def guarded_engine(guarded_service: str) -> Iterator[Engine]:
    """A server that wants to know who is there, seen by one who may do everything."""
    with checked_http.checked(base_url=guarded_service, auth=(USER, PASSWORD)) as http:
        yield Engine(guarded_service, http)


@pytest.fixture
def payment(tmp_path: Path) -> Model:
    """Two receive tasks with keys of their own, not deployed yet."""
    return model("payment", f"payment{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def shipment(tmp_path: Path) -> Model:
    """Pack (on error ``OUT_OF_STOCK``: reorder), then send. Not deployed yet."""
    return model("shipment", f"shipment{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def approval(tmp_path: Path) -> Model:
    """A person of the managers approves, or the clerk revises. Not deployed yet."""
    return model("approval", f"approval{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def office(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Office:
    """The same server for ServiceStack's clients, with a person and his API key, and a deployed inspection."""
    kind = request.node.callspec.params["engine"]
    key = request.getfixturevalue(f"{kind}_api_key")
    inspection = model("inspection", f"inspection{next(_NUMBERS)}", tmp_path)
    engine.deploy(inspection)
    return Office(engine.url.removesuffix("/engine-rest"), (USER, PASSWORD), key, engine, inspection)


@pytest.fixture
def alfresco(request: pytest.FixtureRequest, engine: Engine) -> Alfresco:
    """The same server for Alfresco's clients, with two people."""
    kind = request.node.callspec.params["engine"]
    first, second = request.getfixturevalue(f"{kind}_people")
    return Alfresco(engine.url.removesuffix("/engine-rest"), first, second, PASSWORD, engine)


@pytest.fixture(scope="session")
def sqlite_people(
    sqlite_service: str, sqlite_service_database: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    return two_people(tmp_path_factory.mktemp("sqlite-people"), sqlite_service_database)


@pytest.fixture(scope="session")
def postgresql_people(
    postgresql_service: str, postgresql_service_database: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    return two_people(tmp_path_factory.mktemp("postgresql-people"), postgresql_service_database)


def two_people(folder: Path, database: str) -> tuple[str, str]:
    """Two people without special rights, made while the server runs; their names."""
    for name in ("kermit", "gonzo"):
        add_person(folder, database, name, "--group", "crew")
    return "kermit", "gonzo"


@pytest.fixture(scope="session")
def sqlite_api_key(sqlite_service: str, sqlite_service_database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return api_key(tmp_path_factory.mktemp("sqlite-key"), sqlite_service_database)


@pytest.fixture(scope="session")
def postgresql_api_key(
    postgresql_service: str, postgresql_service_database: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    return api_key(tmp_path_factory.mktemp("postgresql-key"), postgresql_service_database)


def api_key(folder: Path, database: str) -> str:
    """A key of the person that clients sign in as, who is made as well; the server runs meanwhile."""
    add_person(folder, database)
    done = finished([taskbridge(), "user", "api-key", "add", USER, "--database-url", database], folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def node() -> str:
    """Path of Node.js, with the clients installed beside the scripts."""
    return installed(NODE_FOLDER)


@pytest.fixture
def alarm(tmp_path: Path) -> Model:
    """A model whose instances begin with a signal and wait for it again; not deployed yet."""
    return model("alarm", f"alarm{next(_NUMBERS)}", tmp_path)


@pytest.fixture
def delivery(tmp_path: Path) -> Model:
    """A model whose instances begin with a message and wait for another; not deployed yet."""
    return model("delivery", f"delivery{next(_NUMBERS)}", tmp_path)
