"""The ``taskbridge`` command. Every option is also an environment variable ``TASKBRIDGE_…``."""

import asyncio
import gc
import mimetypes
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import anyio.to_thread
import orjson
import typer

from taskbridge import __version__
from taskbridge.engine.errors import EngineError
from taskbridge.engine.variables import Variable, from_python
from taskbridge.service import catalogue, deployments, documents, identity, processes, tokens, uuids
from taskbridge.service.errors import InvalidModels, NotFound, ServiceError
from taskbridge.service.finishing import ROLE
from taskbridge.service.unit import Services, Unit, opened
from taskbridge.settings import APIS, DEFAULT_DATABASE, Auth, Settings, UnsafeSettings
from taskbridge.store.database import migrate as migrate_database
from taskbridge.store.errors import StoreError

main = typer.Typer(
    help="One task server that speaks the task APIs of four workflow products.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
user = typer.Typer(help="The people and machines that may sign in.", no_args_is_help=True)
main.add_typer(user, name="user")
document = typer.Typer(help="The files that people work on.", no_args_is_help=True)
main.add_typer(document, name="document")

DatabaseUrl = Annotated[
    str,
    typer.Option(
        envvar="TASKBRIDGE_DATABASE_URL",
        help="Where everything is kept: sqlite:///file.db or postgresql+psycopg://user:password@host/name",
    ),
]


@main.command()
def serve(
    host: Annotated[str, typer.Option(envvar="TASKBRIDGE_HOST", help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="TASKBRIDGE_PORT", help="Port to listen on; 0 picks a free one")] = 8080,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
    demo: Annotated[
        bool,
        typer.Option("--demo", envvar="TASKBRIDGE_DEMO", help="Fill an empty database with a demo process and users"),
    ] = False,
    with_bundled: Annotated[
        bool,
        typer.Option(
            "--bundled/--no-bundled",
            envvar="TASKBRIDGE_BUNDLED",
            help="Deploy the processes that come with the program (ad-hoc task, reviews) where they are missing",
        ),
    ] = True,
    camunda_auth: Annotated[
        Auth, typer.Option(envvar="TASKBRIDGE_CAMUNDA_AUTH", help="Who may use /engine-rest: off (everybody) or basic")
    ] = Auth.OFF,
    allow_open: Annotated[
        bool,
        typer.Option(
            "--allow-open",
            envvar="TASKBRIDGE_ALLOW_OPEN",
            help="Serve beyond this machine although an API needs no credentials or demo users exist",
        ),
    ] = False,
    docs: Annotated[bool, typer.Option(envvar="TASKBRIDGE_DOCS", help="Interactive pages of the APIs at /docs")] = True,
    access_log: Annotated[
        bool, typer.Option(envvar="TASKBRIDGE_ACCESS_LOG", help="A line on stderr for every request")
    ] = True,
    max_body: Annotated[
        int, typer.Option(envvar="TASKBRIDGE_MAX_BODY", help="Largest request body that carries files, in bytes")
    ] = 20_000_000,
    max_bodies: Annotated[
        int,
        typer.Option(
            envvar="TASKBRIDGE_MAX_BODIES",
            min=0,
            help="Bytes of all request bodies in memory at the same time; the first MiB of each is not counted",
        ),
    ] = 200_000_000,
    max_plain_body: Annotated[
        list[str] | None,
        typer.Option(
            envvar="TASKBRIDGE_MAX_PLAIN_BODY",
            metavar="[API=]BYTES",
            help="Largest request body of any other kind, 1000000 when not given; camunda=8000000 is for one API. "
            "In the environment blanks separate",
        ),
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            envvar="TASKBRIDGE_ALLOWED_HOST",
            help="A name under which clients reach the server; .example.org is every name below it. Other names are "
            "then refused, as they are on loopback while an API is open. In the environment blanks separate",
        ),
    ] = None,
    client_timeout: Annotated[
        float,
        typer.Option(
            envvar="TASKBRIDGE_CLIENT_TIMEOUT",
            min=0.1,
            help="Seconds that the head of a request may take, and that its body may stall",
        ),
    ] = 30,
    waiting_polls: Annotated[
        int, typer.Option(envvar="TASKBRIDGE_WAITING_POLLS", help="Long polls that may wait at the same time")
    ] = 10_000,
    slow_guesses: Annotated[
        bool,
        typer.Option(
            envvar="TASKBRIDGE_SLOW_GUESSES", help="Delay further attempts after wrong passwords, tokens and keys"
        ),
    ] = True,
    read_timeout: Annotated[
        float,
        typer.Option(
            envvar="TASKBRIDGE_READ_TIMEOUT", min=0.1, help="Seconds that a list or another large read may take"
        ),
    ] = 10.0,
    database_threads: Annotated[
        int,
        typer.Option(
            envvar="TASKBRIDGE_DATABASE_THREADS", min=1, help="PostgreSQL connections for everything but long lists"
        ),
    ] = 4,
    database_read_threads: Annotated[
        int, typer.Option(envvar="TASKBRIDGE_DATABASE_READ_THREADS", min=1, help="PostgreSQL connections for lists")
    ] = 2,
    write_timeout: Annotated[
        float,
        typer.Option(
            envvar="TASKBRIDGE_WRITE_TIMEOUT", min=0.1, help="Seconds that any other statement on PostgreSQL may take"
        ),
    ] = 30.0,
    queue_timeout: Annotated[
        float,
        typer.Option(
            envvar="TASKBRIDGE_QUEUE_TIMEOUT", min=0.1, help="Seconds that a request waits for a PostgreSQL connection"
        ),
    ] = 10.0,
    forwarded_allow_ips: Annotated[
        str,
        typer.Option(
            envvar="TASKBRIDGE_FORWARDED_ALLOW_IPS",
            help="Proxies whose X-Forwarded-… headers are believed: addresses and networks, with commas; * for all",
        ),
    ] = "127.0.0.1",
) -> None:
    """Serve the APIs until stopped; requests in flight are finished first. An empty or older database is migrated."""
    settings = Settings(
        host=host,
        port=port,
        database_url=database_url,
        bundled=with_bundled,
        camunda_auth=camunda_auth,
        allow_open=allow_open,
        docs=docs,
        access_log=access_log,
        max_body=max_body,
        max_bodies=max_bodies,
        **_plain_bodies(max_plain_body or []),
        allowed_hosts=tuple(allowed_host or ()),
        client_timeout=client_timeout,
        waiting_polls=waiting_polls,
        slow_guesses=slow_guesses,
        database_threads=database_threads,
        database_read_threads=database_read_threads,
        read_timeout=read_timeout,
        write_timeout=write_timeout,
        queue_timeout=queue_timeout,
        forwarded_allow_ips=forwarded_allow_ips,
    )
    _serve(settings, demo=demo)


