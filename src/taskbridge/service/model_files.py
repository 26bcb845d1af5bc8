"""The process models in a folder."""

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
