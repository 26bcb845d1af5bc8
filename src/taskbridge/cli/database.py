"""What commands share that work on the database: its option, the services, and errors in a line."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer

from taskbridge.engine.errors import EngineError
from taskbridge.service.errors import InvalidModels, ServiceError
from taskbridge.service.unit import Services, opened
from taskbridge.settings import DEFAULT_DATABASE, Settings, UnsafeSettings
from taskbridge.store.database import migrate as migrate_database
from taskbridge.store.errors import StoreError

DatabaseUrl = Annotated[
    str,
    typer.Option(
        envvar="TASKBRIDGE_DATABASE_URL",
        help="Where everything is kept: sqlite:///file.db or postgresql+psycopg://user:password@host/name",
    ),
]


def migrate(database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Bring the database to this version's schema; `serve` does so by itself."""
    with explained():
        migrate_database(database_url)
    typer.echo("the schema is up to date")


def with_services(database_url: str, work: Callable[[Services], Coroutine[Any, Any, None]]) -> None:
    """Carry out a work with the services of a database; an error ends the program, with a line that tells it."""

    async def run() -> None:
        async with opened(Settings(database_url=database_url)) as services:
            await work(services)

    with explained():
        asyncio.run(run())


@contextmanager
def explained() -> Iterator[None]:
    """Say in a line, and not by a traceback, why a command cannot be carried out."""
    try:
        yield
    except InvalidModels as error:
        for name, problems in error.problems.items():
            for problem in problems:
                typer.echo(f"{name}:{problem.line}:{problem.column}: {problem.message}", err=True)
        raise typer.Exit(1) from None
    except (ServiceError, EngineError, StoreError, UnsafeSettings) as error:
        give_up(" ".join(str(error).split()))


def give_up(reason: str) -> NoReturn:
    """End the program with exit status 1 and a line on stderr."""
    typer.echo(f"taskbridge: {reason}", err=True)
    raise typer.Exit(1)
