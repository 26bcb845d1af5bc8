"""The options of commands that say what becomes of what a model leaves to Java; other sources of settings count too."""

from collections.abc import Callable
from typing import Annotated

import typer

from taskbridge.cli.options import settings_of


def _setting(name: str) -> Callable[[typer.Context, str], str]:
    def chosen(context: typer.Context, value: str) -> str:
        """The value that the option gives, or else another source of settings."""
        if context.resilient_parsing:
            return value
        source = context.get_parameter_source(name)
        given = {name: value} if source is not None and source.name == "COMMANDLINE" else {}
        return str(getattr(settings_of(context, given), name))

    return chosen


DelegatesOption = Annotated[
    str,
    typer.Option(
        "--delegates",
        envvar="TASKBRIDGE_DELEGATES",
        metavar="refuse|workers",
        help="What becomes of work that a model leaves to Java, connectors, decisions, or scripts that do not run here",
        callback=_setting("delegates"),
    ),
]
JavaListenersOption = Annotated[
    str,
    typer.Option(
        "--java-listeners",
        envvar="TASKBRIDGE_JAVA_LISTENERS",
        metavar="refuse|ignore",
        help="What becomes of listeners in Java",
        callback=_setting("java_listeners"),
    ),
]
