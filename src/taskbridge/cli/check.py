"""``taskbridge check``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from taskbridge.cli.values import file_or_folder


class Format(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES",
            help="BPMN files, and folders that are looked through for *.bpmn and *.bpmn20.xml",
            parser=file_or_folder,
        ),
    ],
    written: Annotated[
        str,
        typer.Option(
            "--format",
            envvar="TASKBRIDGE_FORMAT",
            metavar="text|json|csv",
            help="How the result is written; csv has a line for each problem and no summary",
        ),
    ] = Format.TEXT,
) -> None:
    """Check whether process models run, and with which settings.

    For each file: it runs as it is, it runs with settings of `deploy` and `serve`, or what stands in the way, with line
    and column. Nothing is deployed. The exit status is 0 when each file runs, with or without settings, 1 when one does
    not, and 2 when the command was typed wrongly.
    """
    from taskbridge.cli import check_report  # noqa: PLC0415 - help needs none of it
    from taskbridge.cli.database import explained  # noqa: PLC0415
    from taskbridge.service import model_check, model_files  # noqa: PLC0415

    if written not in list(Format):
        raise typer.BadParameter(f"must be {', '.join(Format)}, not {written}", param_hint="--format")
    with explained():
        paths = [path for given in files for path in (model_files.below(given) if given.is_dir() else [given])]
    checked = model_check.check_files((_shown(path), path) for path in paths)
    write = {Format.TEXT: check_report.text, Format.JSON: check_report.as_json, Format.CSV: check_report.csv}
    typer.echo(write[Format(written)](checked))
    if any(one.verdict is model_check.Verdict.REFUSED for one in checked):
        raise typer.Exit(1)


def _shown(path: Path) -> str:
    """A path as text, also where its name is none."""
    return str(path).encode(errors="replace").decode()
