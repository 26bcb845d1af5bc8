"""How a command that cannot be carried out says why: a line on stderr, and an exit status.

2 is for what was typed or set wrongly, 1 for what fails while it is carried out.
"""

import os
from typing import Any, NoReturn

import typer


def give_up(reason: str, *, status: int = 1) -> NoReturn:
    """End the program with an exit status, and with a line on stderr for each of the reason's."""
    for line in reason.splitlines():
        typer.echo(f"taskbridge: {line}", err=True)
    raise typer.Exit(status)


def refuse(error: typer.TyperException) -> int:
    """Say what was typed wrongly; the exit status."""
    context: Any = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":  # private to Typer; its text is the help of a group
        typer.echo(error.format_message(), err=True)
    else:
        typer.echo(f"taskbridge: {_sentence(error, context)}", err=True)
    return error.exit_code


def _sentence(error: typer.TyperException, context: Any) -> str:  # noqa: ANN401 - private to Typer
    if isinstance(error, typer.BadParameter) and error.message:
        name = _name(error, context)
        if getattr(error.param, "is_flag", False) and name in os.environ:  # Typer judges it, in words of its version
            return f"{name}: must be true or false, not {os.environ[name]}"
        return f"{name}: {error.message.rstrip('.')}"
    text = " ".join(error.format_message().split()).rstrip(".")
    text = text[:1].lower() + text[1:]
    return text if context is None else f"{text}; see {context.command_path} --help"


def _name(error: typer.BadParameter, context: Any) -> str:  # noqa: ANN401 - as above
    """The option, argument or variable that has the wrong value, as it was given."""
    parameter: Any = error.param
    if isinstance(error.param_hint, str) or parameter is None:
        return str(error.param_hint or "the arguments")
    source = context.get_parameter_source(parameter.name) if context is not None else None
    if source is not None and source.name == "ENVIRONMENT":
        return str(parameter.envvar)
    return str(parameter.opts[0]) if parameter.opts[0].startswith("-") else str(parameter.name).upper()
