"""``taskbridge user``: who may sign in, and how that is taken away."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from taskbridge.cli.api_keys import Name, api_key
from taskbridge.cli.database import DatabaseUrl, explained, with_services
from taskbridge.cli.listing import AsJson, moment, print_details, print_json, print_table
from taskbridge.cli.text import stdin_text
from taskbridge.settings import DEFAULT_DATABASE

if TYPE_CHECKING:
    from taskbridge.service.people import Account, Details
    from taskbridge.service.unit import Services, Unit

user = typer.Typer(help="The people and machines that may sign in.", no_args_is_help=True)
user.add_typer(api_key, name="api-key")

PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from stdin; a line end after it does not count")
]
_NO_ADMINISTRATOR = "warning: no administrator is left who may sign in; `taskbridge user set NAME --admin` makes one"


@user.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="The name to sign in with")],
    context: typer.Context,
    password: Annotated[
        str | None,
        typer.Option(
            envvar="TASKBRIDGE_PASSWORD",
            help="Asked for when not given. On a command line other users of the machine can read it",
        ),
    ] = None,
    password_stdin: PasswordStdin = False,
    admin: Annotated[bool, typer.Option("--admin", envvar="TASKBRIDGE_ADMIN", help="May do everything")] = False,
    group: Annotated[
        list[str] | None,
        typer.Option(
            envvar="TASKBRIDGE_GROUP",
            metavar="NAME",
            help="A group to be in; made when it does not exist. In the environment blanks separate",
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            envvar="TASKBRIDGE_ROLE",
            metavar="NAME",
            help="The same of a group that is a role, as DigiOffice has them",
        ),
    ] = None,
    network: Annotated[
        str | None, typer.Option(envvar="TASKBRIDGE_NETWORK", help="The Alfresco network he belongs to, if any")
    ] = None,
    first_name: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_FIRST_NAME", help="First name")] = None,
    last_name: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_LAST_NAME", help="Last name")] = None,
    email: Annotated[str | None, typer.Option(envvar="TASKBRIDGE_EMAIL", help="Address for mail")] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Add a user. A name that somebody has is refused; `user set` changes people."""
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    if password_stdin:
        source = context.get_parameter_source("password")
        if password is not None and source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter("give either --password or --password-stdin", param_hint="--password-stdin")
        password = _from_stdin()
    changes = people.Changes(None, admin, network, first_name, last_name, email, tuple(group or ()), tuple(role or ()))
    if password is None:
        _require_new(database_url, name)  # before somebody types a password in vain
        password = _asked_for()
    hashed = _hashed(password)

    async def work(services: "Services") -> None:
        await services.run(lambda unit: people.add(unit, name, hashed, changes))
        groups = [*changes.groups, *changes.roles]
        typer.echo(f"{name}: added" + (f" to {', '.join(groups)}" if groups else ""))

    with_services(database_url, work)


