"""The cheapest HTTP client that does: POST JSON on one connection that is kept open; the server shall be what is busy.

Used by the crash test only.
"""

import asyncio
from typing import Any

import orjson

from tests.answers import problems


class Connection:
    """One connection; opened by the first request and after every failure."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        """Status and JSON of an answer that fits the document. OSError or EOFError when the connection breaks."""
        content = orjson.dumps(body)
        head = (
            f"POST /engine-rest{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        try:
            reader, writer = self._streams = self._streams or await asyncio.open_connection("127.0.0.1", self._port)
            writer.write(head.encode() + content)
            status, headers, answer = await _answer(reader)
        except (OSError, EOFError):
            self.close()
            raise
        wrong = problems("POST", f"/engine-rest{path}", status, headers, answer)
        assert not wrong, f"POST {path} -> {status} {answer[:500]!r}: {wrong}"
        return status, orjson.loads(answer) if answer else None

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    content = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(first[9:12]), headers, content
