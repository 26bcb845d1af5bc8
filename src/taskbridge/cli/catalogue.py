"""``taskbridge catalogue``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from taskbridge.cli import values
from taskbridge.cli.database import DatabaseUrl, give_up, with_services
from taskbridge.settings import DEFAULT_DATABASE

if TYPE_CHECKING:
    from taskbridge.service.unit import Services


def set_up_catalogue(
    file: Annotated[
        Path,
        typer.Argument(help="YAML: locales, clients, project types, user types, users", parser=values.file),
    ],
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Set up what projects are made of; what is there already is changed."""
    from pydantic import ValidationError  # noqa: PLC0415 - as in with_services

    from taskbridge import problems  # noqa: PLC0415
    from taskbridge.service import catalogue  # noqa: PLC0415

    try:
        setup = catalogue.read(file.read_bytes())
    except ValidationError as error:
        for line in problems.lines(error):
            typer.echo(f"{file.name}: {line}", err=True)
        raise typer.Exit(1) from None
    except ValueError as error:
        give_up(f"{file.name}: {' '.join(str(error).split())}")

    async def work(services: "Services") -> None:
        await services.run(lambda unit: catalogue.apply(unit, setup))
        typer.echo(f"{file.name}: set up")

    with_services(database_url, work)
