"""Reads what is set in the environment, in a folder of secrets, and in a TOML file, by pydantic-settings.

Called by ``settings_sources``, which asks each source on its own, so that an error can name the one that has the value.
"""

import tomllib
import warnings
from pathlib import Path

from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from taskbridge.settings import PREFIX, Settings
from taskbridge.settings_sources import Source, WrongSettings


class _Read(Settings, BaseSettings):
    """The settings, as pydantic-settings looks for them."""

    # Lists are written as people write them, not as JSON.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_prefix_target="all", env_ignore_empty=True, enable_decoding=False
    )


def environment() -> Source:
    """Variables that are set, and not empty."""
    return Source(EnvSettingsSource(_Read)(), "{variable}")


def folder(path: Path) -> Source:
    """Files that are named like settings; others are none of ours. Raises WrongSettings where one cannot be read."""
    if not path.is_dir():
        raise WrongSettings(f"{path}: no such folder of secrets")
    try:
        with warnings.catch_warnings(action="error"):  # of files that it does not read, such as links to elsewhere
            values = SecretsSettingsSource(_Read, secrets_dir=path, env_prefix="")()
    except (SettingsError, OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{path}: {error.__cause__ or error}") from error
    return Source(values, _literal(path) + "/{key}", secret=True)


def file(path: Path) -> Source:
    """The keys of a TOML file. Raises WrongSettings where it cannot be read."""
    try:
        path.open("rb").close()  # pydantic-settings takes a file that is not there for an empty one
        values = TomlConfigSettingsSource(_Read, toml_file=path).toml_data
    except OSError as error:
        raise WrongSettings(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{path}: is no TOML: {error}") from error
    return Source(values, _literal(path) + ": {key}")


def _literal(path: Path) -> str:
    """A path as a part of a label."""
    return str(path).replace("{", "{{").replace("}", "}}")
