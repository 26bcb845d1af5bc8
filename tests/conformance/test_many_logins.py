"""200 wrong log-ins at once on each API of a real server: others are answered meanwhile, and memory does not grow.

What others wait is bounded sharply only while a process that has nothing to do with the server is answered quickly: the
machine that runs the tests may be busy with something else.
"""

import asyncio
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from taskbridge.service import identity
from taskbridge.service.unit import opened
from taskbridge.settings import Settings
from tests.conformance.logins import LOGINS, Login, basic
from tests.crash.server import Server, serving
from tests.figures import figure
from tests.passwords import hashed

pytestmark = pytest.mark.anyio

AT_ONCE = 200
BOUND_SECONDS = 0.5
#: The control is quick when each of its answers took less; else the others may wait for so long.
QUICK_SECONDS = 0.05
BUSY_SECONDS = 60
MOST_MEMORY = 200_000_000
_PROGRAM = (sys.executable, "-m", "tests.conformance.watching")
_ROOT = Path(__file__).parents[2]


class Sample(NamedTuple):
    """A request of another client, and one to the control right after it: seconds."""

    status: int
    server: float
    control: float


@pytest.fixture(scope="module")
async def server(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Server]:
    """A server that wants credentials, with the users anna and worker."""
    folder = tmp_path_factory.mktemp("many_logins")
    shutil.copy(sqlite_template, folder / "taskbridge.db")
    database_url = f"sqlite:///{folder}/taskbridge.db"
    async with opened(Settings(database_url=database_url)) as services:
        for name in ("anna", "worker"):
            await services.run(partial(identity.add_user, name=name, password_hash=hashed("secret")))
    async with serving(database_url, folder / "log", "--camunda-auth", "basic", "--no-access-log") as running:
        yield running


@contextmanager
def watched(port: int) -> Iterator["subprocess.Popen[str]"]:
    """Another client of the server, which prints how long it waits."""
    with ExitStack() as stack:
        echo = stack.enter_context(_program("echo"))
        assert echo.stdout is not None
        header = f"Authorization: {basic('worker', 'secret')['Authorization']}"
        yield stack.enter_context(_program("watch", str(port), echo.stdout.readline().strip(), header))


@contextmanager
def _program(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen([*_PROGRAM, *arguments], cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def samples(watcher: "subprocess.Popen[str]", number: int | None = None) -> list[Sample]:
    """The next samples; without a number all that there are, once the watcher has ended."""
    assert watcher.stdout is not None
    lines = watcher.stdout if number is None else [watcher.stdout.readline() for _ in range(number)]
    found = [line.split() for line in lines if line.endswith("\n")]
    return [Sample(int(status), float(server), float(control)) for status, server, control in found]


async def attack(port: int, login: Login, address: str) -> Counter[int]:
    """Wrong log-ins at once, half of them for one name, each with its own password: how often which status came."""
    limits, headers = httpx.Limits(max_connections=AT_ONCE), {"X-Forwarded-For": address}
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, limits=limits, headers=headers, timeout=120) as client:

        async def wrong(number: int) -> int:
            name, password = ("anna" if number % 2 else f"unknown {number}"), f"wrong {number}"
            request = client.build_request(login.method, login.path, **login.content(name, password))
            return (await client.send(request)).status_code

        return Counter(await asyncio.gather(*map(wrong, range(AT_ONCE))))


def memory(pid: int, line: str) -> int:
    """Bytes that a process has in memory (VmRSS), or had at most (VmHWM)."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition(f"{line}:")[2].split()[0]) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read as Linux tells it")
@pytest.mark.parametrize("name", LOGINS)
async def test_others_are_answered_while_200_wrong_passwords_come_in_at_once(server: Server, name: str) -> None:
    login = LOGINS[name]
    before = memory(server.pid, "VmRSS")
    with watched(server.port) as watcher:
        samples(watcher, 20)  # its password is verified with the first
        answers = await attack(server.port, login, f"192.0.2.{list(LOGINS).index(name)}")  # an address of its own
        samples(watcher, 1)
        watcher.kill()
        seen = samples(watcher)
    assert set(answers) <= {login.refused, 503}
    assert answers[503] > AT_ONCE // 2  # most were not even tried
    assert {sample.status for sample in seen} == {200}
    waited, control = (max(column) for column in list(zip(*seen, strict=True))[1:])
    grown = memory(server.pid, "VmHWM") - before
    figure(
        f"200 wrong log-ins at once, {name}",
        f"others waited {waited * 1000:.0f} ms at most (control {control * 1000:.0f} ms), "
        f"memory grew by {grown / 1e6:.0f} MB, {dict(answers)}",
    )
    assert waited < (BOUND_SECONDS if control < QUICK_SECONDS else BUSY_SECONDS)
    assert grown < MOST_MEMORY
