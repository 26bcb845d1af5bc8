"""The ``taskbridge`` command, run in this process or in one of its own, and what its server is asked first."""

import os
import subprocess
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

import httpx
from typer.testing import CliRunner

from taskbridge.cli.program import main
from taskbridge.demo import content
from tests import checked_http
from tests.clients.programs import environment, finished, taskbridge, tested_apart

ORDER = Path(__file__).parents[1] / "bpmn" / "Order.bpmn"
ORDER_TOPIC = "check-stock"


def run(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, typed: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, in this process: loading the program takes far longer than most commands.

    ``typed`` is what it finds on stdin. The command of another environment is run in a process of its own.
    """
    if tested_apart():
        return finished([taskbridge(), *arguments], folder, env=env, typed=typed)
    unset = dict.fromkeys(os.environ.keys() - environment().keys())
    with chdir(folder):
        done = CliRunner().invoke(main, arguments, input=typed, env={**unset, **(env or {})}, prog_name="taskbridge")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def run_apart(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same as a user does it: by the installed command, in a process of its own."""
    return finished([taskbridge(), *arguments], folder)


def told(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that succeeded printed."""
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_told_in_one_line(done: subprocess.CompletedProcess[str], reason: str, *, status: int = 1) -> None:
    """A command was refused, and said why."""
    assert (done.returncode, done.stdout) == (status, "")
    assert reason in done.stderr
    assert done.stderr.startswith("taskbridge: ")
    assert done.stderr.count("\n") == 1


def fetching(timeout: int = 0, topic: str = content.TOPIC) -> dict[str, object]:
    """Body of a fetch for one task."""
    wanted = [{"topicName": topic, "lockDuration": 60_000}]
    return {"workerId": "w", "maxTasks": 1, "asyncResponseTimeout": timeout, "topics": wanted}


def fetch(url: str, timeout: int = 0, topic: str = content.TOPIC) -> httpx.Response:
    """Fetch one task."""
    return checked_http.post(f"{url}/external-task/fetchAndLock", json=fetching(timeout, topic))


def count(url: str, path: str) -> int:
    """How many there are."""
    found: int = checked_http.get(f"{url}/{path}/count").json()["count"]
    return found
