"""What the program says of itself on stderr: a line per request, and a line of JSON per event, tracebacks included."""

import json
import logging
import sys
import time
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TextIO

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_FLUSH_AFTER = 0.05  # seconds


class _OneLine(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        event: dict[str, object] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


def configure(level: int = logging.INFO) -> None:
    """Send every log record of the process to stderr, one line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class AccessLog:
    """An ASGI application that writes a line per request: moment, client, method, path, status, milliseconds.

    Lines are gathered and written together some milliseconds later, so that a line costs next to nothing.
    """

    def __init__(self, application: Application, stream: TextIO | None = None) -> None:
        self._application = application
        self._stream = stream or sys.stderr
        self._lines: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        status = 0
        began = time.perf_counter()

        async def noting(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._application(scope, receive, noting)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        if not self._lines:
            loop: AbstractEventLoop = get_running_loop()
            loop.call_later(_FLUSH_AFTER, self.flush)
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1") if scope.get("raw_path") else scope["path"]
        client = scope["client"][0] if scope.get("client") else "-"
        target = f"{path}?{query}" if query else path
        now = time.time()
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        self._lines.append(
            f"{moment}.{int(now % 1 * 1000):03d}Z {client} {scope['method']} {target} {status} {seconds * 1000:.1f}ms\n"
        )

    def flush(self) -> None:
        """Write the lines that were gathered."""
        lines, self._lines = self._lines, []
        self._stream.write("".join(lines))
        self._stream.flush()
