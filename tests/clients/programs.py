"""Programs that tests start and end: the server itself, and clients that only run as a program.

What a program writes goes to files, so that it never blocks and a failed test can show it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.waiting import until

_START = 30.0
_STOP = 15.0


def taskbridge() -> str:
    """The installed command."""
    command = shutil.which("taskbridge", path=str(Path(sys.executable).parent))
    assert command, "the project is not installed beside this Python"
    return command


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of the tests without settings of the program, and with the extra variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TASKBRIDGE_")}
    return kept | dict(extra or {})


def finished(
    command: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None, seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a program until it ends by itself."""
    return subprocess.run(
        command, cwd=folder, env=environment(env), capture_output=True, text=True, timeout=seconds, check=False
    )


class Program:
    """A running program."""

    def __init__(
        self, command: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None, name: str = "program"
    ) -> None:
        self._out, self._err = folder / f"{name}.out", folder / f"{name}.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment(env), cwd=folder
            )

    @property
    def output(self) -> str:
        """What it wrote to stdout so far."""
        return self._out.read_text()

    @property
    def errors(self) -> str:
        """What it wrote to stderr so far."""
        return self._err.read_text()

    @property
    def status(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._process.poll()

    def wait_for(self, pattern: str, seconds: float = _START) -> re.Match[str]:
        """The first place in its output that the pattern matches."""

        def found() -> re.Match[str] | None:
            match = re.search(pattern, self.output)
            assert match or self.status is None, f"ended with {self.status}:\n{self.output}\n{self.errors}"
            return match

        match = until(found, seconds)
        assert match is not None
        return match

    def assert_goes_on(self, seconds: float = 0.3) -> None:
        """It does not end within that time."""
        with pytest.raises(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def wait(self, seconds: float = _START) -> int:
        """Its exit status, once it has ended by itself."""
        return self._process.wait(seconds)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send(signal.SIGTERM)

    def end(self) -> None:
        """End it, by force when it does not listen."""
        if self.status is None:
            self.terminate()
            try:
                self.wait(_STOP)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                raise


@contextmanager
def running(
    command: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None, name: str = "program"
) -> Iterator[Program]:
    """A program that lives as long as the block."""
    program = Program(command, folder, env=env, name=name)
    try:
        yield program
    finally:
        program.end()


@contextmanager
def serving(
    folder: Path, *options: str, database_url: str, env: Mapping[str, str] | None = None, name: str = "server"
) -> Iterator[tuple[Program, str]]:
    """A server on a free port of the loopback, and the base URL of its Camunda API."""
    command = [taskbridge(), "serve", "--port", "0", "--database-url", database_url, *options]
    with running(command, folder, env=env, name=name) as program:
        yield program, address(program)


def address(program: Program) -> str:
    """The base URL of the Camunda API that a server announces."""
    return program.wait_for(r"(http://\S+/engine-rest)$|(http://\S+/engine-rest)\n").group(0).strip()
