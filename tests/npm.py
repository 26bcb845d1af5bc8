"""npm packages that tests use: each folder with a ``package.json`` says which, and gets them when it lacks them."""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import patience

_INSTALL = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]


def installed(folder: Path) -> str:
    """Path of Node.js, once the packages of a folder are installed in it; skips the test where there is no Node.js."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("node or npm is not installed")
    with (folder / "package.json").open() as package:
        fcntl.flock(package, fcntl.LOCK_EX)  # other processes of the same run may want the same packages
        wanted = json.load(package)["dependencies"]
        if any(_version(folder, name) != version for name, version in wanted.items()):
            done = subprocess.run(
                [npm, *_INSTALL],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=patience.PROGRAM_SECONDS,
                check=False,
            )
            assert done.returncode == 0, f"npm cannot install {', '.join(wanted)}: {done.stderr}"
    return node


def _version(folder: Path, package: str) -> str | None:
    file = folder / "node_modules" / package / "package.json"
    return str(json.loads(file.read_text())["version"]) if file.exists() else None
