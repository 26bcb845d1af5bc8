"""New environments with nothing but the wheel in them, on every Python that is installed here."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests import patience
from tests.clients.programs import COMMAND, environment

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
#: The oldest Python that `pyproject.toml` allows.
OLDEST = (3, 11)
_MANAGED = ("~/.pyenv/versions/*/bin/python3", "~/.local/share/uv/python/*/bin/python3")
_VERSION = "import ssl, sqlite3, sys, venv; print(*sys.version_info[:3], sys.version_info[3])"
_INSTALLED = """
import importlib.metadata, sys, taskbridge
assert taskbridge.__file__.startswith(sys.prefix), taskbridge.__file__
for one in importlib.metadata.distributions():
    print(f"{one.name}=={one.version}")
"""


class Python(NamedTuple):
    """An interpreter."""

    version: tuple[int, int, int]
    program: str

    def __str__(self) -> str:
        return ".".join(map(str, self.version))


class Plan(NamedTuple):
    """An environment that is to be made: with the versions of the constraints, or the newest allowed."""

    python: Python
    constrained: bool

    def __str__(self) -> str:
        return f"{self.python}-{'constraints' if self.constrained else 'newest'}"


def here() -> Python:
    """The Python of the tests."""
    found = _asked(sys.executable)
    assert found
    return found


@cache
def pythons() -> list[Python]:
    """Released ones of the machine that are allowed, oldest first, one of each minor version."""
    minor = range(OLDEST[1], OLDEST[1] + 20)
    named = (shutil.which(f"python{OLDEST[0]}.{number}") for number in minor)
    programs = [program for program in named if program]
    for pattern in _MANAGED:
        root, _, rest = pattern.partition("*")
        programs += sorted(map(str, Path(root).expanduser().glob(f"*{rest}")))
    found = {here().version[:2]: here()}
    for program in programs:
        if (python := _asked(program)) and python.version >= OLDEST:
            found.setdefault(python.version[:2], python)
    return sorted(found.values())


def _asked(program: str) -> Python | None:
    done = subprocess.run(
        [program, "-c", _VERSION], capture_output=True, text=True, timeout=patience.SECONDS, check=False
    )
    if done.returncode or not done.stdout.endswith(" final\n"):
        return None  # it is of no use here: without a library that is needed, or not released
    major, minor, micro, _ = done.stdout.split()
    return Python((int(major), int(minor), int(micro)), program)


def installed(wheel: Path, plan: Plan, folder: Path) -> Path:
    """Install a wheel alone into a new environment; its command. What is imported is compiled at the first start."""
    python = folder / "bin" / "python"
    _done([plan.python.program, "-m", "venv", "--without-pip", str(folder)])
    versions = ["--constraint", str(CONSTRAINTS)] if plan.constrained else []
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    _done([*pip, "install", "--quiet", "--no-compile", *versions, str(wheel)])
    return folder / "bin" / "taskbridge"


def packages(command: Path) -> dict[str, str]:
    """The packages of an environment, by name, with their versions."""
    listed = _done([str(command.with_name("python")), "-I", "-c", _INSTALLED])
    return dict(line.lower().split("==") for line in listed.splitlines())


def tested(command: Path, folder: Path, *arguments: str) -> str:
    """Run tests against the command of an environment; what they told."""
    kept = {name: value for name, value in environment().items() if not name.startswith("PYTEST_")}
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", str(folder / "tests")]
    return _done([*pytest, *arguments], env={**kept, COMMAND: str(command)}, seconds=3 * patience.PROGRAM_SECONDS)


def _done(command: list[str], *, env: dict[str, str] | None = None, seconds: float = patience.PROGRAM_SECONDS) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=env or os.environ, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
