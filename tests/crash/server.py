"""A real server as a child process that can be killed in the middle of whatever it does, and started again.

Used by the fault tests only. It is the ``taskbridge serve`` command, on the same port every time.
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests import patience
from tests.crash.ports import free_port

PROGRAM = Path(sys.executable).with_name("taskbridge")
#: What a thread or a background step leaves in the log when it ends by an exception.
TRACES = (b"Traceback (most recent call last)", b"Exception in thread")


class Server:
    """One server at a time on one database. Its log is appended to a file."""

    def __init__(self, database_url: str, log: Path, *options: str) -> None:
        self._log = log
        #: What the database knows its connections by.
        self.label = log.stem
        self._looked_at = 0
        self.port = free_port()
        if database_url.startswith("postgresql"):
            database_url += f"&application_name={self.label}"
        given = ["--port", str(self.port), "--database-url", database_url, "--no-access-log", *options]
        self._command = [str(PROGRAM), "serve", *given]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """Its port tells it from others."""
        return f"server {self.port}"

    async def start(self) -> None:
        """Start it; returns once it answers. Raises RuntimeError if it never does."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        async with asyncio.timeout(patience.SECONDS):
            while not await self._answers():
                if self._process.poll() is not None:
                    raise RuntimeError(f"the server did not start: {self._log.read_text()[-2000:]}")
                await asyncio.sleep(0.02)

    @property
    def pid(self) -> int:
        """The id of the process, which has been started."""
        assert self._process is not None
        return self._process.pid

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            await writer.wait_closed()
            return True
        return False

    async def kill(self) -> None:
        """SIGKILL: it has no chance to finish anything."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def stop(self) -> bool:
        """SIGTERM: it finishes what it has begun; tells whether it ended in time. It is killed otherwise."""
        if self._process is None:
            return True
        self._process.terminate()
        try:
            await asyncio.to_thread(self._process.wait, patience.SECONDS)
        except subprocess.TimeoutExpired:
            await self.kill()
            return False
        return True

    def new_lines(self) -> list[bytes]:
        """What it has logged since the last call."""
        with self._log.open("rb") as log:
            log.seek(self._looked_at)
            text = log.read()
        self._looked_at += len(text)
        return text.splitlines()


@contextlib.asynccontextmanager
async def serving(database_url: str, folder: Path, number: int, *options: str) -> AsyncIterator[list[Server]]:
    """So many servers that answer, started with some options; gone with the block, whatever happens in it."""
    servers = [Server(database_url, folder / f"server{each}.log", *options) for each in range(number)]
    try:
        await asyncio.gather(*(server.start() for server in servers))
        yield servers
    finally:
        for server in servers:
            await server.kill()