# What is set is said on the command line: a variable that is left in the environment must not change a user.
@user.command("set")
def set_user(
    name: Name,
    ask_password: Annotated[
        bool, typer.Option("--ask-password", help="Ask for a new password, which ends all sessions of the user")
    ] = False,
    password_stdin: PasswordStdin = False,
    password: Annotated[
        str | None,
        typer.Option(help="The new password. On a command line other users of the machine can read it"),
    ] = None,
    revoke_keys: Annotated[
        bool, typer.Option("--revoke-keys", help="With a new password: make API keys worthless too, which else stay")
    ] = False,
    admin: Annotated[bool | None, typer.Option("--admin/--no-admin", help="May do everything, or not")] = None,
    group: Annotated[
        list[str] | None, typer.Option("--group", metavar="NAME", help="A group to be in; made when it does not exist")
    ] = None,
    no_group: Annotated[
        list[str] | None, typer.Option("--no-group", metavar="NAME", help="A group, or a role, to be in no more")
    ] = None,
    role: Annotated[
        list[str] | None, typer.Option("--role", metavar="NAME", help="A group that is a role, to be in")
    ] = None,
    network: Annotated[str | None, typer.Option(help="The Alfresco network; '' for none")] = None,
    first_name: Annotated[str | None, typer.Option(help="First name; '' for none")] = None,
    last_name: Annotated[str | None, typer.Option(help="Last name; '' for none")] = None,
    email: Annotated[str | None, typer.Option(help="Address for mail; '' for none")] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Change of a user what is given, and nothing else."""
    ways = (ask_password, password_stdin, password is not None)
    if sum(ways) > 1:
        raise typer.BadParameter("give one of --ask-password, --password-stdin and --password")
    if revoke_keys and not any(ways):
        raise typer.BadParameter("goes with a new password; see `user api-key revoke`", param_hint="--revoke-keys")
    if ask_password:
        password = _asked_for()
    elif password_stdin:
        password = _from_stdin()
    from taskbridge.service import people, tokens  # noqa: PLC0415 - as in with_services

    hashed = None if password is None else _hashed(password)
    groups = (tuple(group or ()), tuple(role or ()), tuple(no_group or ()))
    changes = people.Changes(hashed, admin, network, first_name, last_name, email, *groups)
    if changes == people.Changes():
        raise typer.BadParameter("nothing is given that could be changed")

    def change(unit: "Unit") -> None:
        people.change(unit, name, changes)
        if revoke_keys:
            tokens.revoke_keys(unit, name)

    _carry_out(database_url, change, f"{name}: changed")


@user.command("list")
def list_users(as_json: AsJson = False, database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """List all users."""
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    async def work(services: "Services") -> None:
        found = await services.run(people.everybody)
        if as_json:
            print_json([_as_json(account) for account in found])
            return
        print_table(
            ("NAME", "FULL NAME", "RANK", "STATE", "NETWORK", "GROUPS"), [_as_row(account) for account in found]
        )

    with_services(database_url, work)


@user.command("show")
def show_user(name: Name, as_json: AsJson = False, database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Show everything about a user but his password."""
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    async def work(services: "Services") -> None:
        found = await services.run(lambda unit: people.details(unit, name))
        shown = _as_json(found.account) | _more(found)
        if as_json:
            print_json(shown)
        else:
            print_details({key: _as_text(value) for key, value in shown.items()})

    with_services(database_url, work)


@user.command("lock")
def lock_user(name: Name, database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Let a user sign in no more: sessions end, password and API keys rest. Tasks stay his."""
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    _carry_out(database_url, lambda unit: people.lock(unit, name), f"{name}: locked")


@user.command("unlock")
def unlock_user(name: Name, database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Let a user sign in again, with the password and the API keys that he had."""
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    _carry_out(database_url, lambda unit: people.unlock(unit, name), f"{name}: unlocked")


@user.command("remove")
def remove_user(name: Name, database_url: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Remove a user with his memberships, sessions and API keys. What he did, and his open tasks, keep his name."""
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    def remove(unit: "Unit") -> str | None:
        people.remove(unit, name)
        number = people.open_tasks_of(unit, name)
        return f"warning: {number} open tasks are still assigned to {name}" if number else None

    _carry_out(database_url, remove, f"{name}: removed")


def _carry_out(database_url: str, change: "Callable[[Unit], str | None]", done: str) -> None:
    """Change a user and print that it is done; what it is a warning of, and the loss of the last administrator, too."""
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    async def work(services: "Services") -> None:
        def changing(unit: "Unit") -> list[str]:
            had_administrator = people.has_administrator(unit)
            warnings = [change(unit)]
            if had_administrator and not people.has_administrator(unit):
                warnings.append(_NO_ADMINISTRATOR)
            return [text for text in warnings if text]

        warnings = await services.run(changing)
        typer.echo(done)
        for warning in warnings:
            typer.echo(f"taskbridge: {warning}", err=True)

    with_services(database_url, work)


def _require_new(database_url: str, name: str) -> None:
    from taskbridge.service import people  # noqa: PLC0415 - as in with_services

    async def work(services: "Services") -> None:
        await services.run(lambda unit: people.require_new(unit, name))

    with_services(database_url, work)


def _hashed(password: str) -> str:
    from taskbridge.service.identity import hash_password  # noqa: PLC0415 - as in with_services

    with explained():
        return hash_password(password)


def _asked_for() -> str:
    if not _on_terminal():
        raise typer.BadParameter("can only be asked for on a terminal; give --password-stdin", param_hint="password")
    try:
        answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    except UnicodeDecodeError:
        raise typer.BadParameter("what was typed is no text in UTF-8", param_hint="password") from None
    return answer


def _on_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _from_stdin() -> str:
    """All of stdin but the end of its last line."""
    return stdin_text("--password-stdin").removesuffix("\n").removesuffix("\r")


def _as_row(account: "Account") -> tuple[str, ...]:
    row = account.row
    return (
        row.name,
        " ".join(part for part in (row.first_name, row.last_name) if part),
        "administrator" if row.admin else "",
        "locked" if row.locked_at is not None else "",
        row.tenant or "",
        ", ".join(group.name for group in account.groups),
    )


def _as_json(account: "Account") -> dict[str, Any]:
    row = account.row
    return {
        "name": row.name,
        "number": row.number,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "email": row.email,
        "network": row.tenant,
        "admin": bool(row.admin),
        "demo": bool(row.demo),
        "locked": moment(row.locked_at),
        "created": moment(row.created_at),
        "groups": [{"name": group.name, "type": group.type} for group in account.groups],
    }


def _more(found: "Details") -> dict[str, Any]:
    return {
        "userType": found.user_type,
        "apiKeys": found.keys,
        "sessions": found.sessions,
        "openTasks": found.open_tasks,
    }


def _as_text(value: Any) -> str:  # noqa: ANN401 - JSON
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            named = (f"{group['name']} ({group['type']})" if group["type"] else group["name"] for group in value)
            return ", ".join(named)
        case _:
            return str(value)
