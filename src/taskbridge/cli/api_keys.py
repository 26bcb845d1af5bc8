"""``taskbridge user api-key``: keys that sign in to the DigiOffice API as a user."""

from typing import TYPE_CHECKING, Annotated

import typer

from taskbridge.cli.database import DatabaseUrl, with_services
from taskbridge.cli.listing import AsJson, moment, print_json, print_table
from taskbridge.cli.values import whole_number
from taskbridge.settings import DEFAULT_DATABASE

if TYPE_CHECKING:
    from taskbridge.service.unit import Services, Unit

api_key = typer.Typer(help="Keys that sign in to the DigiOffice API as a user.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The user's name")]
_DAY = 24 * 3600 * 1000  # milliseconds


@api_key.command("add")
def make_api_key(
    name: Name,
    days: Annotated[
        int | None,
        typer.Option(
            envvar="TASKBRIDGE_DAYS",
            metavar="NUMBER",
            help="How long it is good, 1 to 36500; for ever when not given",
            parser=whole_number(1, 36_500),
        ),
    ] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Make a key and print it; only its hash is stored. It stays good when the user gets another password."""
    from taskbridge.service import identity, tokens  # noqa: PLC0415 - as in with_services
    from taskbridge.service.errors import NotFound  # noqa: PLC0415 - as above

    lifetime = None if days is None else days * _DAY

    async def work(services: "Services") -> None:
        def make(unit: "Unit") -> str:
            if identity.person(unit, name) is None:
                raise NotFound("user", name)
            return tokens.issue(unit, tokens.API_KEYS, name, lifetime)

        typer.echo(await services.run(make))

    with_services(database_url, work)


@api_key.command("list")
def list_api_keys(name: Name, as_json: AsJson = False, database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """List the keys of a user, by ids that do not sign in."""
    from taskbridge.service import tokens  # noqa: PLC0415 - as in with_services

    async def work(services: "Services") -> None:
        found = await services.run(lambda unit: tokens.keys_of(unit, name))
        shown = [(key.id, moment(key.created_at), moment(key.expires_at)) for key in found]
        if as_json:
            print_json([dict(zip(("id", "created", "expires"), each, strict=True)) for each in shown])
        else:
            print_table(("ID", "CREATED", "EXPIRES"), [(one, made or "", ends or "never") for one, made, ends in shown])

    with_services(database_url, work)


@api_key.command("revoke")
def revoke_api_keys(
    name: Name,
    key_id: Annotated[str | None, typer.Argument(metavar="ID", help="Which key; see `list`")] = None,
    every: Annotated[bool, typer.Option("--all", help="All keys of the user")] = False,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Make a key worthless, or all keys of a user."""
    if (key_id is None) is not every:
        raise typer.BadParameter("give either the id of a key or --all", param_hint="ID")
    from taskbridge.service import tokens  # noqa: PLC0415 - as in with_services

    async def work(services: "Services") -> None:
        def revoke(unit: "Unit") -> int:
            if key_id is None:
                return tokens.revoke_keys(unit, name)
            tokens.revoke_key(unit, name, key_id)
            return 1

        number = await services.run(revoke)
        typer.echo(f"{name}: {number} {'key' if number == 1 else 'keys'} revoked")

    with_services(database_url, work)
