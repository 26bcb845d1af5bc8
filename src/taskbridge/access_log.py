"""A line on stderr for every request, as JSON or as text."""

import re
import sys
import time
from asyncio import get_running_loop
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TextIO

import orjson

from taskbridge import request_ids
from taskbridge.logs import moment

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_FLUSH_AFTER = 0.05  # seconds
_LONGEST_CLIENT = 80  # characters; behind a proxy, what X-Forwarded-For says may be any text

#: Parameters that stand for a user or open something; clients may encode any letter of their names.
_SECRETS = re.compile(r"((?:^|&)[^=&]*(?:token|ticket|password|pwd|%[0-9a-f]{2})[^=&]*=)[^&]*", re.IGNORECASE)


#: When a request began and ended (seconds since 1970), its scope, status (0: none, the client had gone) and id.
_Entry = tuple[float, float, Scope, int, request_ids.RequestId]


class AccessLog:
    """An ASGI application that writes a line per request: moment, client, method, path, status, milliseconds, id.

    Lines are put together and written some milliseconds later, many at once, so that a request pays next to nothing.
    """

    def __init__(self, application: Application, stream: TextIO | None = None, *, json: bool = True) -> None:
        self._application = application
        self._stream = stream or sys.stderr
        self._line = _json_line if json else _text_line
        self._entries: list[_Entry] = []

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
                self._entries.append((began, time.time(), scope, status, request_ids.CURRENT.get()))

    def flush(self) -> None:
        """Write the lines of the requests that have ended."""
        entries, self._entries = self._entries, []
        self._stream.write("".join(map(self._line, entries)))
        self._stream.flush()


def _json_line(entry: _Entry) -> str:
    """The same members as an event, and those of a request."""
    began, ended, scope, status, identifier = entry
    target, client = _target(scope), _client(scope)
    request = request_ids.shown(identifier) or ""
    return (
        f'{{"time": "{moment(ended)}", "level": "info", "logger": "taskbridge.access", "message": "request", '
        f'"client": {_quoted(client)}, "method": "{scope["method"]}", "target": {_quoted(target)}, '
        f'"status": {status}, "milliseconds": {(ended - began) * 1000:.1f}, "request": "{request}"}}\n'
    )


def _text_line(entry: _Entry) -> str:
    began, ended, scope, status, identifier = entry
    request = request_ids.shown(identifier) or "-"
    line = (
        f"{moment(ended)} {_client(scope)} {scope['method']} {_target(scope)} {status} {(ended - began) * 1000:.1f}ms"
    )
    return f"{line} [{request}]\n"


def _target(scope: Scope) -> str:
    """Path and query string, as they were sent, without what opens something."""
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = _SECRETS.sub(r"\1***", scope["query_string"].decode("latin-1"))
    return f"{path}?{query}" if query else path


def _client(scope: Scope) -> str:
    return scope["client"][0][:_LONGEST_CLIENT] if scope.get("client") else "-"


def _quoted(text: str) -> str:
    """A text as JSON has it."""
    return orjson.dumps(text).decode()
