"""``taskbridge catalogue``."""

from pathlib import Path
from typing import Annotated

import typer

from taskbridge.cli.database import DatabaseUrl, give_up, with_services
from taskbridge.service import catalogue
from taskbridge.service.unit import Services
from taskbridge.settings import DEFAULT_DATABASE


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
        give_up(f"{file.name}: {' '.join(str(error).split())}")

    async def work(services: Services) -> None:
        await services.run(lambda unit: catalogue.apply(unit, setup))
        typer.echo(f"{file.name}: set up")

    with_services(database_url, work)
