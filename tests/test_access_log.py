"""What the access log tells, in both forms, and what it keeps to itself."""

import asyncio
import io
import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from taskbridge import request_ids
from taskbridge.access_log import AccessLog


def line(query: str, client: tuple[str, int] | None = None, *, as_json: bool = False, sent: bytes | None = None) -> str:
    """The line that a request with this query string leaves."""
    stream = io.StringIO()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if sent is not None:
            request_ids.take_up(sent)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Message) -> None:
        assert message["status"] == 200

    async def receive() -> Message:
        return {"type": "http.request"}

    async def run() -> None:
        log = AccessLog(application, stream, json=as_json)
        scope = {"type": "http", "method": "GET", "path": "/tasks", "query_string": query.encode(), "client": client}
        await log(scope, receive, send)
        log.flush()

    asyncio.run(run())
    return stream.getvalue()


@pytest.mark.parametrize("as_json", [False, True])
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
def test_what_stands_for_a_user_is_not_written_down(query: str, shown: str, as_json: bool) -> None:
    told = line(query, as_json=as_json, sent=b"r")
    assert f"/tasks?{shown}" in told
    assert "5ec" not in told


def test_a_line_of_text_is_for_people() -> None:
    told = line("a=1", ("192.0.2.7", 1), sent=b"r-1")
    moment, rest = told.split(" ", 1)
    assert moment.endswith("Z")
    assert rest.startswith("192.0.2.7 GET /tasks?a=1 200 ")
    assert rest.endswith("ms [r-1]\n")


def test_a_line_of_json_has_the_members_of_an_event_and_those_of_a_request() -> None:
    told = json.loads(line('a="\\', ("192.0.2.7", 1), as_json=True, sent=b"r-1"))
    assert told.pop("time").endswith("Z")
    assert told.pop("milliseconds") >= 0
    assert told == {
        "level": "info",
        "logger": "taskbridge.access",
        "message": "request",
        "client": "192.0.2.7",
        "method": "GET",
        "target": '/tasks?a="\\',
        "status": 200,
        "request": "r-1",
    }


def test_what_a_proxy_says_of_a_client_is_shortened() -> None:
    assert f"Z {'x' * 80} GET /tasks?a=1 200 " in line("a=1", ("x" * 60_000, 0))
