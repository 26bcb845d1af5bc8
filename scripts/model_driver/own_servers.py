"""Starts servers for a drive, and stops them: this checkout's own, and the real one by its script.

The application of this checkout can be driven within this process, too, which takes less time.
"""

import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx

from bench import servers
from model_driver.rest import Server
from taskbridge.app import application as whole_program
from taskbridge.settings import Settings

#: Seconds until the real server answers; it may have to be built first.
_ORACLE_SECONDS = 900
_ORACLE_OPTIONS = "--camunda.bpm.job-execution.enabled=false"


@contextlib.contextmanager
def taskbridge() -> Iterator[str]:
    """The server of this environment on a new SQLite file, without execution of jobs; the base URL of its API."""
    with tempfile.TemporaryDirectory(prefix="drive-") as folder:
        port = servers.free_port()
        options = ("--no-job-execution", "--no-access-log", "--apis", "camunda", "--scripts", "javascript")
        command = servers.taskbridge(Path(sys.executable), f"sqlite:///{folder}/taskbridge.db", port, *options)
        with servers.running(command, port, Path(folder) / "log"):
            yield _url(port)


@contextlib.asynccontextmanager
async def application(database_url: str) -> AsyncIterator[Server]:
    """The application on a database, in this process, without execution of jobs. Its scripts have time, however slow
    the machine is.
    """
    settings = Settings(
        database_url=database_url, job_execution=False, access_log=False, scripts=("javascript",), script_timeout=60
    )
    async with (
        whole_program(settings) as (served, _),
        Server("http://127.0.0.1:8080/engine-rest", httpx.ASGITransport(served)) as server,
    ):
        yield server


@contextlib.contextmanager
def oracle(script: Path) -> Iterator[str]:
    """The real server, without execution of jobs; the base URL of its API."""
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        port = servers.free_port()
        command = ["env", f"ORACLE_OPTIONS={_ORACLE_OPTIONS}", str(script), str(port)]
        with servers.running(command, port, Path(folder) / "log", _ORACLE_SECONDS):
            yield _url(port)


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/engine-rest"
