"""Refuses what is given to a command and is no text: Python makes lone surrogates of it, and nothing can store them."""

import sys
from collections.abc import Mapping, Sequence

import typer

#: As in the settings, which take long to load.
_PREFIX = "TASKBRIDGE_"
_NO_TEXT = "is no text in UTF-8"


def require_text(arguments: Sequence[str], variables: Mapping[str, str]) -> None:
    """Go on only where all arguments, and all variables that may be for the program, are text. Raises BadParameter."""
    for index, given in enumerate(arguments):
        if not _is_text(given):
            raise typer.BadParameter(_NO_TEXT, param_hint=_place(arguments, index))
    for name, value in variables.items():
        if name.upper().startswith(_PREFIX) and not _is_text(name + value):
            raise typer.BadParameter(_NO_TEXT, param_hint=name if _is_text(name) else "a variable " + _PREFIX + "…")


def stdin_text(option: str) -> str:
    """All of stdin. Raises BadParameter, which names the option that asks for it, where it is no text."""
    content = b"" if sys.stdin is None else sys.stdin.buffer.read()  # a shell can close it
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise typer.BadParameter(f"stdin {_NO_TEXT}", param_hint=option) from None


def _place(arguments: Sequence[str], index: int) -> str:
    """What an argument is called: its value is not repeated, since it may be a password."""
    option = arguments[index].partition("=")[0]
    if option.startswith("--") and _is_text(option):
        return option
    before = arguments[index - 1] if index else ""
    return before if before.startswith("--") and "=" not in before and before != "--" else f"argument {index + 1}"


def _is_text(given: str) -> bool:
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True
