"""What lists and details are printed as: columns for people, JSON for programs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON")]


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below a head, in columns as wide as they need."""
    for line in table(head, rows):
        typer.echo(line)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of rows below a head, in columns as wide as they need."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def print_details(values: Mapping[str, str]) -> None:
    """Print a line for each value that there is."""
    width = max(map(len, values))
    for name, text in values.items():
        if text:
            typer.echo(f"{name.ljust(width)}  {text}")


def print_json(value: Any) -> None:  # noqa: ANN401 - JSON
    """Print a value as JSON."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def moment(milliseconds: int | None) -> str | None:
    """A moment in ISO 8601, to the second, in UTC; None where there is none."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds // 1000, UTC).isoformat().replace("+00:00", "Z")
