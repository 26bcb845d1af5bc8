"""Where settings come from: options, then ``TASKBRIDGE_…`` variables, a folder of secrets, a TOML file, the defaults.

Called by the commands.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from taskbridge.problems import problems
from taskbridge.settings import Settings, declared


class WrongSettings(Exception):
    """A setting is unknown or has no sensible value; the text is a line per problem."""


class Source(NamedTuple):
    """Values by key, and what a key is called in errors."""

    values: Mapping[str, Any]
    label: str  # with {option}, {variable} or {key}
    secret: bool = False  # whether values must not be repeated in errors


def load(options: Mapping[str, Any], *, config: Path | None = None, secrets: Path | None = None) -> Settings:
    """The settings, out of all sources. Options are named as fields; one that was not given is left out.

    Raises WrongSettings for what cannot be read, is unknown, or is out of its bounds.
    """
    given = Source(options, "{option}")
    _judged([given])
    # Reading the others takes long to load, and typing errors need none of it.
    from taskbridge import settings_readers  # noqa: PLC0415

    weakest_first = [settings_readers.environment(), given]
    if secrets is not None:
        weakest_first.insert(0, settings_readers.folder(secrets))
    if config is not None:
        weakest_first.insert(0, _known(settings_readers.file(config), config))
    return _judged(weakest_first)


def _judged(sources: Sequence[Source]) -> Settings:
    values: dict[str, Any] = {}
    whence: dict[str, Source] = {}
    for source in sources:
        for setting in declared():
            for key in {setting.name, setting.key} & source.values.keys():
                values[setting.key], whence[setting.key] = source.values[key], source
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise WrongSettings("\n".join(_lines(error, values, whence))) from None


def _lines(error: ValidationError, values: Mapping[str, Any], whence: Mapping[str, Source]) -> Iterator[str]:
    labels = {one.key: {"option": one.option, "variable": one.variable, "key": one.key} for one in declared()}
    found: dict[str, str] = {}
    for (first, *_), sentence in problems(error):
        found.setdefault(str(first), sentence)  # one line for each setting
    for key, sentence in found.items():
        source, value = whence[key], _written(values[key])
        repeated = "" if source.secret or not value or ", not " in sentence else f", not {value}"
        yield f"{source.label.format(**labels[key])}: {sentence}{repeated}"


def _written(value: Any) -> str:  # noqa: ANN401 - whatever was given
    if isinstance(value, Mapping):
        return " ".join(f"{name}={one}" for name, one in value.items())
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _known(source: Source, path: Path) -> Source:
    """Refuses keys that no setting has."""
    known = {name for setting in declared() for name in (setting.key, setting.name)}
    if strange := [key for key in source.values if key not in known]:
        raise WrongSettings("\n".join(f"{path}: {key}: is unknown{_nearest(key)}" for key in strange))
    return source


def _nearest(key: str) -> str:
    found = get_close_matches(key.replace("-", "_"), [setting.key for setting in declared()], n=1)
    return f"; did you mean {found[0]}?" if found else ""
