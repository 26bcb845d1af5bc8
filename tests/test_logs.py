"""What the access log tells, and what it keeps to itself."""

import asyncio
import io

import pytest
from starlette.types import Message, Receive, Scope, Send

from taskbridge.logs import AccessLog


def line(query: str, client: tuple[str, int] | None = None) -> str:
    """The line that a request with this query string leaves."""
    stream = io.StringIO()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Message) -> None:
        assert message["status"] == 200

    async def receive() -> Message:
        return {"type": "http.request"}

    async def run() -> None:
        log = AccessLog(application, stream)
        scope = {"type": "http", "method": "GET", "path": "/tasks", "query_string": query.encode(), "client": client}
        await log(scope, receive, send)
        log.flush()

    asyncio.run(run())
    return stream.getvalue()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("token=5ec&ids=1", "token=***&ids=1"),
        ("ids=1&token=5ec", "ids=1&token=***"),
        ("filename=a&downloadToken=5ec", "filename=a&downloadToken=***"),
        ("alf_ticket=5ec", "alf_ticket=***"),
        ("TOKEN=5ec", "TOKEN=***"),
        ("t%6Fken=5ec", "t%6Fken=***"),
        ("password=5ec&x", "password=***&x"),
        ("processDefinitionKey=order&fields=id", "processDefinitionKey=order&fields=id"),
    ],
)
def test_what_stands_for_a_user_is_not_written_down(query: str, shown: str) -> None:
    assert f"GET /tasks?{shown} 200 " in line(query)
    assert "5ec" not in line(query)


def test_what_a_proxy_says_of_a_client_is_shortened() -> None:
    assert f"Z {'x' * 80} GET /tasks?a=1 200 " in line("a=1", ("x" * 60_000, 0))
