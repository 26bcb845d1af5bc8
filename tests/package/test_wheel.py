"""The wheel: what is in it, and that it works when it is all there is.

Every run installs it once, on this Python, in the versions of `constraints.txt`. `make wheel` (`--every-environment`)
does it on the oldest Python that is allowed and on the newest that is installed, in those and in the newest versions.
"""

import email
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from taskbridge import __version__
from tests import patience
from tests.figures import figure
from tests.package import environments
from tests.package.environments import CONSTRAINTS, Plan

ROOT = environments.ROOT
#: In every run: the tour, and the commands that tell whether the package is whole.
FEW = ("tests/test_readme.py", "tests/cli/test_commands.py", "-k", "tour or version or explains or deploying")
ALL = ("tests/test_readme.py", "tests/cli", "--numprocesses", "2", "--dist", "loadscope")


def plans(every: bool) -> list[Plan]:
    """The environments of a run."""
    if not every:
        return [Plan(environments.here(), constrained=True)]
    found = environments.pythons()
    chosen = dict.fromkeys((found[0], found[-1]))
    return [Plan(python, constrained) for python in chosen for constrained in (True, False)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each environment."""
    if "plan" in metafunc.fixturenames:
        metafunc.parametrize("plan", plans(metafunc.config.option.every_environment), ids=str)


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution."""
    return built("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, so that neither needs what only a checkout has."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return built("wheel", unpacked, folder / "dist")


def built(target: str, source: Path, folder: Path) -> Path:
    """Build a distribution without asking the index."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    done = subprocess.run(
        command, cwd=source, capture_output=True, text=True, timeout=patience.PROGRAM_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    (file,) = (file for file in folder.iterdir() if file.is_file())
    return file


def test_the_wheel_says_what_it_is_and_has_what_it_needs(wheel: Path, sdist: Path) -> None:
    assert wheel.name == f"taskbridge_server-{__version__}-py3-none-any.whl"
    about = f"taskbridge_server-{__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = email.message_from_bytes(archive.read(f"{about}/METADATA"))
        licence = archive.read(f"{about}/licenses/LICENSE")
    assert (metadata["Name"], metadata["Version"]) == ("taskbridge-server", __version__)
    assert (metadata["License-Expression"], licence) == ("Apache-2.0", (ROOT / "LICENSE").read_bytes())
    assert {name.partition("/")[0] for name in names} == {"taskbridge", about}
    sources = {
        str(file.relative_to(ROOT / "src")) for file in (ROOT / "src").rglob("*.*") if "__pycache__" not in str(file)
    }
    documents = {f"taskbridge/openapi/{file.name}" for file in (ROOT / "openapi").glob("*.yaml")}
    assert {name for name in names if name.startswith("taskbridge/")} == sources | documents
    with tarfile.open(sdist) as archive:
        carried = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "LICENSE",
        "CHANGELOG.md",
        "constraints.txt",
        "tests/test_readme.py",
        "docs/contracts/camunda.md",
    } <= carried


def test_the_wheel_alone_serves_the_demo_the_tour_and_the_command(
    plan: Plan, wheel: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    begun = time.monotonic()
    command = environments.installed(wheel, plan, tmp_path / "environment")
    found = environments.packages(command)
    assert "pytest" not in found
    taken = time.monotonic() - begun
    pinned = dict(line.lower().split("==") for line in CONSTRAINTS.read_text().splitlines() if "==" in line)
    others = {name: version for name, version in found.items() if name in pinned and pinned[name] != version}
    assert not (plan.constrained and others)
    told = environments.tested(command, tmp_path, *(ALL if pytestconfig.option.every_environment else FEW))
    (passed,) = re.findall(r"^(\d+) passed", told, re.MULTILINE)
    versions = "constraints" if plan.constrained else f"newest versions ({', '.join(sorted(others)) or 'none'} differ)"
    figure(
        f"wheel on Python {plan.python}, {versions}",
        f"{len(found)} packages, {passed} tests passed; {taken:.0f} s to install, "
        f"{time.monotonic() - begun - taken:.0f} s to test",
    )


@pytest.mark.skipif(len(environments.pythons()) == 1, reason="no other Python is installed here")
def test_other_pythons_are_found() -> None:
    found = environments.pythons()
    figure("Pythons", ", ".join(map(str, found)))
    assert found[0] < found[-1]
