"""Programs that tests start and end: the server itself, and clients that only run as a program.

What a program writes goes to files, so that it never blocks and a failed test can show it.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests import answers, checked_server, patience
from tests.checked_http import current_test
from tests.clients.waiting import until

_ROOT = Path(__file__).parents[2]
#: Names the command of another environment, in which the tests are not installed: `tests/package` sets it.
COMMAND = "TESTED_COMMAND"
_START = patience.SECONDS
_STOP = 15.0


def taskbridge() -> str:
    """The installed command: the one beside this Python, or that of another environment."""
    command = os.environ.get(COMMAND) or shutil.which("taskbridge", path=str(Path(sys.executable).parent))
    assert command, "the project is not installed beside this Python"
    return command


def tested_apart() -> bool:
    """Whether it is the command of another environment, so that nothing of it can be called in this process."""
    return COMMAND in os.environ


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of the tests without settings of the program, and with the extra variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TASKBRIDGE_")}
    return kept | dict(extra or {})


def finished(
    command: Sequence[str],
    folder: Path,
    *,
    env: Mapping[str, str] | None = None,
    seconds: float = patience.SECONDS,
    typed: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program until it ends by itself; ``typed`` is what it finds on stdin."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(env),
        input=typed,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
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
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def connected(self) -> bool:
        """Whether it has a connection over TCP, as a server of a client."""
        return any(one.status == psutil.CONN_ESTABLISHED for one in psutil.Process(self.pid).net_connections("tcp"))

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
    folder: Path,
    *options: str,
    database_url: str,
    env: Mapping[str, str] | None = None,
    name: str = "server",
    command: Sequence[str] = (),
) -> Iterator[tuple[Program, str]]:
    """A server on a free port of the loopback, and the base URL of its Camunda API; by the installed command."""
    begin = list(command or [taskbridge()])
    whole = [*begin, "serve", "--port", "0", "--database-url", database_url, *options]
    with running(whole, folder, env=env, name=name) as program:
        yield program, address(program)


@contextmanager
def checking(folder: Path, *options: str, database_url: str) -> Iterator[tuple[Program, str]]:
    """The same, by a server that checks its own answers; the block fails when one was wrong or an error was logged.

    The command of another environment serves as it is: what checks answers is not installed there.
    """
    if tested_apart():
        with serving(folder, *options, database_url=database_url) as both:
            yield both
        assert_untroubled(both[0])
        return
    file = folder / "answers.jsonl"
    file.touch()
    env = {checked_server.FILE: str(file), "PYTHONPATH": os.pathsep.join([str(_ROOT / "src"), str(_ROOT)])}
    command = [sys.executable, "-m", checked_server.__name__]
    with ANSWERS.followed(file), serving(folder, *options, database_url=database_url, env=env, command=command) as both:
        yield both
    assert_untroubled(both[0])


def assert_untroubled(server: Program) -> None:
    """A server that has stopped did so in order, and met nothing that it did not expect."""
    assert server.status == 0
    troubles = [line for line in server.errors.splitlines() if '"level": "error"' in line]
    assert not troubles, troubles[0]


def address(program: Program) -> str:
    """The base URL of the Camunda API that a server announces."""
    return program.wait_for(r"(http://\S+/engine-rest)$|(http://\S+/engine-rest)\n").group(0).strip()


class Answers:
    """The answers of the servers that check them, read as they are written."""

    def __init__(self) -> None:
        self._files: dict[Path, int] = {}

    @contextmanager
    def followed(self, file: Path) -> Iterator[None]:
        """Read a file as long as the block lasts."""
        self._files[file] = 0
        try:
            yield
        finally:
            wrong = self.read()
            del self._files[file]
            assert not wrong, wrong[0]

    def read(self) -> list[str]:
        """Note every new answer for the clients of the running test; what is wrong with them."""
        found = []
        for file, start in self._files.items():
            new = file.read_bytes()[start:]
            whole = new[: new.rfind(b"\n") + 1]
            self._files[file] += len(whole)
            for line in whole.splitlines():
                method, path, status, wrong, by_test = json.loads(line)
                if not by_test:  # which has noted it itself
                    answers.note(method, path, status, current_test(), by_client=True)
                found += [f"{method} {path} -> {status}: {problem}" for problem in wrong]
        return found


ANSWERS = Answers()
