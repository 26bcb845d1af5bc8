"""What options and arguments accept, judged here: Typer's versions differ in what they take, and in what they say."""

import os
from collections.abc import Callable
from pathlib import Path

import typer


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A parser of whole numbers between two bounds, both included; raises BadParameter."""

    def parsed(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise typer.BadParameter("must be a whole number" + (f", not {text}" if text else "")) from None
        if not least <= number <= most:
            raise typer.BadParameter(f"must be {least} to {most}, not {text}")
        return number

    return parsed


def file_or_folder(text: str) -> Path:
    """The path of something that can be read. Raises BadParameter."""
    if not os.path.exists(text):  # Path takes the empty name for the current folder
        raise typer.BadParameter(f"{text!r} does not exist")
    if not os.access(text, os.R_OK):
        raise typer.BadParameter(f"{text!r} is not readable")
    return Path(text)


def file(text: str) -> Path:
    """The path of a file that can be read. Raises BadParameter."""
    path = file_or_folder(text)
    if path.is_dir():
        raise typer.BadParameter(f"{text!r} is a folder")
    return path
