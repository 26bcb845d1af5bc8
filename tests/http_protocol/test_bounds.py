"""Bounds of heads, trailers and time, over real connections to the protocol."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from taskbridge.http_protocol import ReasonProtocol
from taskbridge.http_protocol.bounds import MAX_HEADER_BYTES, MAX_HEADERS, MAX_URL

pytestmark = pytest.mark.anyio

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CLOSE = b"Connection: close\r\n\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
PATIENCE = 0.3
"""Seconds of the servers here that watch the time; what is not to be ended takes a multiple of it."""
WAIT = 60
"""Seconds after which a test fails that waits for the server."""


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body; answers with the number of headers afterwards, and with its length. /slow takes its time."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    if scope["path"] == "/slow":
        await asyncio.sleep(PATIENCE * 4)
    content = b"%d headers, %d bytes" % (len(scope["headers"]), len(body))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(content))]})
    await send({"type": "http.response.body", "body": content})


@asynccontextmanager
async def server(patience: float = WAIT) -> AsyncIterator[int]:
    """The port of a server that waits so many seconds for what is missing of a request."""

    class Protocol(ReasonProtocol):
        pass

    Protocol.patience = patience
    config = uvicorn.Config(
        application, port=0, http=Protocol, log_config=None, lifespan="off", timeout_keep_alive=WAIT * 2
    )
    serving = uvicorn.Server(config)
    task = asyncio.create_task(serving._serve())  # without its signal handlers
    while not serving.started:
        await asyncio.sleep(0.01)
    yield int(serving.servers[0].sockets[0].getsockname()[1])
    serving.should_exit = True
    await task


async def answered(port: int, *pieces: bytes, pause: float = 0.02) -> bytes:
    """All that is answered until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.create_task(reader.read())
    try:
        async with asyncio.timeout(WAIT):
            with contextlib.suppress(OSError):  # the server may have closed; what it has answered counts
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    if len(pieces) > 1:
                        await asyncio.sleep(pause)  # so that the server reads them one by one, if it can be had
            return await reading
    finally:
        writer.close()


def halves(content: bytes) -> tuple[bytes, bytes]:
    """In two pieces."""
    return content[: len(content) // 2], content[len(content) // 2 :]


LARGE = {
    "one header": b"X: " + b"a" * MAX_HEADER_BYTES + b"\r\n",
    "few headers": b"".join(b"X%d: %s\r\n" % (number, b"a" * 1000) for number in range(70)),
    "many headers": b"a: b\r\n" * MAX_HEADERS,
}


@pytest.mark.parametrize("whole", [True, False], ids=["at once", "in pieces"])
@pytest.mark.parametrize("headers", LARGE)
async def test_headers_above_the_bounds_are_answered_431(headers: str, whole: bool) -> None:
    request = GET + LARGE[headers] + b"\r\n"
    async with server() as port:
        answer = await answered(port, *([request] if whole else halves(request)))
    assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer
    assert b"\r\nConnection: close\r\n" in answer


async def test_headers_within_the_bounds_are_answered() -> None:
    many = GET + b"a: b\r\n" * (MAX_HEADERS - 2) + CLOSE
    large = GET + b"X: " + b"a" * (MAX_HEADER_BYTES - 100) + b"\r\n" + CLOSE
    async with server() as port:
        assert (await answered(port, many)).endswith(b"\r\n\r\n100 headers, 0 bytes")
        assert (await answered(port, large)).endswith(b"\r\n\r\n3 headers, 0 bytes")
        assert (await answered(port, *halves(large))).endswith(b"\r\n\r\n3 headers, 0 bytes")


@pytest.mark.parametrize(("length", "status"), [(MAX_URL, b"200"), (MAX_URL + 1, b"414"), (200_000, b"414")])
@pytest.mark.parametrize("whole", [True, False], ids=["at once", "in pieces"])
async def test_a_url_above_the_bound_is_answered_414(length: int, status: bytes, whole: bool) -> None:
    request = b"GET /" + b"a" * (length - 1) + b" HTTP/1.1\r\nHost: x\r\n" + CLOSE
    async with server() as port:
        answer = await answered(port, *([request] if whole else halves(request)))
    assert answer.startswith(b"HTTP/1.1 " + status)


async def test_a_large_body_in_one_piece_with_its_head_is_no_large_head() -> None:
    body = b"x" * 500_000
    async with server() as port:
        answer = await answered(port, POST + b"Content-Length: %d\r\n" % len(body) + CLOSE + body)
    assert answer.endswith(b"3 headers, 500000 bytes")


async def test_trailers_are_dropped() -> None:
    request = CHUNKED + b"3\r\nabc\r\n0\r\nAuthorization: Basic eDp4\r\nHost: y\r\n\r\n" + GET + CLOSE
    async with server() as port:
        first, _, second = (await answered(port, request)).partition(b"HTTP/1.1 200 OK\r\n")[2].partition(b"HTTP/1.1")
    assert first.endswith(b"2 headers, 3 bytes")
    assert second.endswith(b"2 headers, 0 bytes")


@pytest.mark.parametrize("trailer", [b"a: b\r\n" * 50_000, b"X: " + b"a" * 300_000], ids=["many", "large"])
async def test_trailers_above_the_bound_end_the_request(trailer: bytes) -> None:
    pieces = [trailer[start : start + 30_000] for start in range(0, len(trailer), 30_000)]
    async with server() as port:
        answer = await answered(port, CHUNKED + b"1\r\nx\r\n0\r\n", *pieces)
    assert answer.startswith(b"HTTP/1.1 431")


async def test_a_request_before_a_refused_one_gets_its_answer_and_nothing_else() -> None:
    async with server() as port:
        answer = await answered(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + GET + LARGE["one header"] + b"\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.endswith(b"1 headers, 0 bytes")


async def test_what_is_no_http_is_answered_400() -> None:
    async with server() as port:
        answer = await answered(port, b"\x16\x03\x01\x02\x00\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"", b""),
        (b"GET / HT", b"HTTP/1.1 408"),
        (GET, b"HTTP/1.1 408"),
        (POST + b"Content-Length: 5\r\n\r\nabc", b"HTTP/1.1 408"),
        (CHUNKED + b"3\r\nabc\r\n", b"HTTP/1.1 408"),
    ],
    ids=["silence", "first line", "headers", "body", "chunks"],
)
async def test_a_client_that_stalls_is_sent_away(request_: bytes, status: bytes) -> None:
    async with server(PATIENCE) as port:
        answer = await answered(port, request_)
    assert answer.startswith(status)
    assert bool(answer) == bool(status)


async def test_a_head_that_comes_drop_by_drop_is_too_slow() -> None:
    async with server(PATIENCE) as port:
        answer = await answered(port, GET, *[b"a: b\r\n"] * 20, pause=PATIENCE / 2)
    assert answer.startswith(b"HTTP/1.1 408")


async def test_an_answer_may_take_longer_than_a_request() -> None:
    async with server(PATIENCE) as port:
        assert (await answered(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n" + CLOSE)).endswith(b"2 headers, 0 bytes")