def _plain_bodies(given: list[str]) -> dict[str, Any]:
    """The settings that ``--max-plain-body`` makes."""
    found: dict[str, Any] = {"max_plain_body_of": {}}
    for text in given:
        name, _, number = text.rpartition("=")
        if not (number.isascii() and number.isdecimal()) or (name and name not in APIS):
            raise typer.BadParameter(
                f"{text!r} is neither bytes nor one of {', '.join(APIS)} with =bytes", param_hint="--max-plain-body"
            )
        if name:
            found["max_plain_body_of"][name] = int(number)
        else:
            found["max_plain_body"] = int(number)
    return found


def _serve(settings: Settings, *, demo: bool) -> None:
    # Nearly all that is loaded and built until the server listens stays: to look for garbage in it is in vain.
    gc.disable()
    # The other commands need nothing of the web, whose libraries take as long to load as all the rest.
    from taskbridge import serving  # noqa: PLC0415

    with _explained():
        serving.run(settings, demo=demo)


@main.command()
def deploy(
    files: Annotated[list[Path], typer.Argument(help="BPMN files, deployed together", exists=True, dir_okay=False)],
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Deploy process models; all of them or none."""
    if len({path.name for path in files}) < len(files):
        raise typer.BadParameter("two files have the same name", param_hint="FILES")

    async def work(services: Services) -> None:
        sources = await anyio.to_thread.run_sync(deployments.read, [(path.name, path.read_bytes()) for path in files])
        made = await services.run(lambda unit: deployments.deploy(unit, sources, name=files[0].stem))
        for source in sources:
            keys = [row for row in made.definitions if row.resource_name == source.name]
            told = ", ".join(f"{row.key} version {row.version}" for row in keys) or "kept, no process in it"
            typer.echo(f"{source.name}: {told}")

    _with_services(database_url, work)


@main.command()
def start(
    key: Annotated[str, typer.Argument(help="Key of the process; its latest version is started")],
    business_key: Annotated[
        str | None, typer.Option(envvar="TASKBRIDGE_BUSINESS_KEY", help="Your own name for it")
    ] = None,
    var: Annotated[
        list[str] | None,
        typer.Option(
            envvar="TASKBRIDGE_VAR",
            help="A variable as name=value; JSON values are typed, others are text. In the environment blanks separate",
        ),
    ] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Start a process instance, and print its id."""
    given = dict(_variable(text) for text in var or [])

    async def work(services: Services) -> None:
        started = await services.run(
            lambda unit: processes.start(unit, processes.latest_definition(unit, key), given, business_key)
        )
        typer.echo(f"{key}: process instance {started.id}" + (" (has ended)" if started.ended else ""))

    _with_services(database_url, work)


def _variable(text: str) -> tuple[str, Variable]:
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise typer.BadParameter(f"{text!r} is not name=value", param_hint="--var")
    try:
        return name, from_python(orjson.loads(value))
    except orjson.JSONDecodeError:
        return name, Variable("String", value)


@user.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="The name to sign in with")],
    password: Annotated[
        str,
        typer.Option(
            envvar="TASKBRIDGE_PASSWORD",
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
            help="Asked for when not given",
        ),
    ],
    admin: Annotated[bool, typer.Option("--admin", envvar="TASKBRIDGE_ADMIN", help="May do everything")] = False,
    group: Annotated[
        list[str] | None,
        typer.Option(
            envvar="TASKBRIDGE_GROUP",
            help="A group to be in; made when it does not exist. In the environment blanks separate",
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(envvar="TASKBRIDGE_ROLE", help="The same of a group that is a role, as DigiOffice has them"),
    ] = None,
    network: Annotated[
        str | None, typer.Option(envvar="TASKBRIDGE_NETWORK", help="The Alfresco network he belongs to, if any")
    ] = None,
    first_name: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_FIRST_NAME", help="First name")] = None,
    last_name: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_LAST_NAME", help="Last name")] = None,
    email: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_EMAIL", help="Address for mail")] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Add a user, or give an existing one a new password, and the network and names that are told."""
    hashed = identity.hash_password(password)
    groups = [*(group or ()), *(role or ())]

    async def work(services: Services) -> None:
        def add(unit: Unit) -> None:
            for one in role or ():
                identity.add_group(unit, one, type_=ROLE)
            identity.add_user(
                unit,
                name,
                hashed,
                admin=admin,
                groups=groups,
                tenant=network,
                first_name=first_name,
                last_name=last_name,
                email=email,
            )

        await services.run(add)
        typer.echo(f"{name}: added" + (f" to {', '.join(groups)}" if groups else ""))

    _with_services(database_url, work)


@user.command("api-key")
def make_api_key(
    name: Annotated[str, typer.Argument(help="Whom the key stands for")],
    days: Annotated[
        int | None, typer.Option(envvar="TASKBRIDGE_DAYS", min=1, help="How long it is good; for ever when not given")
    ] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Make a key that signs in to the DigiOffice API as a user, and print it; it is kept as a hash only."""
    lifetime = None if days is None else days * 24 * 3600 * 1000

    async def work(services: Services) -> None:
        def make(unit: Unit) -> str:
            if identity.person(unit, name) is None:
                raise NotFound("user", name)
            return tokens.issue(unit, tokens.API_KEYS, name, lifetime)

        typer.echo(await services.run(make))

    _with_services(database_url, work)


@document.command("add")
def add_documents(
    files: Annotated[list[Path], typer.Argument(help="Files to keep", exists=True, dir_okay=False)],
    title: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_TITLE", help="Their title")] = None,
    description: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_DESCRIPTION", help="What they are")] = None,
    author: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_AUTHOR", help="Whose they are")] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Keep files as documents, and print the id of each: Alfresco's clients attach them to processes by it."""

    async def work(services: Services) -> None:
        def add(unit: Unit) -> list[str]:
            return [
                uuids.encode(
                    uuids.Kind.DOCUMENT,
                    documents.add(
                        unit,
                        path.name,
                        path.read_bytes(),
                        mime_type=mimetypes.guess_type(path.name)[0],
                        title=title,
                        description=description,
                    ).id,
                )
                for path in files
            ]

        for path, identifier in zip(files, await services.run(add, author), strict=True):
            typer.echo(f"{path.name}: {identifier}")

    _with_services(database_url, work)


@main.command("catalogue")
def set_up_catalogue(
    file: Annotated[
        Path,
        typer.Argument(help="YAML: locales, clients, project types, user types, users", exists=True, dir_okay=False),
    ],
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Set up what projects are made of; what is there already is changed."""
    try:
        setup = catalogue.read(file.read_bytes())
    except ValueError as error:
        _give_up(f"{file.name}: {' '.join(str(error).split())}")

    async def work(services: Services) -> None:
        await services.run(lambda unit: catalogue.apply(unit, setup))
        typer.echo(f"{file.name}: set up")

    _with_services(database_url, work)


@main.command()
def migrate(database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Bring the database to this version's schema; `serve` does so by itself."""
    with _explained():
        migrate_database(database_url)
    typer.echo("the schema is up to date")


@main.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _with_services(database_url: str, work: Callable[[Services], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        async with opened(Settings(database_url=database_url)) as services:
            await work(services)

    with _explained():
        asyncio.run(run())


@contextmanager
def _explained() -> Iterator[None]:
    """Say in a line, and not by a traceback, why a command cannot be carried out."""
    try:
        yield
    except InvalidModels as error:
        for name, problems in error.problems.items():
            for problem in problems:
                typer.echo(f"{name}:{problem.line}:{problem.column}: {problem.message}", err=True)
        raise typer.Exit(1) from None
    except (ServiceError, EngineError, StoreError, UnsafeSettings) as error:
        _give_up(" ".join(str(error).split()))


def _give_up(reason: str) -> NoReturn:
    typer.echo(f"taskbridge: {reason}", err=True)
    raise typer.Exit(1)
