"""What commands share that work on the database: its option, the services, and errors in a line."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from taskbridge.cli.errors import give_up
from taskbridge.cli.options import settings_of
from taskbridge.settings import DEFAULT_DATABASE, Settings, UnsafeSettings

if TYPE_CHECKING:
    from taskbridge.service.unit import Services

__all__ = ["DatabaseUrl", "Scripts", "explained", "give_up", "migrate", "with_services"]


def _from_all_sources(context: typer.Context, value: str) -> str:
    """The database that the option names, or else another source of settings."""
    if context.resilient_parsing:
        return value
    source = context.get_parameter_source("database_url")
    given = {"database_url": value} if source is not None and source.name == "COMMANDLINE" else {}
    return settings_of(context, given).database_url


DatabaseUrl = Annotated[
    str,
    typer.Option(
        envvar="TASKBRIDGE_DATABASE_URL",
        metavar="URL",
        help="Where everything is kept: sqlite:///file.db or postgresql+psycopg://user:password@host/name",
        callback=_from_all_sources,
    ),
]


def _languages_from_all_sources(context: typer.Context, value: str) -> str:
    """The languages that the option names, or else another source of settings."""
    if context.resilient_parsing:
        return value
    source = context.get_parameter_source("scripts")
    given = {"scripts": value} if source is not None and source.name == "COMMANDLINE" else {}
    return ",".join(settings_of(context, given).scripts)


Scripts = Annotated[
    str,
    typer.Option(
        envvar="TASKBRIDGE_SCRIPTS",
        metavar="NAMES",
        help="Languages that models may have scripts in; there is javascript, which needs further packages",
        callback=_languages_from_all_sources,
    ),
]


def migrate(database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Bring the database to this version's schema; a SQLite file that does not exist is made.

    `serve` does so by itself.
    """
    from taskbridge.store import database  # noqa: PLC0415 - as in with_services

    with explained():
        made = database.missing_file(database_url)
        database.migrate(database_url)
        if made:
            typer.echo(f"made {made}")
    typer.echo("the schema is up to date")


def with_services(
    database_url: str, work: "Callable[[Services], Coroutine[Any, Any, None]]", scripts: str = ""
) -> None:
    """Carry out a work with the services of a database; an error ends the program, with a line that tells it.

    ``scripts`` are the languages that models may have scripts in. A SQLite file must exist: a typing error in its name
    must not make another, empty one.
    """
    # What takes long to load is loaded once it is needed: help and typing errors need none of it.
    from taskbridge.service.unit import opened  # noqa: PLC0415
    from taskbridge.store.database import missing_file  # noqa: PLC0415

    async def run() -> None:
        async with opened(Settings.model_validate({"database_url": database_url, "scripts": scripts})) as services:
            await work(services)

    with explained():
        if missing := missing_file(database_url):
            give_up(f"{missing} does not exist; `taskbridge migrate` makes it")
        asyncio.run(run())


@contextmanager
def explained() -> Iterator[None]:
    """Say in a line, and not by a traceback, why a command cannot be carried out."""
    from taskbridge.engine.errors import EngineError  # noqa: PLC0415 - as above
    from taskbridge.service.errors import InvalidModels, ServiceError  # noqa: PLC0415
    from taskbridge.store.errors import StoreError  # noqa: PLC0415

    try:
        yield
    except InvalidModels as error:
        for name, problems in error.problems.items():
            for problem in problems:
                typer.echo(f"{name}:{problem.line}:{problem.column}: {problem.message}", err=True)
        raise typer.Exit(1) from None
    except (ServiceError, EngineError, StoreError, UnsafeSettings) as error:
        give_up(" ".join(str(error).split()))
