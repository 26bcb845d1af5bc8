"""``taskbridge document``: files that people work on."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from taskbridge.cli.database import DatabaseUrl, with_services
from taskbridge.cli.values import file
from taskbridge.settings import DEFAULT_DATABASE

if TYPE_CHECKING:
    from taskbridge.service.unit import Services, Unit

document = typer.Typer(help="The files that people work on.", no_args_is_help=True)


@document.command("add")
def add_documents(
    files: Annotated[list[Path], typer.Argument(help="Files to keep", parser=file)],
    title: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_TITLE", help="Their title")] = None,
    description: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_DESCRIPTION", help="What they are")] = None,
    author: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_AUTHOR", help="Whose they are")] = None,
    network: Annotated[
        str | None,
        typer.Option(
            envvar="TASKBRIDGE_NETWORK",
            help="The Alfresco network whose people see them; the author's when not given, '' for the default one",
        ),
    ] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Keep files as documents, and print the id of each: Alfresco's clients attach them to processes by it."""
    from taskbridge.service import documents, uuids  # noqa: PLC0415 - as in with_services

    async def work(services: "Services") -> None:
        def add(unit: "Unit") -> list[str]:
            tenant = _network_of(unit, author) if network is None else network or None
            return [
                uuids.encode(
                    uuids.Kind.DOCUMENT,
                    documents.add(
                        unit,
                        one.name,
                        one.read_bytes(),
                        mime_type=mimetypes.guess_type(one.name)[0],
                        title=title,
                        description=description,
                        tenant=tenant,
                    ).id,
                )
                for one in files
            ]

        for path, identifier in zip(files, await services.run(add, author), strict=True):
            typer.echo(f"{path.name}: {identifier}")

    with_services(database_url, work)


def _network_of(unit: "Unit", author: str | None) -> str | None:
    """The author's network; the default one, where he is no user."""
    from taskbridge.service import identity  # noqa: PLC0415 - as in with_services

    person = None if author is None else identity.person(unit, author)
    return None if person is None else person.tenant
