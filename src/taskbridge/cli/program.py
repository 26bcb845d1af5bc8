"""The ``taskbridge`` command as a whole: which commands there are, and how errors end it.

A new command is one more entry; a test holds its line of help against the command's own.
"""

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import typer

from taskbridge import __version__
from taskbridge.cli.errors import refuse
from taskbridge.cli.lazy import Entry, LazyGroup
from taskbridge.cli.text import require_text

COMMANDS = (
    Entry(
        "serve", "Serve the APIs until stopped; requests in flight are finished first.", "taskbridge.cli.serve:serve"
    ),
    Entry("deploy", "Deploy process models; all of them or none.", "taskbridge.cli.processes:deploy"),
    Entry("check", "Check whether process models run, and with which settings.", "taskbridge.cli.check:check"),
    Entry("start", "Start a process instance, and print its ids.", "taskbridge.cli.processes:start"),
    Entry("user", "The people and machines that may sign in.", "taskbridge.cli.users:user"),
    Entry("group", "The groups that people are in.", "taskbridge.cli.groups:group"),
    Entry("document", "The files that people work on.", "taskbridge.cli.documents:document"),
    Entry(
        "catalogue",
        "Set up what projects are made of; what is there already is changed.",
        "taskbridge.cli.catalogue:set_up_catalogue",
    ),
    Entry(
        "migrate",
        "Bring the database to this version's schema; a SQLite file that does not exist is made.",
        "taskbridge.cli.database:migrate",
    ),
    Entry("version", "Print the version.", "taskbridge.cli.program:version"),
)


class Program(LazyGroup):
    """The root of all commands. What ends one early is said in plain lines."""

    entries = COMMANDS

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 - Typer's
    ) -> Any:  # noqa: ANN401 - as above
        """Run the command that the arguments ask for, and exit unless that is not wanted."""
        begin = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return begin()
        try:
            require_text(sys.argv[1:] if args is None else args, os.environ)
            status = begin()
        except typer.TyperException as error:
            status = refuse(error)
        except typer.Abort as error:
            if isinstance(error.__context__, KeyboardInterrupt):  # while something was asked for
                raise KeyboardInterrupt from None
            typer.echo("taskbridge: stopped, since nothing was typed where something was asked for", err=True)
            status = 1
        sys.exit(status if isinstance(status, int) else 0)


main = typer.Typer(
    cls=Program,
    help="One task server that speaks the task APIs of four workflow products.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@main.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Only to have an option."""


def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments ask for, those of the process when there are none; its exit status."""
    try:
        typer.main.get_command(main).main(arguments, prog_name="taskbridge")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0
