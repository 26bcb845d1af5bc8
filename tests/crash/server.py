"""A real server as a child process that can be killed in the middle of whatever it does, and started again.

Used by the crash test only. It is the ``taskbridge serve`` command, on the same port every time.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests import patience

PROGRAM = Path(sys.executable).with_name("taskbridge")
_START_SECONDS = patience.SECONDS


class Server:
    """One server at a time on one database. Its log is appended to a file."""

    def __init__(self, database_url: str, log: Path, *options: str) -> None:
        self._log = log
        self.port = _free_port()
        self._command = [str(PROGRAM), "serve", "--port", str(self.port), "--database-url", database_url, *options]
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it; returns once it answers. Raises RuntimeError if it never does."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        async with asyncio.timeout(_START_SECONDS):
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

    async def stop(self) -> None:
        """SIGTERM: it finishes what it has begun."""
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait)


@contextlib.asynccontextmanager
async def serving(database_url: str, log: Path, *options: str) -> AsyncIterator[Server]:
    """A server that answers, started with some options; gone with the block, whatever happens in it."""
    server = Server(database_url, log, *options)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
