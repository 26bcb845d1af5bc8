"""Options of commands, made from the declarations of the settings, and the settings that come of them."""

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic.fields import FieldInfo

from taskbridge.cli.errors import give_up
from taskbridge.settings import EVERY, Declared, Settings, declared

_CONFIG, _SECRETS = "taskbridge.config", "taskbridge.secrets"
_SOURCES = "Where settings come from"


def with_settings(work: Callable[[Settings], None]) -> Callable[..., None]:
    """A command that has an option for every setting, and does its work with what they and the other sources make.

    The options have neither default nor variable: ``settings_of`` sees to those.
    """

    def command(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 - by the name of the setting
        work(settings_of(context, given))

    context = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    options = [
        Parameter(one.name, Parameter.KEYWORD_ONLY, default=None, annotation=_annotation(one)) for one in declared()
    ]
    command.__signature__ = Signature([context, *options])  # type: ignore[attr-defined] # what Typer makes options of
    command.__doc__ = work.__doc__
    return command


def settings_of(context: typer.Context, given: Mapping[str, Any]) -> Settings:
    """The settings that all sources together make; options that were not given are None or empty.

    Ends the program with exit status 2 when one of them is wrong.
    """
    from taskbridge import settings_sources  # noqa: PLC0415 - help needs none of it

    options = {name: value for name, value in given.items() if value is not None and value != []}
    try:
        return settings_sources.load(options, config=context.meta.get(_CONFIG), secrets=context.meta.get(_SECRETS))
    except settings_sources.WrongSettings as error:
        give_up(str(error), status=2)


def source_options() -> list[Any]:
    """The options that name other sources of settings, for a command; ``settings_of`` finds what they were given."""
    application = typer.Typer(add_completion=False)
    application.command()(_sources)
    return typer.main.get_command(application).params


def _noting(name: str) -> Callable[[typer.Context, Path | None], None]:
    def note(context: typer.Context, value: Path | None) -> None:
        context.meta[name] = value

    return note


def _sources(
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="TASKBRIDGE_CONFIG",
            metavar="FILE",
            help="TOML file with settings, named like the options of serve with _ for -",
            callback=_noting(_CONFIG),
            expose_value=False,
            is_eager=True,
            rich_help_panel=_SOURCES,
        ),
    ] = None,
    secrets_dir: Annotated[
        Path | None,
        typer.Option(
            envvar="TASKBRIDGE_SECRETS_DIR",
            metavar="FOLDER",
            help="Folder with a file for each setting that is secret, such as database_url",
            callback=_noting(_SECRETS),
            expose_value=False,
            is_eager=True,
            rich_help_panel=_SOURCES,
        ),
    ] = None,
) -> None:
    """Only to have these options."""


def default_of(setting: Declared) -> str:
    """The default as people write it; empty for a switch that is off, an empty list, and where there is none."""
    value = setting.field.default
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, Mapping):
        return str(value[EVERY])
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _annotation(setting: Declared) -> Any:  # noqa: ANN401 - a type, made here
    name = setting.option
    switch = setting.field.annotation is bool
    option = typer.Option(
        f"{name}/--no-{name[2:]}" if switch and not setting.shown.only_on else name,
        metavar=None if switch else setting.shown.metavar or _metavar(setting.field),
        help=_help(setting),
        rich_help_panel=setting.shown.group,
        show_default=False,
    )
    # Only Settings judges values, wherever they come from; so they are texts here.
    several = isinstance(setting.field.default, tuple | Mapping)
    kind: Any = bool if switch else list[str] if several else str
    return Annotated[kind | None, option]


def _help(setting: Declared) -> str:
    default = default_of(setting)
    facts = [f"env var: {setting.variable}", default and f"default: {default}", bounds_of(setting)]
    return f"{setting.shown.help}  [{'; '.join(fact for fact in facts if fact)}]"


def _metavar(field: FieldInfo) -> str:
    kind: Any = field.annotation
    if kind in {int, float}:
        return "NUMBER"
    choices = [str(one) for one in kind] if hasattr(kind, "__members__") else []
    return "|".join(choices) or "TEXT"


def bounds_of(setting: Declared) -> str:
    """The bounds of a number, both included; empty for anything else."""
    bounds = {name: getattr(one, name) for one in setting.field.metadata for name in ("ge", "le") if hasattr(one, name)}
    return f"{bounds['ge']} to {bounds['le']}" if len(bounds) == 2 else ""
