"""One request over a connection of its own, whose body may be far larger than the server wants to read."""

import selectors
import socket
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_PATIENCE = 60.0
"""Seconds without any progress after which the server counts as hanging."""
_PIECE = 1 << 16


class Reply(NamedTuple):
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchange(
    port: int, method: str, path: str, headers: Mapping[str, str], content: bytes, *, chunked: bool = False
) -> Reply:
    """Sends a request and reads its answer, which may come before all is sent. OSError where there is no whole one."""
    length = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(content))}
    lines = [f"{name}: {value}" for name, value in ({"Host": "127.0.0.1"} | length | dict(headers)).items()]
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")
    return send(port, head, _chunks(content) if chunked else _pieces(content))


def send(port: int, head: bytes, body: Iterator[bytes] | None = None) -> Reply:
    """Sends bytes as they are, until the answer is whole. OSError where there is no whole answer."""
    pending, received = memoryview(head), bytearray()
    with socket.create_connection(("127.0.0.1", port), _PATIENCE) as connection, selectors.DefaultSelector() as ready:
        connection.setblocking(False)
        ready.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while (reply := _whole(received)) is None:
            events = ready.select(_PATIENCE)
            if not events:
                raise TimeoutError(f"no answer within {_PATIENCE} seconds; so far {bytes(received[:200])!r}")
            if events[0][1] & selectors.EVENT_READ:
                piece = connection.recv(_PIECE)
                if not piece:
                    raise ConnectionError(f"closed without a whole answer: {bytes(received[:200])!r}")
                received += piece
            elif not pending and not (pending := memoryview(next(body or iter(()), b""))):
                ready.modify(connection, selectors.EVENT_READ)
            else:
                pending = _sent(connection, pending, ready)
    return reply


def _sent(connection: socket.socket, pending: memoryview, ready: selectors.BaseSelector) -> memoryview:
    """What remains to be sent: nothing where the server does not read any more. Its answer may still come."""
    try:
        return pending[connection.send(pending) :]
    except BlockingIOError:
        return pending
    except OSError:
        ready.modify(connection, selectors.EVENT_READ)
        return memoryview(b"")


def _pieces(content: bytes) -> Iterator[bytes]:
    return (content[start : start + _PIECE] for start in range(0, len(content), _PIECE))


def _chunks(content: bytes) -> Iterator[bytes]:
    for piece in _pieces(content):
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def _whole(received: bytearray) -> Reply | None:
    head, end, body = bytes(received).partition(b"\r\n\r\n") if b"\r\n\r\n" in received else (b"", b"", b"")
    if not end:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    return Reply(int(first.split(" ")[1]), headers, body[:length]) if len(body) >= length else None
