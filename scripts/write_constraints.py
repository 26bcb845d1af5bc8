"""Writes constraints.txt: the versions of all packages that `make run` and `make test` install.

Installs the project with what its tests need, in the newest versions that `pyproject.toml` allows, into an environment
of its own, and writes down what that took. `make test` then shows whether the tests pass with them.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "constraints.txt"
HEADER = """\
# The versions that the tests pass with, of everything that `make run` and `make test` install.
# Made by `make constraints`; not edited by hand. For an installation of the same: pip install -c constraints.txt …
"""


def resolved() -> list[str]:
    """``name==version`` of every package but the project itself."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--editable", f"{ROOT}[test]"], check=True)
        frozen = subprocess.run([*pip, "freeze", "--exclude-editable"], check=True, capture_output=True, text=True)
    return sorted(frozen.stdout.split("\n"), key=str.lower)


if __name__ == "__main__":
    lines = [line for line in resolved() if line]
    if odd := [line for line in lines if "==" not in line]:
        sys.exit(f"not a name and a version: {', '.join(odd)}")
    FILE.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    print(f"{FILE.name}: {len(lines)} packages")
