"""Two small programs beside a server that is under attack: another client of it, and a control that only answers.

``python -m tests.conformance.watching echo`` prints its port and answers every request with 200 at once. How long that
takes says how busy the machine is, whatever the server does.

``python -m tests.conformance.watching watch PORT CONTROL HEADER`` asks the server and the control in turn, and prints a
line for each pair of requests: the status of the server's answer, and the seconds that each of the two took.
"""

import asyncio
import socket
import sys
import time

PATH = "/engine-rest/version"
_EMPTY_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_PAUSE_SECONDS = 0.01
_LONGEST_SECONDS = 120


async def _echo() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(_EMPTY_ANSWER)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _watch(port: int, control: int, header: str) -> None:
    request = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{header}\r\n\r\n".encode()
    while True:
        (status, server), (_, other) = _ask(port, request), _ask(control, request)
        print(status, server, other, flush=True)
        time.sleep(_PAUSE_SECONDS)


def _ask(port: int, request: bytes) -> tuple[int, float]:
    """The status of the answer, which fits into one packet, and the seconds that it took, connecting included."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), _LONGEST_SECONDS) as connection:
        connection.sendall(request)
        status = int(connection.recv(65536).split(b" ", 2)[1])
    return status, time.perf_counter() - began


if __name__ == "__main__":
    if sys.argv[1] == "echo":
        asyncio.run(_echo())
    _watch(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
