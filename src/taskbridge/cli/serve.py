"""``taskbridge serve``."""

import gc
from typing import Annotated, Any

import typer

from taskbridge.cli.database import DatabaseUrl, explained
from taskbridge.settings import APIS, DEFAULT_DATABASE, Auth, Settings


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
    docs: Annotated[
        bool,
        typer.Option(envvar="TASKBRIDGE_DOCS", help="A start page at / and interactive pages of the APIs at /docs"),
    ] = True,
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
        demo=demo,
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

    with explained():
        serving.run(settings, demo=demo)
