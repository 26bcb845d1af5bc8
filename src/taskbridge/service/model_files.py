"""The process models in a folder."""

import os
from pathlib import Path

from taskbridge.service.deployments import BPMN_ENDINGS
from taskbridge.service.errors import ServiceError


class NoModels(ServiceError):
    """The folder has no process model in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"no {' or '.join(BPMN_ENDINGS)} file is in {folder}")


class NoFolder(ServiceError):
    """There is no such folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: " + ("is no folder" if folder.exists() else "no such folder"))


def in_folder(folder: Path) -> list[Path]:
    """The models right in the folder, by name. Raises NoFolder, NoModels."""
    if not folder.is_dir():
        raise NoFolder(folder)
    found = sorted(path for path in folder.iterdir() if path.name.endswith(BPMN_ENDINGS) and path.is_file())
    if not found:
        raise NoModels(folder)
    return found


def below(folder: Path) -> list[Path]:
    """The models in the folder and in those below it, by path. Raises NoModels.

    A folder that cannot be listed is among them, so that what is done with the models says so.
    """
    found: list[Path] = []
    barred: list[Path] = []
    for here, _, names in os.walk(folder, onerror=lambda error: barred.append(Path(os.fsdecode(error.filename)))):
        found += (Path(here, name) for name in names if name.endswith(BPMN_ENDINGS))
    if not found and not barred:
        raise NoModels(folder)
    return sorted(found + barred)
