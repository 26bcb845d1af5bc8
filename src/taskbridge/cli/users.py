"""``taskbridge user``: who may sign in."""

from typing import Annotated

import typer

from taskbridge.cli.database import DatabaseUrl, with_services
from taskbridge.service import identity, tokens
from taskbridge.service.errors import NotFound
from taskbridge.service.finishing import ROLE
from taskbridge.service.unit import Services, Unit
from taskbridge.settings import DEFAULT_DATABASE

user = typer.Typer(help="The people and machines that may sign in.", no_args_is_help=True)


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

    with_services(database_url, work)


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

    with_services(database_url, work)
