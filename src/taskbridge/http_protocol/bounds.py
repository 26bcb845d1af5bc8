"""Bounds on what a client may send beside a body, and on how slowly: headers, URL, trailers, time.

uvicorn reads headers of any number and size into memory, and waits for ever for the rest of a request. What exceeds a
bound is answered 431, 414 or 408, and the connection is closed. Trailers are dropped: uvicorn would add them to the
headers of a request that is already being answered.
"""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

MAX_HEADERS = 100
MAX_HEADER_BYTES = 64 << 10
"""Bytes of all headers together, separators included."""
MAX_URL = (1 << 16) - 1
"""Bytes of a URL; its parser has no more than 16 bits for a position. Not more than the headers may have."""
MAX_OVERHEAD = 64 << 10
"""Bytes of chunk sizes, chunk extensions and trailers that may come without a byte of the body among them."""

_IDLE, _HEAD, _BODY, _REFUSED = range(4)
_LINGER = 2.0
"""Seconds in which what a refused client still sends is read and dropped. A connection that is closed with unread
bytes is reset, and the client may lose its answer."""
_SEPARATORS = 4
"""Bytes around the name and the value of a header: colon, blank, carriage return, line feed."""


class _Dropped(list[tuple[bytes, bytes]]):
    """Takes trailers in the place of a request's headers, and keeps none."""

    def append(self, header: tuple[bytes, bytes]) -> None:
        """Drop a trailer."""


_TRAILERS = _Dropped()


class _OutOfBounds(Exception):
    """Ends the parsing of a request whose head exceeds a bound."""


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 within bounds. ``patience``: seconds that a head may take, and that a body may stall."""

    patience = 30.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the server's own types
        super().__init__(*args, **kwargs)
        self._state = _IDLE
        self._status = 400  # of a refusal
        self._read = 0  # bytes of the latest read
        self._head_bytes = 0  # of all reads that were a part of the latest head that took several
        self._first_read = 0  # of the first of them, which may have begun with another request
        self._overhead = 0
        self._has_body = False  # whether the latest read had bytes of a body
        self._since = 0.0  # when the head began, the body made progress, or the connection was made
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in the server itself
        """Begin to watch the time."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._timer = self.loop.call_later(self.patience, self._check_time)

    def connection_lost(self, exc: Exception | None) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, and see whether what is incomplete is still within its bounds."""
        if self._state == _REFUSED:
            return
        before, self._read = self._state, len(data)
        super().data_received(data)
        if self._state == _IDLE:
            return
        if self._state == _HEAD:
            self._check_head(began=before != _HEAD)
        elif self._state == _BODY:
            self._check_body(began=before != _BODY)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._state = _HEAD

    def on_headers_complete(self) -> None:
        """Begin to answer a request whose head is within its bounds."""
        if len(self.headers) > MAX_HEADERS or self._head_bytes + self._read > MAX_HEADER_BYTES:
            self._measure_head()
        super().on_headers_complete()
        self._state, self.headers = _BODY, _TRAILERS

    def _measure_head(self) -> None:
        """Measure a head that may exceed a bound, since so much was read when it had come."""
        if len(self.url) > MAX_URL:
            self._status = 414
            raise _OutOfBounds
        if len(self.headers) > MAX_HEADERS or _size(self.headers) > MAX_HEADER_BYTES:
            self._status = 431
            raise _OutOfBounds

    def on_body(self, body: bytes) -> None:
        """A part of the body has come."""
        self._has_body = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has come to its end."""
        self._state = _IDLE
        super().on_message_complete()

    def _check_head(self, *, began: bool) -> None:
        if began:
            self._since, self._head_bytes, self._first_read = self.loop.time(), 0, self._read
        self._head_bytes += self._read
        if len(self.url) > MAX_URL:
            self._refuse(414, "The URL is too long.")
        elif len(self.headers) > MAX_HEADERS or self._head_bytes - self._first_read > MAX_HEADER_BYTES + MAX_URL:
            self._refuse(431, "The headers are too large.")

    def _check_body(self, *, began: bool) -> None:
        if self._has_body or began:
            self._has_body, self._overhead, self._since = False, 0, self.loop.time()
            return
        self._overhead += self._read
        if self._overhead > MAX_OVERHEAD:
            self._refuse(431, "The trailers are too large.")

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that cannot be parsed, or whose head exceeds a bound."""
        self._refuse(self._status, msg if self._status == 400 else "The request's head is too large.")

    def _refuse(self, status: int, text: str) -> None:
        """Answer and close; where an earlier request of the connection is still being answered, close after that."""
        state, self._state, cycle = self._state, _REFUSED, self._latest()
        if cycle is not None and not cycle.response_complete:
            if state != _BODY:
                cycle.keep_alive = False
                return
            # It is this request, whose body is not to be had.
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self.transport.close()
                return
        self._answer(status, text)

    def _answer(self, status: int, text: str) -> None:
        self.transport.write(
            b"%sContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nX-Content-Type-Options: nosniff\r\n"
            b"Connection: close\r\n\r\n%s" % (STATUS_LINE[status], len(text), text.encode("ascii"))
        )
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(_LINGER, self.transport.close)

    def _latest(self) -> RequestResponseCycle | None:
        """The latest request whose head is complete; None before the first, which the server's own types lack."""
        return self.cycle

    def _check_time(self) -> None:
        """End a connection on which nothing of a request comes for too long; else look again later."""
        waited = self.loop.time() - self._since
        silent = self._state == _IDLE and self._latest() is None
        waiting = silent or self._state in (_HEAD, _BODY)
        if not waiting or self.flow.read_paused:
            waited = 0.0
        if waited < self.patience:
            self._timer = self.loop.call_later(self.patience - waited, self._check_time)
        elif silent:
            self.transport.close()
        else:
            self._refuse(408, "The request takes too long.")


def _size(headers: list[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + _SEPARATORS for name, value in headers)
