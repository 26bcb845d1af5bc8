"""Where settings come from: options, then ``TASKBRIDGE_…`` variables, a folder of secrets, a TOML file, the defaults.

Called by the commands. pydantic-settings reads the sources; each is asked on its own, so that an error can name the
source that has the value.
"""

import tomllib
import warnings
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from taskbridge.problems import problems
from taskbridge.settings import PREFIX, Settings, declared


class WrongSettings(Exception):
    """A setting is unknown or has no sensible value; the text is a line per problem."""


class _Read(Settings, BaseSettings):
    """The settings, as pydantic-settings looks for them."""

    # Lists are written as people write them, not as JSON.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_prefix_target="all", env_ignore_empty=True, enable_decoding=False
    )


class _Source(NamedTuple):
    """Values by key, and what a key is called in errors."""

    values: Mapping[str, Any]
    label: str  # with {option}, {variable} or {key}
    secret: bool = False  # whether values must not be repeated in errors


def load(options: Mapping[str, Any], *, config: Path | None = None, secrets: Path | None = None) -> Settings:
    """The settings, out of all sources. Options are named as fields; one that was not given is left out.

    Raises WrongSettings for what cannot be read, is unknown, or is out of its bounds.
    """
    sources = [_file(config), _secrets(secrets), _environment(), _Source(options, "{option}")]
    values: dict[str, Any] = {}
    whence: dict[str, _Source] = {}
    for source in sources:  # the weakest first
        for setting in declared():
            for key in (setting.name, setting.key):
                if key in source.values:
                    values[setting.key], whence[setting.key] = source.values[key], source
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise WrongSettings("\n".join(_told(error, values, whence))) from None


def _told(error: ValidationError, values: Mapping[str, Any], whence: Mapping[str, _Source]) -> Iterator[str]:
    labels = {one.key: {"option": one.option, "variable": one.variable, "key": one.key} for one in declared()}
    seen = set()
    for place, sentence in problems(error):
        key = str(place[0])
        if key in seen:  # one line for each setting
            continue
        seen.add(key)
        source = whence[key]
        repeated = "" if source.secret or " not " in sentence else f", not {_written(values[key])}"
        yield f"{source.label.format(**labels[key])}: {sentence}{repeated}"


def _written(value: Any) -> str:  # noqa: ANN401 - whatever was given
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _environment() -> _Source:
    return _Source(EnvSettingsSource(_Read)(), "{variable}")


def _secrets(folder: Path | None) -> _Source:
    if folder is None:
        return _Source({}, "")
    if not folder.is_dir():
        raise WrongSettings(f"{folder}: no such folder of secrets")
    try:
        with warnings.catch_warnings(action="error"):
            values = SecretsSettingsSource(_Read, secrets_dir=folder, env_prefix="")()
    except (UserWarning, OSError, ValueError) as error:
        raise WrongSettings(f"{folder}: {error}") from error
    return _Source(values, _literal(folder) + "/{key}", secret=True)


def _file(path: Path | None) -> _Source:
    if path is None:
        return _Source({}, "")
    try:
        values = TomlConfigSettingsSource(_Read, toml_file=path).toml_data if path.exists() else None
    except OSError as error:
        raise WrongSettings(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{path}: this is no TOML: {error}") from error
    if values is None:
        raise WrongSettings(f"{path}: no such file")
    known = {name for setting in declared() for name in (setting.key, setting.name)}
    if strange := [key for key in values if key not in known]:
        raise WrongSettings("\n".join(f"{path}: {key}: is unknown{_nearest(key)}" for key in strange))
    return _Source(values, _literal(path) + ": {key}")


def _nearest(key: str) -> str:
    found = get_close_matches(key.replace("-", "_"), [setting.key for setting in declared()], n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _literal(path: Path) -> str:
    """A path as a part of a label."""
    return str(path).replace("{", "{{").replace("}", "}}")
