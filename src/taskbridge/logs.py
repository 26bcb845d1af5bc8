"""What the program says of itself on stderr: a line per request, and a line of JSON per event, tracebacks included."""

import json
import logging
import re
import sys
import time
from asyncio import get_running_loop
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any, TextIO

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_FLUSH_AFTER = 0.05  # seconds
_LONGEST_CLIENT = 80  # characters; behind a proxy, what X-Forwarded-For says may be any text


class _OneLine(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "time": _moment(record.created),
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


#: Parameters that stand for a user or open something; clients may encode any letter of their names.
_SECRETS = re.compile(r"((?:^|&)[^=&]*(?:token|ticket|password|pwd|%[0-9a-f]{2})[^=&]*=)[^&]*", re.IGNORECASE)


class AccessLog:
    """An ASGI application that writes a line per request: moment, client, method, path, status, milliseconds.

    Lines are put together and written some milliseconds later, many at once, so that a request pays next to nothing.
    """

    def __init__(self, application: Application, stream: TextIO | None = None) -> None:
        self._application = application
        self._stream = stream or sys.stderr
        self._entries: list[tuple[float, float, Scope, int]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        status = 0
        began = time.time()

        def noting(message: MutableMapping[str, Any]) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            return send(message)

        try:
            await self._application(scope, receive, noting)
        finally:
            if scope["type"] == "http":
                if not self._entries:
                    get_running_loop().call_later(_FLUSH_AFTER, self.flush)
                self._entries.append((began, time.time(), scope, status))

    def flush(self) -> None:
        """Write the lines of the requests that have ended."""
        entries, self._entries = self._entries, []
        self._stream.write("".join(_line(*entry) for entry in entries))
        self._stream.flush()


def _line(began: float, ended: float, scope: Scope, status: int) -> str:
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = _SECRETS.sub(r"\1***", scope["query_string"].decode("latin-1"))
    target = f"{path}?{query}" if query else path
    client = scope["client"][0][:_LONGEST_CLIENT] if scope.get("client") else "-"
    milliseconds = (ended - began) * 1000
    return f"{_moment(ended)} {client} {scope['method']} {target} {status} {milliseconds:.1f}ms\n"


def _moment(seconds: float) -> str:
    return f"{_whole_second(int(seconds))}.{int(seconds % 1 * 1000):03d}Z"


@lru_cache(maxsize=4)
def _whole_second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
