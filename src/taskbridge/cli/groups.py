"""``taskbridge group``: the groups that people are in."""

from typing import TYPE_CHECKING

import typer

from taskbridge.cli.database import DatabaseUrl, with_services
from taskbridge.cli.listing import AsJson, print_json, print_table
from taskbridge.settings import DEFAULT_DATABASE

if TYPE_CHECKING:
    from taskbridge.service.unit import Services

group = typer.Typer(help="The groups that people are in.", no_args_is_help=True)


@group.command("list")
def list_groups(as_json: AsJson = False, database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """List all groups with their members. Groups are made by naming them in `user add` and `user set`."""
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    async def work(services: "Services") -> None:
        found = await services.run(people.groups)
        if as_json:
            print_json([row._asdict() | {"members": names} for row, names in found])
            return
        print_table(
            ("NAME", "TYPE", "NUMBER", "MEMBERS"),
            [(row.name, row.type or "", str(row.number), ", ".join(names)) for row, names in found],
        )

    with_services(database_url, work)
