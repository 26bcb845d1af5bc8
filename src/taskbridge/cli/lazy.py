"""Commands that are loaded when they are run; their names and what they do are known before.

Also what all commands have in common: plain help in which nothing is cut off, and the options that say where settings
come from.
"""

from collections.abc import Iterable
from importlib import import_module
from inspect import cleandoc
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Entry(NamedTuple):
    """A command: its name, what it does in a line, and where it is, as ``module:attribute``.

    There, a function is a command, and a Typer application a group of commands.
    """

    name: str
    help: str
    place: str

    def load(self) -> Any:  # noqa: ANN401 - one of Typer's two kinds of commands
        """The command itself."""
        module, _, attribute = self.place.partition(":")
        found = getattr(import_module(module), attribute)
        command = typer.main.get_group(found) if isinstance(found, typer.Typer) else _alone(self.name, found)
        command.name = self.name
        _finish(command)
        return command


class GroupedCommand(TyperCommand):
    """A command whose options stand under headings."""

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - private to Typer
        """Write arguments and options into the help."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            usual = "Options" if param.param_type_name == "option" else "Arguments"
            if record := param.get_help_record(ctx):
                groups.setdefault(getattr(param, "rich_help_panel", None) or usual, []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class LazyGroup(TyperGroup):
    """A group that shows commands by their entries, and loads one when it is run."""

    entries: Iterable[Entry] = ()

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - Typer's
        super().__init__(**attributes)
        self._entries = {entry.name: entry for entry in self.entries}
        shown = {entry.name: TyperCommand(entry.name, short_help=entry.help) for entry in self.entries}
        self.commands = {**shown, **self.commands}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - Typer's
        """Find the command that the arguments begin with; it is loaded here."""
        name, command, rest = super().resolve_command(ctx, args)
        entry = self._entries.get(name or "")
        return name, entry.load() if entry else command, rest


def _alone(name: str, function: Any) -> Any:  # noqa: ANN401 - a command's, of any signature
    application = typer.Typer(add_completion=False)
    application.command(name, cls=GroupedCommand)(function)
    return typer.main.get_command(application)


def _finish(command: Any) -> None:  # noqa: ANN401 - of Typer's two kinds
    """Give a command, and those below it, the common options, and help that is plain text and whole at any width."""
    # Typer's panels and tables cut off what is looked for, names of variables and defaults, and take long to load.
    command.rich_markup_mode = None
    if command.help:
        command.short_help = cleandoc(command.help).partition("\n\n")[0]  # else it is cut at the end of a line
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            _finish(inner)
    elif any(param.name == "database_url" for param in command.params):
        from taskbridge.cli.options import source_options  # noqa: PLC0415 - settings take long to load

        command.params.extend(source_options())
