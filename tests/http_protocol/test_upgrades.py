"""Requests that offer to go on in another protocol, as Java's own HTTP client sends them, byte by byte."""

import json
import socket
from collections.abc import Iterator

import pytest

from tests import patience
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


CLOSE = b"Connection: close\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
VERSION = b'{"version":"7.24.0"}'


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("upgrades")
    with serving(folder, database_url=f"sqlite:///{folder}/taskbridge.db") as (server, url):
        yield int(url.rpartition(":")[2].partition("/")[0])
    events = [json.loads(line) for line in server.errors.splitlines()]
    assert [event for event in events if event["logger"] != "taskbridge.access"] == []


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
    with socket.create_connection(("127.0.0.1", port), timeout=patience.SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(1 if "end" in offer else 3):  # the connection goes on
            for part in parts[pieces]:
                connection.sendall(part)
            assert answer(connection) == (b"HTTP/1.1 200 OK", [])


def get(offer: str, end: bytes = b"") -> bytes:
    """A request for the version."""
    return b"GET /engine-rest/version HTTP/1.1\r\nHost: 127.0.0.1\r\n" + OFFERS[offer] + end + b"\r\n"


def answered(port: int, sent: bytes) -> bytes:
    """All that is answered until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience.SECONDS) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_requests_behind_an_offer_are_answered_in_turn(port: int) -> None:
    told, body = LENGTHS["length"]
    head = b"POST /engine-rest/external-task/fetchAndLock HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    first = head + OFFERS["HTTP/2"] + b"Content-Type: application/json\r\n" + told + b"\r\n" + body
    told_back = answered(port, first + get("nothing", CLOSE))
    assert told_back.count(OK) == 2
    assert told_back.endswith(VERSION)


def test_a_long_row_of_offers_is_answered_in_turn(port: int) -> None:
    told_back = answered(port, get("HTTP/2") * 3_000 + get("nothing", CLOSE))
    assert told_back.count(OK) == 3_001
    assert told_back.endswith(VERSION)


@pytest.mark.parametrize("rows", [["HTTP/2, and the end"], ["HTTP/2", "nothing"]], ids=len)
def test_what_follows_the_last_request_does_not_spoil_its_answer(port: int, rows: list[str]) -> None:
    requests = [get(offer, CLOSE if offer == "nothing" else b"") for offer in rows]
    told_back = answered(port, b"".join([*requests, get("nothing"), b"and no more requests"]))
    assert told_back.count(OK) == told_back.count(b"HTTP/1.1 ") == len(rows)


@pytest.mark.parametrize("target", [b"127.0.0.1:443", b"/engine-rest/version"])
def test_there_are_no_tunnels(port: int, target: bytes) -> None:
    told_back = answered(port, b"CONNECT " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert told_back.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert told_back.endswith(b"\r\n\r\nCONNECT is for proxies.")
