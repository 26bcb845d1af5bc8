"""The load of the benchmark, in a process of its own: workers that fetch ten tasks and complete each of them.

Run by ``benchmark.py`` as a program; prints one JSON object. Requests are prepared bytes on keep-alive connections and
answers are hardly parsed, so that the machine's other core is left to the server.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from typing import Final, cast

import orjson
import uvloop

FETCHED_AT_ONCE: Final = 10
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_VARIABLES: Final = {
    "result": {"type": "String", "value": "shipped with the first lorry of the day"},
    "quantity": {"type": "Integer", "value": 42},
}


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection with one request under way at most."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand the answer over once it is complete."""
        buffer = self._buffer + data if self._buffer else data
        end = buffer.find(_HEAD_END)
        size = end + 4 + _content_length(buffer, end)
        if end < 0 or len(buffer) < size:
            self._buffer = buffer
            return
        self._buffer = b""
        if self._answer is not None:
            self._answer.set_result((int(buffer[9:12]), buffer[end + 4 :]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError(str(exc)))

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; status and body of the answer. Raises ConnectionError."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


def _content_length(buffer: bytes, end: int) -> int:
    at = buffer.find(_LENGTH, 0, end)
    return 0 if at < 0 else int(buffer[at + len(_LENGTH) : buffer.index(b"\r", at)])


def post(path: str, body: object) -> bytes:
    """A complete request."""
    content = orjson.dumps(body)
    return (
        f"POST /engine-rest{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode() + content


class Worker:
    """A worker's loop and what it saw: seconds per fetch and per completion."""

    def __init__(self, number: int, connection: Connection, topic: str) -> None:
        self._connection = connection
        name = f"worker-{number}"
        topics = [{"topicName": topic, "lockDuration": 600_000}]
        self._fetch = post(
            "/external-task/fetchAndLock", {"workerId": name, "maxTasks": FETCHED_AT_ONCE, "topics": topics}
        )
        self._completion = orjson.dumps({"workerId": name, "variables": _VARIABLES})
        self.fetches: list[float] = []
        self.completions: list[float] = []

    async def run(self, until: float) -> None:
        """Work until that moment of ``time.perf_counter``. Raises RuntimeError on any other answer than success."""
        while time.perf_counter() < until:
            tasks = orjson.loads(await self._timed(self._fetch, 200, self.fetches))
            if not tasks:
                raise RuntimeError("no tasks are left: start more instances")
            for task in tasks:
                await self._timed(self._complete(task["id"]), 204, self.completions)

    def _complete(self, task_id: str) -> bytes:
        head = (
            f"POST /engine-rest/external-task/{task_id}/complete HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(self._completion)}\r\n\r\n"
        )
        return head.encode() + self._completion

    async def _timed(self, request: bytes, expected: int, seconds: list[float]) -> bytes:
        began = time.perf_counter()
        status, body = await self._connection.send(request)
        seconds.append(time.perf_counter() - began)
        if status != expected:
            raise RuntimeError(f"{status} {body.decode(errors='replace')} in answer to {request.decode()}")
        return body


async def measure(port: int, topic: str, connections: int, seconds: float) -> dict[str, object]:
    """Load a server; counts, the time it took, and milliseconds at the 50th and 99th percentile."""
    loop = asyncio.get_running_loop()
    opened = [(await loop.create_connection(Connection, "127.0.0.1", port))[1] for _ in range(connections)]
    workers = [Worker(number, connection, topic) for number, connection in enumerate(opened)]
    began = time.perf_counter()
    await asyncio.gather(*(worker.run(began + seconds) for worker in workers))
    took = time.perf_counter() - began
    for connection in opened:
        connection.close()
    fetches = sorted(second for worker in workers for second in worker.fetches)
    completions = sorted(second for worker in workers for second in worker.completions)
    return {
        "seconds": took,
        "requests": len(fetches) + len(completions),
        "completions": len(completions),
        "fetch_ms": [_percentile(fetches, 0.5), _percentile(fetches, 0.99)],
        "complete_ms": [_percentile(completions, 0.5), _percentile(completions, 0.99)],
    }


def _percentile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--topic", default="bench")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3.0)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(measure(given.port, given.topic, given.connections, given.seconds))
    sys.stdout.write(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
