"""An innocent client in a process of its own: sends small requests all the while, and tells how long each took.

Reads one JSON object from its input: name -> [port, request]. Each name has a connection of its own. Prints a line per
answer: the name, the monotonic second at which the request was sent, the seconds it took, and the status (0: none).
"""

import asyncio
import json
import sys
import time

_PAUSE = 0.02
"""Seconds between two requests: short beside the delays that count, and little work for the server."""


async def _ask(name: str, port: int, request: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        sent, status = time.monotonic(), 0
        try:
            writer.write(request)
            status = await _status(reader)
        except (EOFError, OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        print(name, sent, time.monotonic() - sent, status, flush=True)
        await asyncio.sleep(_PAUSE)


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, length = head.partition(b"content-length:")
    await reader.readexactly(int(length.split(b"\r\n")[0] or 0))
    return int(head[9:12])


async def _watch(asked: dict[str, tuple[int, str]]) -> None:
    async with asyncio.TaskGroup() as group:
        for name, (port, request) in asked.items():
            group.create_task(_ask(name, port, request.encode()))


if __name__ == "__main__":
    asyncio.run(_watch(json.loads(sys.stdin.readline())))
