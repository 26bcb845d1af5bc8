"""Requests that offer to go on in another protocol, as Java's own HTTP client sends them, byte by byte."""

import json
import socket
from collections.abc import Iterator

import pytest

from tests.clients.programs import serving

BODY = b'{"workerId": "w", "maxTasks": 1, "topics": []}'
OFFERS = {
    "HTTP/2": b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\nUpgrade: h2c\r\n",
    "HTTP/2, and the end": b"Connection: Upgrade, close\r\nUpgrade: h2c\r\n",
    "WebSocket": b"Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n",
    "nothing": b"",
}
LENGTHS = {
    "length": (b"Content-Length: %d\r\n" % len(BODY), BODY),
    "chunks": (b"Transfer-Encoding: chunked\r\n", b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)),
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("upgrades")
    with serving(folder, database_url=f"sqlite:///{folder}/taskbridge.db") as (server, url):
        yield int(url.rpartition(":")[2].partition("/")[0])
    assert "Unsupported upgrade" not in server.errors


def answer(connection: socket.socket) -> tuple[bytes, object]:
    """The first line of an answer, and its body."""
    stream = connection.makefile("rb")
    status, length = stream.readline(), 0
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b": ")
        length = int(value) if name.lower() == b"content-length" else length
    return status.strip(), json.loads(stream.read(length))


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("pieces", ["whole", "head and body", "bytes"])
def test_an_offer_is_overlooked_and_the_body_is_read(port: int, offer: str, length: str, pieces: str) -> None:
    told, body = LENGTHS[length]
    head = b"POST /engine-rest/external-task/fetchAndLock HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += OFFERS[offer] + b"Content-Type: application/json\r\n" + told + b"\r\n"
    parts = {"whole": [head + body], "head and body": [head, body], "bytes": [bytes([one]) for one in head + body]}
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(1 if "end" in offer else 3):  # the connection goes on
            for part in parts[pieces]:
                connection.sendall(part)
            assert answer(connection) == (b"HTTP/1.1 200 OK", [])


def test_requests_behind_an_offer_are_answered_in_turn(port: int) -> None:
    told, body = LENGTHS["length"]
    head = b"POST /engine-rest/external-task/fetchAndLock HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    first = head + OFFERS["HTTP/2"] + b"Content-Type: application/json\r\n" + told + b"\r\n" + body
    second = b"GET /engine-rest/version HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(first + second)
        answered = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answered.count(b"HTTP/1.1 200 OK") == 2
    assert answered.endswith(b'{"version":"7.24.0"}')
