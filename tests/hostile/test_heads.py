"""Heads of requests without bound, from anybody: the server refuses them, and neither grows nor lets others wait."""

from collections.abc import Iterator

import pytest

from tests.hostile.exchange import send
from tests.hostile.judging import delays, note
from tests.hostile.server import Attacked

_BEGINNING = b"GET /engine-rest/engine HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_BODY = b"POST /ws-api/v2/login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
_PIECE = 1 << 16
MEMORY = 50_000_000
"""Bytes by which the server may grow."""


def pieces(piece: bytes, size: int) -> Iterator[bytes]:
    """So many bytes, piece by piece."""
    return (piece * (_PIECE // len(piece)) for _ in range(size // _PIECE))


HEADS = {
    "one header of 100 MB": (_BEGINNING + b"X: ", b"a", 100_000_000, (431,)),
    "60 MB of small headers": (_BEGINNING, b"a: b\r\n", 60_000_000, (431,)),
    "a URL of 60 MB": (b"GET /engine-rest/", b"a", 60_000_000, (414,)),
    "60 MB of small trailers": (_BODY, b"a: b\r\n", 60_000_000, (431,)),
    "a trailer of 60 MB": (_BODY + b"X: ", b"a", 60_000_000, (431,)),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_without_bound_is_refused(server: Attacked, name: str) -> None:
    head, piece, size, statuses = HEADS[name]
    memory, began = server.forget_peak(), server.now()
    reply = send(server.port, head, pieces(piece, size))
    assert reply.status in statuses
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert list(delays(server, began, name)) == []
    grown = server.memory("VmHWM") - memory
    note("most memory that the server took during hostile heads (MB)", grown / 1e6, name)
    assert grown < MEMORY


@pytest.mark.parametrize("hosts", [b"", b"Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n", b"Host: a b\r\n"])
@pytest.mark.parametrize("path", [b"/engine-rest/engine", b"/docs", b"/nothing"])
def test_a_request_without_one_sound_host_is_refused(server: Attacked, hosts: bytes, path: bytes) -> None:
    reply = send(server.port, b"GET " + path + b" HTTP/1.1\r\n" + hosts + b"\r\n")
    assert reply.status == 400
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert send(server.port, b"GET /engine-rest/engine HTTP/1.0\r\n\r\n").status == 200
