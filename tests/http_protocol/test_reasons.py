"""Reason phrases by the application, over a real connection of the server's own protocol."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from taskbridge.http_protocol import ReasonProtocol
from taskbridge.spec import REASON

pytestmark = pytest.mark.anyio


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the status and the reason that the path names."""
    assert REASON in scope["extensions"]
    _, status, reason = scope["path"].split("/")
    start = {"type": "http.response.start", "status": int(status), "headers": [(b"content-length", b"2")]}
    await send(start | ({"reason": reason} if reason else {}))
    await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def server() -> AsyncIterator[int]:
    """The port of a server that serves it."""
    config = uvicorn.Config(application, port=0, http=ReasonProtocol, log_config=None, lifespan="off")
    serving = uvicorn.Server(config)
    task = asyncio.create_task(serving._serve())  # without its signal handlers
    while not serving.started:
        await asyncio.sleep(0.01)
    yield int(serving.servers[0].sockets[0].getsockname()[1])
    serving.should_exit = True
    await task


async def lines(port: int, *paths: str) -> list[bytes]:
    """The first lines of the answers to requests that are sent at once over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in paths:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    found = []
    for _ in paths:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        found.append(head.partition(b"\r\n")[0])
    writer.close()
    await writer.wait_closed()
    return found


async def test_the_reason_stands_in_the_first_line_of_its_answer_only() -> None:
    async with server() as port:
        assert await lines(port, "/400/ArgumentException", "/400/", "/404/NotFound", "/200/") == [
            b"HTTP/1.1 400 ArgumentException",
            b"HTTP/1.1 400 Bad Request",
            b"HTTP/1.1 404 NotFound",
            b"HTTP/1.1 200 OK",
        ]


async def test_a_reason_cannot_break_out_of_its_line() -> None:
    async with server() as port:
        assert await lines(port, "/400/a%0D%0Ab") == [b"HTTP/1.1 500 Internal Server Error"]
