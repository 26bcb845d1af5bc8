"""The ``taskbridge`` command, a module per group. Every option is also an environment variable ``TASKBRIDGE_…``."""

import typer

from taskbridge import __version__
from taskbridge.cli.catalogue import set_up_catalogue
from taskbridge.cli.database import migrate
from taskbridge.cli.documents import document
from taskbridge.cli.groups import group
from taskbridge.cli.processes import deploy, start
from taskbridge.cli.serve import serve
from taskbridge.cli.users import user

main = typer.Typer(
    help="One task server that speaks the task APIs of four workflow products.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
main.add_typer(user, name="user")
main.add_typer(group, name="group")
main.add_typer(document, name="document")
main.command()(serve)
main.command()(deploy)
main.command()(start)
main.command("catalogue")(set_up_catalogue)
main.command()(migrate)


@main.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)
