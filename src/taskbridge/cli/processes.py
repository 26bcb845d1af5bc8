"""``taskbridge deploy`` and ``taskbridge start``."""

from pathlib import Path
from typing import Annotated

import anyio.to_thread
import orjson
import typer

from taskbridge.cli.database import DatabaseUrl, with_services
from taskbridge.engine.variables import Variable, from_python
from taskbridge.service import deployments, processes
from taskbridge.service.unit import Services
from taskbridge.settings import DEFAULT_DATABASE


def deploy(
    files: Annotated[list[Path], typer.Argument(help="BPMN files, deployed together", exists=True, dir_okay=False)],
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Deploy process models; all of them or none."""
    if len({path.name for path in files}) < len(files):
        raise typer.BadParameter("two files have the same name", param_hint="FILES")

    async def work(services: Services) -> None:
        sources = await anyio.to_thread.run_sync(deployments.read, [(path.name, path.read_bytes()) for path in files])
        made = await services.run(lambda unit: deployments.deploy(unit, sources, name=files[0].stem))
        for source in sources:
            keys = [row for row in made.definitions if row.resource_name == source.name]
            told = ", ".join(f"{row.key} version {row.version}" for row in keys) or "kept, no process in it"
            typer.echo(f"{source.name}: {told}")

    with_services(database_url, work)


def start(
    key: Annotated[str, typer.Argument(help="Key of the process; its latest version is started")],
    business_key: Annotated[
        str | None, typer.Option(envvar="TASKBRIDGE_BUSINESS_KEY", help="Your own name for it")
    ] = None,
    var: Annotated[
        list[str] | None,
        typer.Option(
            envvar="TASKBRIDGE_VAR",
            help="A variable as name=value; JSON values are typed, others are text. In the environment blanks separate",
        ),
    ] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Start a process instance, and print its id."""
    given = dict(_variable(text) for text in var or [])

    async def work(services: Services) -> None:
        started = await services.run(
            lambda unit: processes.start(unit, processes.latest_definition(unit, key), given, business_key)
        )
        typer.echo(f"{key}: process instance {started.id}" + (" (has ended)" if started.ended else ""))

    with_services(database_url, work)


def _variable(text: str) -> tuple[str, Variable]:
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise typer.BadParameter(f"{text!r} is not name=value", param_hint="--var")
    try:
        return name, from_python(orjson.loads(value))
    except orjson.JSONDecodeError:
        return name, Variable("String", value)
