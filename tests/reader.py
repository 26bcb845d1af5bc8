"""A reader who carries out every line of a page of the documentation, one after another, in one terminal.

Blocks of ``sh`` are commands; those of ``python`` and ``js`` are programs, run where they stand; others are not carried
out. Where the page names the address of a server, the reader has one of his own.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.clients.programs import taskbridge

_BLOCK = re.compile(r"^```(sh|python|js)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ADDRESS = "http://127.0.0.1:8080"
_NODE_FOLDER = Path(__file__).parent / "clients" / "node"
_ROOT = Path(__file__).parents[1]


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of what a page asks to be carried out."""
    return [(language, text) for language, text in _BLOCK.findall(page)]


def carried_out(todo: list[tuple[str, str]], *, host: str, database_url: str, folder: Path) -> str:
    """What all of it printed; AssertionError when a line fails or complains."""
    script = "\n".join(["set -eu", *(_command(language, text) for language, text in todo)])
    script = re.sub(r"sqlite:///var/demo\.db", database_url, script).replace(_ADDRESS, host)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, **_environment(database_url)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def _environment(database_url: str) -> dict[str, str]:
    programs = os.pathsep.join([str(Path(taskbridge()).parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {"PATH": programs, "TASKBRIDGE_DATABASE_URL": database_url}


def _command(language: str, text: str) -> str:
    match language:
        case "python":
            return f"python - <<'PROGRAM'\n{text}PROGRAM"
        case "js":
            return f"(cd '{_NODE_FOLDER}' && node --input-type=module - <<'PROGRAM'\n{text}PROGRAM\n)"
        case _:
            return text
