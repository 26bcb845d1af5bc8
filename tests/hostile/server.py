"""A real server with the demo's people, watched while it is under attack: what others wait, and its memory."""

import base64
import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.clients.programs import environment, taskbridge
from tests.hostile.exchange import exchange

_START_SECONDS = 120.0
_SETTLED_SECONDS = 60.0
CONTROL = "control"
BASIC = {"Authorization": "Basic " + base64.b64encode(b"demo:demo").decode()}
_JSON = {"Content-Type": "application/json"}


class Moment(NamedTuple):
    """When watching began: monotonic seconds, and the seconds that the server had waited for a processor by then."""

    second: float
    starved: float


class Sample(NamedTuple):
    """A request of the innocent client: whom it asked, when (monotonic seconds), how long it took, its status."""

    name: str
    sent: float
    seconds: float
    status: int


@dataclass
class Attacked:
    """The server, the credentials for each API, and what the innocent client has seen so far."""

    port: int
    process: int
    credentials: Mapping[str, Mapping[str, str]]
    samples: list[Sample] = field(default_factory=list)

    def memory(self, line: str) -> int:
        """Bytes of the process: "VmRSS" now, "VmHWM" at its most."""
        text = Path(f"/proc/{self.process}/status").read_text()
        return int(text.partition(f"{line}:")[2].split()[0]) << 10

    def forget_peak(self) -> int:
        """Begin to measure "VmHWM" anew; the bytes of the process now."""
        Path(f"/proc/{self.process}/clear_refs").write_text("5")
        return self.memory("VmRSS")

    def starved(self) -> float:
        """Seconds that the server's threads together have waited for a processor that was busy with something else."""
        threads = Path(f"/proc/{self.process}/task").iterdir()
        waits = [int((thread / "schedstat").read_text().split()[1]) for thread in threads]
        return sum(waits) / 1e9

    def now(self) -> "Moment":
        """Begin to watch."""
        return Moment(time.monotonic(), self.starved())

    def waited(self, since: float) -> dict[str, Sample]:
        """The longest request of each kind since a moment, those included that are on their way just now."""
        until, deadline = time.monotonic(), time.monotonic() + _SETTLED_SECONDS
        kinds = {CONTROL, *self.credentials}
        while kinds - {sample.name for sample in self.samples if sample.sent >= until}:
            assert time.monotonic() < deadline, f"the innocent client is not answered: {self.samples[-5:]}"
            time.sleep(0.01)
        found = [sample for sample in self.samples if since <= sample.sent + sample.seconds]
        return {kind: max((s for s in found if s.name == kind), key=lambda sample: sample.seconds) for kind in kinds}


@contextlib.contextmanager
def attacked(folder: Path, *options: str) -> Iterator[Attacked]:
    """A server of its own for attacks, and an innocent client that asks it all the while."""
    with contextlib.ExitStack() as ending:
        command = [taskbridge(), "serve", "--port", "0", "--demo", "--no-access-log"]
        command += ["--database-url", f"sqlite:///{folder}/hostile.db", *options]
        process = ending.enter_context(_running(command, folder / "server.log"))
        port = _port(folder / "server.log", process)
        echo = ending.enter_context(_running([sys.executable, "-m", "tests.hostile.echo"], folder / "echo.log"))
        control = _port(folder / "echo.log", echo)
        found = Attacked(port, process.pid, _credentials(port))
        _watch(ending, found, control)
        yield found


def _watch(ending: contextlib.ExitStack, server: Attacked, control: int) -> None:
    paths = {
        "camunda": "/engine-rest/engine",  # which needs no credentials: a password would have to be hashed now and then
        "alfresco": "/alfresco/api/-default-/public/workflow/versions/1/tasks?maxItems=1",
        "worldserver": "/ws-api/v2/tasks?limit=1&offset=0",
        "digioffice": "/api/workflowtasks?format=json&UserID=1",
    }
    asked = {name: (server.port, _get(path, server.credentials[name])) for name, path in paths.items()}
    asked[CONTROL] = (control, _get("/", {}))
    command = [sys.executable, "-m", "tests.hostile.watcher"]
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment())
    reading = threading.Thread(target=_read, args=(watcher, server), daemon=True)
    ending.callback(_end, watcher)
    assert watcher.stdin
    watcher.stdin.write(json.dumps(asked) + "\n")
    watcher.stdin.flush()
    reading.start()
    ending.callback(reading.join)  # it ends with the output, before that is closed
    ending.callback(watcher.kill)
    server.waited(time.monotonic())


def _read(watcher: subprocess.Popen[str], server: Attacked) -> None:
    assert watcher.stdout
    for line in watcher.stdout:
        if line.endswith("\n"):  # the last one may be cut off
            name, sent, seconds, status = line.split()
            server.samples.append(Sample(name, float(sent), float(seconds), int(status)))


def _get(path: str, headers: Mapping[str, str]) -> str:
    lines = [f"{name}: {value}" for name, value in {"Host": "127.0.0.1", **headers}.items()]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""])


def _credentials(port: int) -> dict[str, Mapping[str, str]]:
    """What signs demo in to each API, without hashing a password per request where the vendor has a way to."""
    login = exchange(port, "POST", "/ws-api/v2/login", _JSON, b'{"username":"demo","password":"demo"}')
    tickets = "/alfresco/api/-default-/public/authentication/versions/1/tickets"
    ticket = exchange(port, "POST", tickets, _JSON, b'{"userId":"demo","password":"demo"}')
    signed = exchange(
        port, "POST", "/api/auth/credentials?format=json", _JSON, b'{"UserName":"demo","Password":"demo"}'
    )
    encoded = base64.b64encode(json.loads(ticket.body)["entry"]["id"].encode()).decode()
    return {
        "camunda": BASIC,
        "alfresco": {"Authorization": f"Basic {encoded}"},
        "worldserver": {"token": json.loads(login.body)["sessionId"]},
        "digioffice": {"X-ss-id": json.loads(signed.body)["SessionId"]},
    }


@contextlib.contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=written, stderr=written, env=environment())
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


def _port(log: Path, process: subprocess.Popen[bytes]) -> int:
    """The port that a program has printed: alone on the first line, or in its first address."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        text = log.read_text()
        found = text.partition("http://127.0.0.1:")[2].partition("/")[0] or text.partition("\n")[0]
        if found.isdigit() and "\n" in text:
            return int(found)
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not start: {log.read_text()[-2000:]}")
