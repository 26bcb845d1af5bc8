"""A reader who carries out every line of a page of the documentation, one after another, in one terminal.

Blocks of ``sh`` are commands; those of ``python`` and ``js`` are programs, run where they stand; others are not carried
out. The reader sits in a checkout after `make run`, and knows what the page says: neither the command nor the database
is at hand before the page has told where they are. Where it names the address of a server, the reader has another one.
A request that is answered by an error fails the page, wherever in a line it stands.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import patience
from tests.clients.programs import checking, environment, taskbridge

_BLOCK = re.compile(r"^```(sh|python|js)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ADDRESS = "http://127.0.0.1:8080"
_NODE_FOLDER = Path(__file__).parent / "clients" / "node"
_ROOT = Path(__file__).parents[1]
#: Where pages have Taskbridge installed: by `make run`, or by hand.
_ENVIRONMENTS = (".venv", "taskbridge-env")
_CHECKOUT = ("openapi", "scripts", "src", "tests")
_BEGIN = """set -euo pipefail
curl() { command curl --fail-with-body "$@" || { echo "curl ended with $?: $*" >&2; return 1; }; }"""


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of what a page asks to be carried out."""
    return [(language, text) for language, text in _BLOCK.findall(page)]


@contextmanager
def made_to_run(folder: Path) -> Iterator[str]:
    """Do in a folder what `make run` does; scheme, host and port of the server."""
    (folder / "var").mkdir()
    with checking(folder, "--demo", database_url=f"sqlite:///{folder}/var/demo.db") as (_, url):
        yield url.removesuffix("/engine-rest")


def carried_out(todo: list[tuple[str, str]], *, host: str, folder: Path) -> str:
    """What all of it printed; AssertionError when a line fails or complains."""
    for name in _ENVIRONMENTS:
        (folder / name).symlink_to(Path(taskbridge()).parents[1])
    for name in _CHECKOUT:
        (folder / name).symlink_to(_ROOT / name)
    script = "\n".join([_BEGIN, *(_command(language, text) for language, text in todo)]).replace(_ADDRESS, host)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment({"PATH": _path()}),
        capture_output=True,
        text=True,
        timeout=patience.PROGRAM_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def _path() -> str:
    """The folders of programs, without any that has the command."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not (Path(folder) / "taskbridge").exists())


def _command(language: str, text: str) -> str:
    match language:
        case "python":
            return f"python - <<'PROGRAM'\n{text}PROGRAM"
        case "js":
            return f"(cd '{_NODE_FOLDER}' && node --input-type=module - <<'PROGRAM'\n{text}PROGRAM\n)"
        case _:
            return text
