"""``taskbridge deploy`` and ``taskbridge start``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from taskbridge.cli.database import DatabaseUrl, Scripts, explained, with_services
from taskbridge.cli.delegates import DelegatesOption, JavaListenersOption
from taskbridge.cli.values import file_or_folder
from taskbridge.settings import DEFAULT_DATABASE, Delegates, JavaListeners

if TYPE_CHECKING:
    from taskbridge.engine.variables import Variable
    from taskbridge.service.unit import Services

#: What a value begins with that can only be meant as JSON.
_JSON = ("{", "[", '"')


def deploy(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES", help="BPMN files, and folders of them; deployed together", parser=file_or_folder
        ),
    ],
    if_changed: Annotated[
        bool,
        typer.Option("--if-changed", envvar="TASKBRIDGE_IF_CHANGED", help="Only files that differ from the last time"),
    ] = False,
    delegates: DelegatesOption = Delegates.REFUSE,
    java_listeners: JavaListenersOption = JavaListeners.REFUSE,
    scripts: Scripts = "",
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Deploy process models; all of them or none."""
    from anyio.to_thread import run_sync  # noqa: PLC0415 - as in with_services

    from taskbridge.service import deployments, model_files  # noqa: PLC0415
    from taskbridge.service.handling import handling  # noqa: PLC0415

    with explained():
        paths = [path for given in files for path in (model_files.in_folder(given) if given.is_dir() else [given])]
    if len({path.name for path in paths}) < len(paths):
        raise typer.BadParameter("two files have the same name", param_hint="FILES")

    async def work(services: "Services") -> None:
        javascript = services.scripts.switched_on
        chosen = handling(Delegates(delegates), JavaListeners(java_listeners), javascript=javascript)
        sources = await run_sync(deployments.read, [(path.name, path.read_bytes()) for path in paths], chosen)
        name = files[0].resolve().stem
        made = await services.run(lambda unit: deployments.deploy(unit, sources, name=name, changed_only=if_changed))
        for source in sources:
            keys = [row for row in made.definitions if row.resource_name == source.name]
            otherwise = "as it was" if if_changed and source.processes else "kept, no process in it"
            typer.echo(
                f"{source.name}: " + (", ".join(f"{row.key} version {row.version}" for row in keys) or otherwise)
            )
            for work in source.workers if keys else ():
                typer.echo(f"{source.name}:{work.line}:{work.column}: {work.kind} is left to workers of {work.topic}")
            for note in source.left_out if keys else ():
                typer.echo(f"{source.name}:{note.line}:{note.column}: {note.message}")

    with_services(database_url, work, scripts)


def start(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the process; its latest version is started")],
    business_key: Annotated[
        str | None, typer.Option(envvar="TASKBRIDGE_BUSINESS_KEY", metavar="TEXT", help="Your own name for it")
    ] = None,
    var: Annotated[
        list[str] | None,
        typer.Option(
            envvar="TASKBRIDGE_VAR",
            metavar="NAME=VALUE",
            help="A variable; JSON values are typed, others are text. In the environment blanks separate",
        ),
    ] = None,
    scripts: Scripts = "",
    database_url: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Start a process instance, and print its ids.

    The number is its id in Alfresco, WorldServer and DigiOffice, the UUID is its id in Camunda.
    """
    from taskbridge.service import processes, uuids  # noqa: PLC0415 - as in with_services

    given = dict(_variable(text) for text in var or [])

    async def work(services: "Services") -> None:
        started = await services.run(
            lambda unit: processes.start(unit, processes.latest_definition(unit, key), given, business_key)
        )
        uuid = uuids.encode(uuids.Kind.PROCESS_INSTANCE, started.id)
        typer.echo(f"{key}: process instance {started.id}, {uuid}" + (" (has ended)" if started.ended else ""))

    with_services(database_url, work, scripts)


def _variable(text: str) -> "tuple[str, Variable]":
    import orjson  # noqa: PLC0415 - as in with_services

    from taskbridge.engine.variables import Variable, from_python  # noqa: PLC0415

    name, separator, value = text.partition("=")
    if not name or not separator:
        raise typer.BadParameter(f"{text!r} is not name=value", param_hint="--var")
    try:
        return name, from_python(orjson.loads(value))
    except orjson.JSONDecodeError as error:
        if value.startswith(_JSON):
            quoted = orjson.dumps(value).decode()
            reason = f"{name}: {value} begins like JSON and is none ({error}); as a text it is {name}={quoted}"
            raise typer.BadParameter(reason, param_hint="--var") from None
        return name, Variable("String", value)
