"""A small HTTP client for JSON on one persistent connection; the server shall use the processor, not the test.

Used by the fault tests only.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any

import orjson

from tests.answers import problems

#: Seconds after which an answer is given up. A server that is slow must not be taken for one that is dead.
PATIENCE = 60.0
#: Seconds after which an idle connection is not used again: the server may be about to close it.
_IDLE = 2.0


class NotSentError(Exception):
    """Nothing listens there: the request was certainly not carried out."""


class BrokenError(Exception):
    """The connection broke, or no answer came in time: the request may have been carried out, or may be yet."""


class Connection:
    """One connection to this machine; opened by the first request and after every failure."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def send(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> tuple[int, Any]:
        """Status and JSON of an answer. Raises NotSentError, BrokenError; AssertionError for an undocumented answer."""
        content = b"" if body is None else orjson.dumps(body)
        fields = {"Host": "127.0.0.1", "Content-Length": str(len(content)), **(headers or {})}
        fields |= {"Content-Type": "application/json"} if content else {}
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        try:
            async with asyncio.timeout(patience):
                reader, writer = await self._open()
                writer.write(f"{head}\r\n".encode() + content)
                status, answered, answer = await _answer(reader)
        except (OSError, EOFError) as error:  # a time-out is an OSError, too
            self.close()
            raise BrokenError(repr(error)) from error
        except BaseException:
            self.close()
            raise
        self._used = time.monotonic()
        if answered.get("connection") == "close":
            self.close()
        wrong = problems(method, path.partition("?")[0], status, answered, answer)
        assert not wrong, f"{method} {path} -> {status} {answer[:500]!r}: {wrong}"
        return status, orjson.loads(answer) if answer else None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        idle = time.monotonic() - self._used > _IDLE
        if self._streams is not None and (idle or self._streams[0].at_eof()):
            self.close()
        if self._streams is None:
            try:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError as error:
                raise NotSentError(repr(error)) from error
        return self._streams

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            with contextlib.suppress(RuntimeError):  # the loop is over
                self._streams[1].close()
            self._streams = None


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    content = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(first[9:12]), headers, content
